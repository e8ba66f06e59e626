-- As much as an application in use has for :accounts accounts on :platform, of which the first owner has :own and
-- every other ten: a session an owner, for ten accounts a flow that has ended and for a hundred one that waits, and
-- for each account an event.
SET session_replication_role = replica; -- what refers to accounts refers to those of this file
TRUNCATE sessions, accounts, flows, events;

CREATE FUNCTION pg_temp.now() RETURNS BIGINT LANGUAGE SQL AS
    'SELECT (extract(epoch FROM now()) * 1000)::BIGINT';
CREATE FUNCTION pg_temp.owner(account BIGINT, own BIGINT) RETURNS TEXT LANGUAGE SQL AS
    $$SELECT 'owner ' || CASE WHEN account <= own THEN 0 ELSE 1 + (account - own - 1) / 10 END$$;
CREATE FUNCTION pg_temp.sealed(bytes INTEGER) RETURNS BYTEA LANGUAGE SQL AS
    $$SELECT decode(repeat('a7', bytes), 'hex')$$;

INSERT INTO accounts
SELECT :'platform', 1000000000 + n, pg_temp.owner(n, :own), 'instagram', 'Account ' || n, pg_temp.sealed(170),
    pg_temp.now() - n, pg_temp.now() - n
FROM generate_series(1, :accounts) AS n;

INSERT INTO sessions
SELECT encode(sha256(owner::BYTEA), 'hex'), owner, pg_temp.now() + 43200000
FROM (SELECT DISTINCT owner FROM accounts) AS owners;

INSERT INTO flows
SELECT encode(sha256(n::TEXT::BYTEA), 'hex'), :'platform', pg_temp.owner(n, :own), 'instagram', 'Account ' || n,
    pg_temp.sealed(CASE WHEN is_waiting THEN 350 ELSE 0 END), pg_temp.now(), pg_temp.now() + 900000,
    CASE WHEN NOT is_waiting THEN pg_temp.now() END, NULL, NULL,
    CASE WHEN NOT is_waiting THEN 'connected' END, CASE WHEN NOT is_waiting THEN pg_temp.now() END
FROM (SELECT n, n % 100 = 0 AS is_waiting FROM generate_series(1, :accounts) AS n WHERE n % 10 < 1 OR n % 100 = 5) AS n;

INSERT INTO events
SELECT :'platform', 'notification ' || n, 0, 1000000000 + n, pg_temp.owner(n, :own), 'CREATED', 'media ' || n, pg_temp.now() - n,
    pg_temp.now()
FROM generate_series(1, :accounts) AS n;
