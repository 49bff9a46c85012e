CREATE TABLE canary (
    sealed TEXT NOT NULL
);

CREATE TABLE channels (
    id         TEXT PRIMARY KEY,
    provider   TEXT NOT NULL,
    base_url   TEXT,
    credential TEXT,
    models     TEXT NOT NULL,
    options    TEXT NOT NULL,
    priority   INTEGER NOT NULL,
    weight     INTEGER NOT NULL,
    concurrent INTEGER,
    enabled    INTEGER NOT NULL,
    changed_at BIGINT NOT NULL
);
