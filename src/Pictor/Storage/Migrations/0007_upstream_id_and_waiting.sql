ALTER TABLE attempts ADD COLUMN upstream_id TEXT;

ALTER TABLE api_keys ADD COLUMN wait_seconds INTEGER;
ALTER TABLE api_keys ADD COLUMN wait_then TEXT;
ALTER TABLE api_keys ADD COLUMN accepted_status INTEGER;
