CREATE TABLE prices (
    model          TEXT NOT NULL,
    effective_from BIGINT NOT NULL,
    price          TEXT NOT NULL,
    changed_at     BIGINT NOT NULL,
    PRIMARY KEY (model, effective_from)
);
