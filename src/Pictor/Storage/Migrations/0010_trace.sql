-- The span of the call that made the job: its trace goes on after the answer and after a restart.
ALTER TABLE jobs ADD COLUMN trace TEXT;
