ALTER TABLE api_keys ADD COLUMN webhook_url TEXT;
ALTER TABLE api_keys ADD COLUMN webhook_secret TEXT;
ALTER TABLE jobs ADD COLUMN webhook_url TEXT;
ALTER TABLE jobs ADD COLUMN webhook_secret TEXT;

CREATE TABLE deliveries (
    id         TEXT PRIMARY KEY,
    job_id     TEXT NOT NULL REFERENCES jobs (id),
    key_id     TEXT NOT NULL,
    event      TEXT NOT NULL,
    url        TEXT NOT NULL,
    receiver   TEXT NOT NULL,
    -- Sealed, for the job or for the key: whoever the secret belongs to.
    secret     TEXT,
    owner      TEXT NOT NULL,
    state      TEXT NOT NULL,
    step       INTEGER NOT NULL,
    tries      INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    next_at    BIGINT,
    ended_at   BIGINT
);

CREATE INDEX deliveries_due ON deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX deliveries_by_job ON deliveries (job_id);

CREATE TABLE delivery_tries (
    delivery_id  TEXT NOT NULL REFERENCES deliveries (id),
    number       INTEGER NOT NULL,
    started_at   BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    status       INTEGER,
    error        TEXT,
    body         TEXT,
    PRIMARY KEY (delivery_id, number)
);
