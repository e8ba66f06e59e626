-- What changed behind accounts. `notification` is the platform's id of what it sent, and `position` the event's
-- place in it: one that comes again has its rows already. They go with their account, whose owner is theirs.
CREATE TABLE events (
    platform TEXT NOT NULL,
    notification TEXT NOT NULL,
    position BIGINT NOT NULL,
    instance BIGINT NOT NULL,
    owner TEXT NOT NULL,
    happened TEXT NOT NULL,
    object TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (platform, notification, position),
    FOREIGN KEY (platform, instance) REFERENCES accounts (platform, instance) ON DELETE CASCADE
);
CREATE INDEX events_of_account ON events (platform, instance, happened_at);
CREATE INDEX events_of_owner ON events (platform, owner, happened_at);
CREATE INDEX events_received ON events (received_at);
