//! The database: SQLite, a file, or PostgreSQL. One set of queries is for both; what differs is in their
//! migrations.

use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Executor as _};
use zeroize::Zeroizing;

use crate::vault::{Key, Vault};

/// A query with its values: `bind!(sqlx::query("…"); one, two)`.
macro_rules! bind {
    ($query:expr; $($value:expr),+) => { $query$(.bind($value))+ };
}
pub(crate) use bind;

/// The pool, and the key to what is secret in it.
pub(crate) struct Db {
    pub(crate) pool: AnyPool,
    /// For probes alone: one that waits must not keep users from their connection.
    probe: AnyPool,
    vault: Vault,
    /// The base URL of the platform whose accounts these are.
    pub(crate) platform: String,
}

/// A page says that the database is away sooner than its reader gives up.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Whoever asks for the health of this replica is answered within a second.
const PROBE_TIMEOUT: Duration = Duration::from_millis(900);

impl Db {
    /// Connects, makes the tables if they aren't there, and tries the key.
    pub(crate) async fn open(url: &str, key: &Key, platform: &str) -> anyhow::Result<Self> {
        sqlx::any::install_default_drivers();
        let is_sqlite = url.starts_with("sqlite:");
        let migrations = match url.split(':').next() {
            Some("sqlite") => sqlx::migrate!("migrations/sqlite"),
            Some("postgres" | "postgresql") => sqlx::migrate!("migrations/postgres"),
            _ => bail!("--database takes sqlite:FILE or postgres://…"),
        };
        if is_sqlite {
            close_to_others(url).context("the database's file")?;
        }
        let options: AnyConnectOptions = url.parse().context("the database's URL")?;
        let pool = |connections, wait| {
            let pool = AnyPoolOptions::new().max_connections(connections);
            pool.acquire_timeout(wait)
        };
        // SQLite waits for a lock in a thread that can't be called back.
        let briefly = match is_sqlite {
            true => "PRAGMA busy_timeout = 500",
            false => "SELECT 1",
        };
        let probe = pool(1, PROBE_TIMEOUT).after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(briefly).await.map(drop) })
        });
        let pool = pool(8, ACQUIRE_TIMEOUT).connect_with(options.clone());
        let pool = pool.await.context("the database")?;
        let migrated = migrations.run(&pool).await;
        migrated.context("the database's tables")?;
        let db = Self {
            pool,
            probe: probe.connect_lazy_with(options),
            vault: Vault::new(key),
            platform: platform.to_owned(),
        };
        db.try_key().await?;
        Ok(db)
    }

    /// Two replicas with different keys would each store what the other can't read.
    async fn try_key(&self) -> anyhow::Result<()> {
        let place = ["witness"];
        let sql = "INSERT INTO vault (only_row, witness) VALUES (1, $1) ON CONFLICT DO NOTHING";
        let query = bind!(sqlx::query(sql); self.vault.seal(b"witness", &place)?);
        query.execute(&self.pool).await?;
        let witness = sqlx::query_scalar("SELECT witness FROM vault");
        let witness: Vec<u8> = witness.fetch_one(&self.pool).await?;
        let opened = self.vault.open(&witness, &place).map(drop);
        opened.context(
            "the database was written with another key: set CE_WEBAPP_KEY to that one, or take a new database",
        )
    }

    /// Returns `true` if it can be written to. It says so within a second: a database that is locked, full
    /// or away for longer serves nobody.
    pub(crate) async fn can_write(&self, replica: &str) -> bool {
        let write = async {
            let mut transaction = self.probe.begin().await?;
            let sql = "INSERT INTO sessions (id, owner, expires_at) VALUES ($1, $1, 0)";
            let query = bind!(sqlx::query(sql); replica);
            query.execute(&mut *transaction).await?;
            transaction.rollback().await
        };
        matches!(tokio::time::timeout(PROBE_TIMEOUT, write).await, Ok(Ok(())))
    }

    pub(crate) async fn close(&self) {
        self.probe.close().await;
        self.pool.close().await;
    }

    /// Seals a secret for one row: copied to another owner, platform or id, it won't open.
    pub(crate) fn seal(
        &self,
        [kind, owner, id]: [&str; 3],
        secret: &impl Serialize,
    ) -> anyhow::Result<Vec<u8>> {
        let secret = Zeroizing::new(serde_json::to_vec(secret)?);
        self.vault.seal(&secret, &[kind, &self.platform, owner, id])
    }

    pub(crate) fn unseal<T: DeserializeOwned>(
        &self,
        [kind, owner, id]: [&str; 3],
        sealed: &[u8],
    ) -> anyhow::Result<T> {
        let place = [kind, &self.platform, owner, id];
        let opened = self.vault.open(sealed, &place)?;
        // The error would quote it.
        serde_json::from_slice(&opened).map_err(|_| anyhow!("what was sealed can't be read"))
    }
}

/// Makes the file if it isn't there, and readable for its owner alone. SQLite gives its other files the same
/// mode.
fn close_to_others(url: &str) -> anyhow::Result<()> {
    let options: sqlx::sqlite::SqliteConnectOptions = url.parse()?;
    let file = options.get_filename();
    let mut open = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.append(true).create(true).open(file)?;
    #[cfg(unix)]
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        match std::fs::set_permissions(&name, mode) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Now, in milliseconds since 1970, as every time is stored.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

pub(crate) fn millis(time: Duration) -> i64 {
    time.as_millis().try_into().unwrap_or(i64::MAX)
}

/// What a secret is called in the database, where it must not be seen: its hash, in hexadecimal.
pub(crate) fn digest(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret))
}
