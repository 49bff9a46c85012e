-- How a commit whose answer was lost is found again, also on another server: kept is 1 for a commit that was made, 0 for one that no longer can be.
{shared} CREATE TABLE commits (mark TEXT PRIMARY KEY, kept BIGINT NOT NULL, at BIGINT NOT NULL);
