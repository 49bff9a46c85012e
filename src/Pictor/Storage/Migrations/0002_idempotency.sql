CREATE TABLE calls (
    key_id      TEXT NOT NULL,
    name        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    job_id      TEXT NOT NULL,
    warnings    INTEGER NOT NULL,
    link_life   BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (key_id, name)
);

CREATE INDEX calls_by_age ON calls (created_at);
