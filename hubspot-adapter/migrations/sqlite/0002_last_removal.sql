-- When HubSpot last removed a user, in milliseconds since 1970: one row at most.
CREATE TABLE last_removal (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    removed_at INTEGER NOT NULL
) STRICT;

-- Version 1 kept it among the creations, at an address that no user has.
INSERT INTO last_removal (id, removed_at) SELECT 1, begun_at FROM creations WHERE address = 'removal';
DELETE FROM creations WHERE address = 'removal';
