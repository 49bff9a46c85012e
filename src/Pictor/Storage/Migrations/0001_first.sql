CREATE TABLE api_keys (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    hash        TEXT NOT NULL UNIQUE,
    hint        TEXT NOT NULL,
    is_admin    INTEGER NOT NULL,
    models      TEXT,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT,
    disabled_at BIGINT,
    deleted_at  BIGINT
);

CREATE TABLE jobs (
    id           TEXT PRIMARY KEY,
    key_id       TEXT NOT NULL,
    state        TEXT NOT NULL,
    model        TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    started_at   BIGINT,
    ended_at     BIGINT,
    deadline_at  BIGINT NOT NULL,
    origin       TEXT NOT NULL,
    request_id   TEXT NOT NULL,
    request      TEXT NOT NULL,
    warnings     TEXT NOT NULL,
    price_micros BIGINT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    channel      TEXT,
    per_call     INTEGER,
    progress     INTEGER,
    result       TEXT,
    error        TEXT,
    cost_micros  BIGINT
);

CREATE INDEX jobs_by_key ON jobs (key_id, id);
CREATE INDEX jobs_open ON jobs (state) WHERE ended_at IS NULL;

CREATE TABLE attempts (
    job_id         TEXT NOT NULL REFERENCES jobs (id),
    number         INTEGER NOT NULL,
    part           INTEGER NOT NULL,
    channel        TEXT NOT NULL,
    upstream_model TEXT NOT NULL,
    started_at     BIGINT NOT NULL,
    handle         TEXT,
    ended_at       BIGINT,
    outcome        TEXT,
    message        TEXT,
    usage          TEXT,
    cost_micros    BIGINT,
    PRIMARY KEY (job_id, number)
);

CREATE INDEX attempts_open ON attempts (job_id) WHERE ended_at IS NULL;

CREATE TABLE assets (
    id         TEXT PRIMARY KEY,
    job_id     TEXT NOT NULL REFERENCES jobs (id),
    position   INTEGER NOT NULL,
    is_late    INTEGER NOT NULL,
    seed       BIGINT,
    revised    TEXT,
    format     TEXT NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    bytes      BIGINT NOT NULL,
    sha256     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    removed_at BIGINT
);

CREATE INDEX assets_by_job ON assets (job_id, position);
CREATE INDEX assets_by_expiry ON assets (expires_at) WHERE removed_at IS NULL;
