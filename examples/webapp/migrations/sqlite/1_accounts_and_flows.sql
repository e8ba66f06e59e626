-- What users have connected. `kept` holds the token, sealed: nonce, ciphertext and tag,
-- bound to user and instance.
CREATE TABLE accounts (
    instance BIGINT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    kept BLOB NOT NULL,
    connected_at BIGINT NOT NULL,
    authorized_at BIGINT NOT NULL,
    disabled_at BIGINT,
    last_error TEXT
);
CREATE INDEX accounts_of ON accounts (owner, connected_at);

-- Flows whose user has come back. A row is the claim to end that flow, and there is one for each.
CREATE TABLE flows (
    id TEXT PRIMARY KEY NOT NULL,
    owner TEXT NOT NULL,
    element TEXT NOT NULL,
    name TEXT NOT NULL,
    pending BLOB NOT NULL,
    claimed_at BIGINT NOT NULL,
    worker TEXT,
    lease_until BIGINT NOT NULL,
    outcome TEXT,
    settled_at BIGINT
);
CREATE INDEX flows_of ON flows (owner, claimed_at);
CREATE INDEX flows_open ON flows (lease_until) WHERE outcome IS NULL;

-- One sealed value: opens with the key that everything else is sealed with, or not at all.
CREATE TABLE vault (
    only_row BIGINT PRIMARY KEY NOT NULL CHECK (only_row = 1),
    witness BLOB NOT NULL
);
