-- What is kept of one user. `document` is the whole record as JSON; the other columns are what records are looked up by.
CREATE TABLE users (
    id          TEXT    NOT NULL PRIMARY KEY,
    name_key    TEXT    NOT NULL,
    email_key   TEXT    NOT NULL,
    external_id TEXT,
    revision    INTEGER NOT NULL,
    document    TEXT    NOT NULL
) STRICT;
CREATE INDEX users_by_name ON users (name_key);
CREATE INDEX users_by_email ON users (email_key);
CREATE INDEX users_by_external_id ON users (external_id);

-- Creations that were begun and of which it is not known how they ended. Times are milliseconds since 1970.
CREATE TABLE creations (
    address    TEXT    NOT NULL PRIMARY KEY,
    holder     TEXT    NOT NULL,
    begun_at   INTEGER NOT NULL,
    busy_until INTEGER NOT NULL,
    tries      INTEGER NOT NULL
) STRICT;
