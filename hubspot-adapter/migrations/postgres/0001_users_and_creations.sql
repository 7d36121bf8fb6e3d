-- What is kept of one user. `document` is the whole record as JSON; the other columns are what records are looked up by.
CREATE TABLE users (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name_key    TEXT COLLATE "C" NOT NULL,
    email_key   TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    revision    BIGINT NOT NULL,
    document    TEXT NOT NULL
);
CREATE INDEX users_by_name ON users (name_key);
CREATE INDEX users_by_email ON users (email_key);
CREATE INDEX users_by_external_id ON users (external_id);

-- Creations that were begun and of which it is not known how they ended. Times are milliseconds since 1970.
CREATE TABLE creations (
    address    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder     TEXT NOT NULL,
    begun_at   BIGINT NOT NULL,
    busy_until BIGINT NOT NULL,
    tries      BIGINT NOT NULL
);
