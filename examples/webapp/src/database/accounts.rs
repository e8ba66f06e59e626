//! The accounts that users have connected.
//!
//! An account is known by its platform and its instance's id there. Every query names the owner too.

use ce_async::model::{ElementToken, Instance};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Executor, Row as _};
use zeroize::Zeroizing;

use super::{Database, StorageError, Timestamp};
use crate::flows::{AccountDetails, Flow};

/// An account, without its token.
pub(crate) struct Account {
    pub(crate) instance: u64,
    pub(crate) element: String,
    pub(crate) name: String,
    pub(crate) connected_at: Timestamp,
    pub(crate) authorized_at: Timestamp,
    pub(crate) disabled: bool,
    /// Why the provider doesn't let us in, when it was last tried.
    pub(crate) last_error: Option<String>,
}

/// What is secret of an account, and sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct AccountSecret {
    pub(crate) token: ElementToken,
    /// As it was when it was connected: to renew the consent takes the same.
    pub(crate) details: AccountDetails,
}

impl Account {
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let disabled_at: Option<i64> = row.try_get("disabled_at")?;
        Ok(Self {
            instance: row.try_get::<i64, _>("instance")?.cast_unsigned(),
            element: row.try_get("element")?,
            name: row.try_get("name")?,
            connected_at: Timestamp(row.try_get("connected_at")?),
            authorized_at: Timestamp(row.try_get("authorized_at")?),
            disabled: disabled_at.is_some(),
            last_error: row.try_get("last_error")?,
        })
    }
}

impl Database {
    /// Stores a connected account. Told of the same instance twice, it stores it once.
    ///
    /// # Errors
    /// If the instance is an account of somebody else's.
    pub(crate) async fn insert_account(
        &self,
        within: &mut AnyConnection,
        owner: &str,
        instance: &Instance,
        flow: &Flow,
    ) -> Result<(), StorageError> {
        let id = instance.id.get();
        if let Some((known, secret)) = self.holder(&mut *within, id).await? {
            if secret.is_some_and(|secret| secret.token == instance.token) {
                let same = known == owner;
                return same.then_some(()).ok_or(StorageError::NotTheOwners);
            }
            // The platform's ids have begun again: of what had this one before, nothing is left.
            tracing::warn!(
                instance = id,
                "an account whose instance is gone makes room"
            );
            self.delete_account(&mut *within, &known, id).await?;
        }
        let secret = AccountSecret {
            token: instance.token.clone(),
            details: flow.details.clone(),
        };
        let written = serde_json::to_vec(&secret).map_err(|_| StorageError::Damaged)?;
        let sealed = self.seal("account", owner, &id.to_string(), &Zeroizing::new(written))?;
        sqlx::query(
            "INSERT INTO accounts \
             (platform, instance, owner, element, name, sealed, connected_at, authorized_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        )
        .bind(&self.platform)
        .bind(id.cast_signed())
        .bind(owner)
        .bind(flow.pending.element().as_str())
        // As its user wrote it: the platform leaves parts of a name out.
        .bind(&flow.details.name)
        .bind(sealed)
        .bind(Timestamp::now().0)
        .execute(within)
        .await?;
        Ok(())
    }

    /// Whose account an instance is, and its secret, if that can be opened.
    async fn holder(
        &self,
        within: &mut AnyConnection,
        instance: u64,
    ) -> Result<Option<(String, Option<AccountSecret>)>, StorageError> {
        let row =
            sqlx::query("SELECT owner, sealed FROM accounts WHERE platform = $1 AND instance = $2")
                .bind(&self.platform)
                .bind(instance.cast_signed())
                .fetch_optional(within)
                .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let (owner, sealed): (String, Vec<u8>) = (row.try_get("owner")?, row.try_get("sealed")?);
        let secret = self.open_secret(&owner, instance, &sealed).ok();
        Ok(Some((owner, secret)))
    }

    fn open_secret(
        &self,
        owner: &str,
        instance: u64,
        sealed: &[u8],
    ) -> Result<AccountSecret, StorageError> {
        let opened = self.open_sealed("account", owner, &instance.to_string(), sealed)?;
        serde_json::from_slice(&opened).map_err(|_| StorageError::Damaged)
    }

    /// A user's accounts, the latest first.
    pub(crate) async fn accounts_of(&self, owner: &str) -> Result<Vec<Account>, StorageError> {
        let rows = sqlx::query(
            "SELECT instance, element, name, connected_at, authorized_at, disabled_at, last_error \
             FROM accounts WHERE platform = $1 AND owner = $2 \
             ORDER BY connected_at DESC, instance DESC LIMIT 200",
        )
        .bind(&self.platform)
        .bind(owner)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(Account::read).collect::<Result<_, _>>()?)
    }

    /// One account and its secret, if it is this user's.
    ///
    /// # Errors
    /// If the secret belongs to another row: then somebody has written to the database who has no key.
    pub(crate) async fn account(
        &self,
        owner: &str,
        instance: u64,
    ) -> Result<Option<(Account, AccountSecret)>, StorageError> {
        let row = sqlx::query(
            "SELECT instance, element, name, connected_at, authorized_at, disabled_at, last_error, \
             sealed FROM accounts WHERE platform = $1 AND owner = $2 AND instance = $3",
        )
        .bind(&self.platform)
        .bind(owner)
        .bind(instance.cast_signed())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let sealed: Vec<u8> = row.try_get("sealed")?;
        let secret = self.open_secret(owner, instance, &sealed)?;
        Ok(Some((Account::read(&row)?, secret)))
    }

    pub(crate) async fn delete_account<'c>(
        &self,
        within: impl Executor<'c, Database = Any>,
        owner: &str,
        instance: u64,
    ) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM accounts WHERE platform = $1 AND owner = $2 AND instance = $3")
            .bind(&self.platform)
            .bind(owner)
            .bind(instance.cast_signed())
            .execute(within)
            .await?;
        Ok(())
    }

    /// Stores that an account was paused, or resumed.
    pub(crate) async fn set_disabled(
        &self,
        owner: &str,
        instance: u64,
        since: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        sqlx::query(
            "UPDATE accounts SET disabled_at = $1 \
             WHERE platform = $2 AND owner = $3 AND instance = $4",
        )
        .bind(since.map(|since| since.0))
        .bind(&self.platform)
        .bind(owner)
        .bind(instance.cast_signed())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Stores what came of trying an account's token.
    pub(crate) async fn set_last_error(
        &self,
        owner: &str,
        instance: u64,
        error: Option<&str>,
    ) -> Result<(), StorageError> {
        sqlx::query(
            "UPDATE accounts SET last_error = $1 \
             WHERE platform = $2 AND owner = $3 AND instance = $4",
        )
        .bind(error)
        .bind(&self.platform)
        .bind(owner)
        .bind(instance.cast_signed())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Stores that the user has given their consent anew.
    ///
    /// # Errors
    /// If the account is not this user's any more.
    pub(crate) async fn set_authorized(
        &self,
        within: &mut AnyConnection,
        owner: &str,
        instance: u64,
    ) -> Result<(), StorageError> {
        let updated = sqlx::query(
            "UPDATE accounts SET authorized_at = $1, last_error = NULL \
             WHERE platform = $2 AND owner = $3 AND instance = $4",
        )
        .bind(Timestamp::now().0)
        .bind(&self.platform)
        .bind(owner)
        .bind(instance.cast_signed())
        .execute(within)
        .await?;
        let is_there = updated.rows_affected() == 1;
        is_there.then_some(()).ok_or(StorageError::NotTheOwners)
    }
}
