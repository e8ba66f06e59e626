//! Where accounts and claimed flows are kept: SQLite in a file, or PostgreSQL. One set of queries
//! for both; what differs is in their migrations.

use std::fmt::Write as _;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr as _};
use zeroize::Zeroizing;

mod accounts;
mod claimed_flows;
mod error;
mod flows;
mod sessions;
mod timestamp;
mod vault;

use vault::Vault;

pub(crate) use accounts::{Account, AccountSecret};
pub(crate) use claimed_flows::{ClaimedFlow, Outcome};
pub(crate) use error::StorageError;
pub(crate) use flows::OpenFlow;
pub(crate) use sessions::SESSION_LIFETIME;
pub(crate) use timestamp::Timestamp;
pub use vault::Key;
pub(crate) use vault::VaultError;

/// Why the database can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// It is neither of the two.
    #[error("--database takes sqlite:FILE or postgres://…")]
    Unknown,
    /// It can't be reached, or refused a statement.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
    /// Its tables could not be made.
    #[error("the database's tables: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Its secrets were sealed with another key.
    #[error(
        "the database was written with another key: set CE_WEBAPP_KEY to that one, \
         or take a new database"
    )]
    OtherKey,
    /// The operating system gave no random bytes.
    #[error("the key could not be tried: no random bytes")]
    Randomness,
}

/// The pool, and the key to what is secret in it.
pub(crate) struct Database {
    pub(crate) pool: AnyPool,
    vault: Vault,
    /// The base URL of the platform whose ids these are.
    platform: String,
}

const WITNESS: [&str; 1] = ["witness"];

impl Database {
    /// Connects, makes the tables if they aren't there, and tries the key.
    pub(crate) async fn open(url: &str, key: &Key, platform: &str) -> Result<Self, DatabaseError> {
        sqlx::any::install_default_drivers();
        let (url, sql) = if url.starts_with("sqlite:") {
            let separator = if url.contains('?') { '&' } else { '?' };
            let mode = if url.contains("mode=") {
                String::new()
            } else {
                format!("{separator}mode=rwc")
            };
            (
                format!("{url}{mode}"),
                include_str!("../../migrations/sqlite/1_tables.sql"),
            )
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            (
                url.to_owned(),
                include_str!("../../migrations/postgres/1_tables.sql"),
            )
        } else {
            return Err(DatabaseError::Unknown);
        };
        let options: AnyConnectOptions = url.parse()?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            // A page says that the database is away sooner than its reader gives up.
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        let migration = Migration::new(
            1,
            "tables".into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        );
        Migrator::with_migrations(vec![migration])
            .run(&pool)
            .await?;
        let database = Self {
            pool,
            vault: Vault::new(key),
            platform: platform.to_owned(),
        };
        database.try_key().await?;
        Ok(database)
    }

    /// Two replicas with different keys would each store what the other can't read.
    async fn try_key(&self) -> Result<(), DatabaseError> {
        let sealed = self
            .vault
            .seal(b"witness", &WITNESS)
            .map_err(|_| DatabaseError::Randomness)?;
        sqlx::query("INSERT INTO vault (only_row, witness) VALUES (1, $1) ON CONFLICT DO NOTHING")
            .bind(sealed)
            .execute(&self.pool)
            .await?;
        let witness: Vec<u8> = sqlx::query_scalar("SELECT witness FROM vault")
            .fetch_one(&self.pool)
            .await?;
        self.vault
            .open(&witness, &WITNESS)
            .map(drop)
            .map_err(|_: VaultError| DatabaseError::OtherKey)
    }

    /// Seals a secret for one row: copied to another owner, platform or id, it won't open.
    fn seal(
        &self,
        kind: &str,
        owner: &str,
        id: &str,
        secret: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        self.vault.seal(secret, &[kind, &self.platform, owner, id])
    }

    fn open_sealed(
        &self,
        kind: &str,
        owner: &str,
        id: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.vault.open(sealed, &[kind, &self.platform, owner, id])
    }

    /// Does it answer?
    pub(crate) async fn is_well(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }
}

/// What a secret is called in the database, where it must not be seen: its hash, in hexadecimal.
pub(crate) fn digest(secret: &str) -> String {
    let mut digest = String::with_capacity(64);
    for byte in Sha256::digest(secret.as_bytes()) {
        // Writing to a String does not fail.
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}
