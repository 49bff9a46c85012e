ALTER TABLE api_keys ADD COLUMN budget_micros BIGINT;
ALTER TABLE api_keys ADD COLUMN budget_period TEXT;
ALTER TABLE api_keys ADD COLUMN requests_per_minute INTEGER;
ALTER TABLE api_keys ADD COLUMN images_per_minute INTEGER;
ALTER TABLE api_keys ADD COLUMN concurrent INTEGER;

-- price_micros stays as the dearest picture that the quote allows.
ALTER TABLE jobs ADD COLUMN quote TEXT;
ALTER TABLE jobs ADD COLUMN held_micros BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN is_sandbox INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN pictures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN list_micros BIGINT NOT NULL DEFAULT 0;

CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;

-- What a key has spent and what is held for its open jobs; everything else is computed from the entries.
CREATE TABLE key_balances (
    key_id     TEXT PRIMARY KEY REFERENCES api_keys (id),
    held       BIGINT NOT NULL DEFAULT 0,
    used       BIGINT NOT NULL DEFAULT 0,
    month      TEXT NOT NULL DEFAULT '',
    month_used BIGINT NOT NULL DEFAULT 0,
    open_jobs  BIGINT NOT NULL DEFAULT 0
);

INSERT INTO key_balances (key_id) SELECT id FROM api_keys;
UPDATE key_balances SET open_jobs = (SELECT COUNT(*) FROM jobs WHERE jobs.key_id = key_balances.key_id AND jobs.ended_at IS NULL);

CREATE TABLE ledger_entries (
    chain        TEXT NOT NULL,
    number       BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    kind         TEXT NOT NULL,
    from_account TEXT NOT NULL,
    to_account   TEXT NOT NULL,
    micros       BIGINT NOT NULL,
    job_id       TEXT,
    attempt      INTEGER NOT NULL,
    month        TEXT,
    note         TEXT,
    hash         TEXT NOT NULL,
    PRIMARY KEY (chain, number)
);

CREATE UNIQUE INDEX ledger_once ON ledger_entries (job_id, kind, attempt) WHERE job_id IS NOT NULL;
