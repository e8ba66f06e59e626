//! The database: SQLite, a file, or PostgreSQL. One set of tables and of queries is for both.

pub(crate) mod vault;

use std::time::Duration;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::AnyPool;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::sqlite::SqliteConnectOptions;

use self::vault::{Key, Vault};

/// A query with its values: `bind!(sqlx::query("…"); one, two)`.
macro_rules! bind {
    ($query:expr; $($value:expr),+) => { $query$(.bind($value))+ };
}
pub(crate) use bind;

/// The pool, and the key to what is secret in it.
pub(crate) struct Db {
    pub(crate) pool: AnyPool,
    pub(crate) vault: Vault,
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
        match url.split(':').next() {
            Some("sqlite") => close_to_others(url).context("the database's file")?,
            Some("postgres" | "postgresql") => {}
            _ => bail!("--database takes sqlite:FILE or postgres://…"),
        }
        let options: AnyConnectOptions = url.parse().context("the database's URL")?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(ACQUIRE_TIMEOUT);
        let pool = pool.connect_with(options).await.context("the database")?;
        let migrated = sqlx::migrate!().run(&pool).await;
        migrated.context("the database's tables")?;
        let db = Self {
            pool,
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
        let query = bind!(sqlx::query(sql); self.vault.seal(&place, &"witness")?);
        query.execute(&self.pool).await?;
        let witness = sqlx::query_scalar("SELECT witness FROM vault");
        let witness: Vec<u8> = witness.fetch_one(&self.pool).await?;
        let opened = self.vault.open::<String>(&place, &witness).map(drop);
        opened.context(
            "the database was written with another key: set CE_WEBAPP_KEY to that one, or take a new database",
        )
    }

    /// Returns `true` if it can be written to. It says so within a second: a database that is locked, full
    /// or away for longer serves nobody.
    pub(crate) async fn can_write(&self, replica: &str) -> bool {
        let write = async {
            let mut transaction = self.pool.begin().await?;
            let sql = "INSERT INTO sessions (id, owner, expires_at) VALUES ($1, $1, 0)";
            let query = bind!(sqlx::query(sql); replica);
            query.execute(&mut *transaction).await?;
            transaction.rollback().await
        };
        matches!(tokio::time::timeout(PROBE_TIMEOUT, write).await, Ok(Ok(())))
    }

    /// Where a secret of one row is sealed: copied to another owner, platform or id, it won't open.
    pub(crate) fn place<'a>(&'a self, kind: &'a str, owner: &'a str, id: &'a str) -> [&'a str; 4] {
        [kind, &self.platform, owner, id]
    }
}

/// Makes the file if it isn't there, and readable for its owner alone. SQLite gives its other files the same
/// mode.
fn close_to_others(url: &str) -> anyhow::Result<()> {
    let options: SqliteConnectOptions = url.parse()?;
    let path = options.get_filename();
    let mut open = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.append(true).create(true).open(path)?;
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
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
