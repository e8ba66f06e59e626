use super::VaultError;

/// Why something could not be stored or found.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
    #[error("what is sealed: {0}")]
    Vault(#[from] VaultError),
    #[error("the instance is no account of this user's")]
    NotTheOwners,
    #[error("what is stored does not read as what was stored")]
    Damaged,
}
