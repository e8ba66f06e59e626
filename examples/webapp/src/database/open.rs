//! Opening the database: its address, its file, its tables, its key.

use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Executor as _};

use super::vault::Vault;
use super::{Database, Key, VaultError};

/// Why the database can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// It is neither of the two.
    #[error("--database takes sqlite:FILE or postgres://…")]
    Unknown,
    /// The file can't be made, or be closed to others.
    #[error("the database's file: {0}")]
    File(#[from] std::io::Error),
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

const WITNESS: [&str; 1] = ["witness"];
/// A page says that the database is away sooner than its reader gives up.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Whoever asks for the health of this replica is answered within a second.
pub(super) const PROBE_TIMEOUT: Duration = Duration::from_millis(900);

impl Database {
    /// Connects, makes the tables if they aren't there, and tries the key. `platform` is the base URL of
    /// the platform whose accounts these are.
    pub(crate) async fn open(url: &str, key: &Key, platform: &str) -> Result<Self, DatabaseError> {
        sqlx::any::install_default_drivers();
        let is_sqlite = url.starts_with("sqlite:");
        let (url, migrator) = if is_sqlite {
            (sqlite_url(url), sqlx::migrate!("migrations/sqlite"))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            (url.to_owned(), sqlx::migrate!("migrations/postgres"))
        } else {
            return Err(DatabaseError::Unknown);
        };
        #[cfg(unix)]
        if is_sqlite {
            close_to_others(&url)?;
        }
        let options: AnyConnectOptions = url.parse()?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.clone())
            .await?;
        migrator.run(&pool).await?;
        let database = Self {
            pool,
            probe: probe(options, is_sqlite),
            vault: Vault::new(key),
            platform: platform.to_owned(),
        };
        database.try_key().await?;
        Ok(database)
    }

    /// Two replicas with different keys would each store what the other can't read.
    async fn try_key(&self) -> Result<(), DatabaseError> {
        let sealed = self.vault.seal(b"witness", &WITNESS);
        sqlx::query("INSERT INTO vault (only_row, witness) VALUES (1, $1) ON CONFLICT DO NOTHING")
            .bind(sealed.map_err(|_| DatabaseError::Randomness)?)
            .execute(&self.pool)
            .await?;
        let witness: Vec<u8> = sqlx::query_scalar("SELECT witness FROM vault")
            .fetch_one(&self.pool)
            .await?;
        let opened = self.vault.open(&witness, &WITNESS).map(drop);
        opened.map_err(|_: VaultError| DatabaseError::OtherKey)
    }
}

/// A connection for probes alone: one that waits must not keep users from theirs.
fn probe(options: AnyConnectOptions, is_sqlite: bool) -> AnyPool {
    AnyPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PROBE_TIMEOUT)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    // SQLite waits for a lock in a thread that can't be called back.
                    connection.execute("PRAGMA busy_timeout = 500").await?;
                }
                Ok(())
            })
        })
        .connect_lazy_with(options)
}

/// The file is made if it isn't there, unless the URL says otherwise.
fn sqlite_url(url: &str) -> String {
    if url.contains("mode=") {
        return url.to_owned();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}mode=rwc")
}

/// Makes the file readable for its owner alone. SQLite gives its other files the same mode.
#[cfg(unix)]
fn close_to_others(url: &str) -> Result<(), DatabaseError> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

    let options: sqlx::sqlite::SqliteConnectOptions = url.parse()?;
    let file = options.get_filename();
    if url.contains("mode=rwc") {
        let mut open = std::fs::OpenOptions::new();
        open.append(true).create(true).mode(0o600).open(file)?;
    }
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        let mode = std::fs::Permissions::from_mode(0o600);
        match std::fs::set_permissions(&name, mode) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
