-- What the vendor says it drew, where the request left the quality open and the price depends on it: a part may be delivered long before its job is charged.
ALTER TABLE assets ADD COLUMN quality TEXT;
