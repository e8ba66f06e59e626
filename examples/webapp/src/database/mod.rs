//! What is stored: sessions, flows and accounts. In SQLite, a file, or in PostgreSQL.
//!
//! One set of queries is for both; what differs is in their migrations.

mod accounts;
mod claimed_flows;
mod error;
mod events;
mod flows;
mod open;
mod sessions;
mod timestamp;
mod vault;

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use sqlx::AnyPool;
use zeroize::Zeroizing;

pub(crate) use accounts::{Account, AccountSecret};
pub(crate) use claimed_flows::{ClaimedFlow, Outcome};
pub(crate) use error::StorageError;
pub(crate) use events::{Change, Received};
pub(crate) use flows::OpenFlow;
pub use open::DatabaseError;
pub(crate) use sessions::SESSION_LIFETIME;
pub(crate) use timestamp::Timestamp;
pub use vault::Key;
use vault::Vault;
pub(crate) use vault::VaultError;

/// The pool, and the key to what is secret in it.
pub(crate) struct Database {
    pub(crate) pool: AnyPool,
    /// For probes alone.
    probe: AnyPool,
    vault: Vault,
    /// The base URL of the platform whose accounts these are.
    platform: String,
}

impl Database {
    /// Returns `true` if it can be written to. It says so within a second: a database that is locked, full
    /// or away for longer serves nobody.
    pub(crate) async fn can_write(&self, replica: &str) -> bool {
        let write = async {
            let mut transaction = self.probe.begin().await?;
            sqlx::query("INSERT INTO sessions (id, owner, expires_at) VALUES ($1, $1, 0)")
                .bind(replica)
                .execute(&mut *transaction)
                .await?;
            transaction.rollback().await
        };
        let written = tokio::time::timeout(open::PROBE_TIMEOUT, write).await;
        written.is_ok_and(|written: sqlx::Result<()>| written.is_ok())
    }

    pub(crate) async fn close(&self) {
        self.probe.close().await;
        self.pool.close().await;
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
