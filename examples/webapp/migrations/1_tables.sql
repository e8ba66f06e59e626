-- Browsers that are signed in. `id` is the hash of the cookie's value. A row is never changed.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expired ON sessions (expires_at);

-- What users have connected. `platform` is its base URL: ids are unique there alone. `sealed` holds the token:
-- nonce, ciphertext and tag, bound to platform, owner and instance.
CREATE TABLE accounts (
    platform TEXT NOT NULL,
    instance BIGINT NOT NULL,
    owner TEXT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    connected_at BIGINT NOT NULL,
    authorized_at BIGINT NOT NULL,
    disabled_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (platform, instance)
);
CREATE INDEX accounts_of_owner ON accounts (owner, connected_at);

-- Flows, from the moment a user is sent away. `id` is the hash of the flow's state. A flow is claimed once,
-- when its user is back: then it has a `claimed_at`.
CREATE TABLE flows (
    id TEXT PRIMARY KEY NOT NULL,
    platform TEXT NOT NULL,
    owner TEXT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    begun_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    claimed_at BIGINT,
    worker TEXT,
    lease_until BIGINT,
    outcome TEXT,
    ended_at BIGINT
);
CREATE INDEX flows_of_owner ON flows (owner, begun_at);
CREATE INDEX flows_waiting ON flows (expires_at) WHERE claimed_at IS NULL;
CREATE INDEX flows_claimed ON flows (lease_until) WHERE claimed_at IS NOT NULL AND outcome IS NULL;
CREATE INDEX flows_ended ON flows (ended_at) WHERE ended_at IS NOT NULL;

-- One sealed value: opens with the key that everything else is sealed with, or not at all.
CREATE TABLE vault (
    only_row BIGINT PRIMARY KEY NOT NULL CHECK (only_row = 1),
    witness BYTEA NOT NULL
);
