-- Which process works on a job; the generation grows with every change of hands, so that a former owner writes nothing more.
ALTER TABLE jobs ADD COLUMN owner TEXT;
ALTER TABLE jobs ADD COLUMN generation BIGINT NOT NULL DEFAULT 0;
CREATE INDEX jobs_waiting ON jobs (id) WHERE owner IS NULL AND ended_at IS NULL;

ALTER TABLE deliveries ADD COLUMN replica TEXT;

-- The processes that share these tables; by the clock of the database.
CREATE TABLE replicas (
    id          TEXT PRIMARY KEY,
    lease_until BIGINT NOT NULL
);

-- Grows with every change of settings, so that the other processes read them again.
CREATE TABLE settings_versions (
    topic  TEXT PRIMARY KEY,
    number BIGINT NOT NULL
);

INSERT INTO settings_versions (topic, number) VALUES ('channels', 0), ('keys', 0), ('prices', 0);

-- What a key took in each second of the last minute.
CREATE TABLE key_rates (
    key_id   TEXT NOT NULL,
    second   BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    images   BIGINT NOT NULL,
    PRIMARY KEY (key_id, second)
);

{shared} CREATE INDEX ledger_by_time ON ledger_entries (at, chain, number);
