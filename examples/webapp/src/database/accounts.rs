//! The accounts that users have connected, as the database keeps them.

use ce_async::model::{ElementToken, Instance};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Row as _};
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

/// What is secret of an account, and sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct AccountSecret {
    pub(crate) token: ElementToken,
    /// As it was when it was connected: to renew the consent takes the same.
    pub(crate) details: AccountDetails,
}

/// What it is sealed for.
fn place<'a>(owner: &'a str, instance: &'a str) -> [&'a str; 3] {
    ["account", owner, instance]
}

impl Database {
    /// Keeps a connected account. Told of the same instance twice, it keeps it once.
    pub(crate) async fn insert_account<'c>(
        &self,
        within: impl Executor<'c, Database = Any>,
        owner: &str,
        instance: &Instance,
        flow: &Flow,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        let id = instance.id.to_string();
        let secret = AccountSecret {
            token: instance.token.clone(),
            details: flow.details.clone(),
        };
        let written = serde_json::to_vec(&secret).map_err(|_| StorageError::Damaged)?;
        let sealed = self
            .vault
            .seal(&Zeroizing::new(written), &place(owner, &id))?;
        sqlx::query(
            "INSERT INTO accounts \
             (instance, owner, element, name, sealed, connected_at, authorized_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (instance) DO NOTHING",
        )
        .bind(instance.id.get().cast_signed())
        .bind(owner)
        .bind(flow.pending.element().as_str())
        .bind(instance.name.as_deref().unwrap_or(&flow.details.name))
        .bind(sealed)
        .bind(now.0)
        .execute(within)
        .await?;
        Ok(())
    }

    /// A user's accounts, the latest first.
    pub(crate) async fn accounts_of(&self, owner: &str) -> Result<Vec<Account>, StorageError> {
        let rows = sqlx::query(
            "SELECT instance, element, name, connected_at, authorized_at, disabled_at, last_error \
             FROM accounts WHERE owner = $1 ORDER BY connected_at DESC, instance DESC LIMIT 200",
        )
        .bind(owner)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(Account::read).collect::<Result<_, _>>()?)
    }

    /// One account, if it is this user's.
    pub(crate) async fn account(
        &self,
        owner: &str,
        instance: u64,
    ) -> Result<Option<Account>, StorageError> {
        let row = sqlx::query(
            "SELECT instance, element, name, connected_at, authorized_at, disabled_at, last_error \
             FROM accounts WHERE owner = $1 AND instance = $2",
        )
        .bind(owner)
        .bind(instance.cast_signed())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.as_ref().map(Account::read).transpose()?)
    }

    /// What is secret of an account, if it is this user's.
    pub(crate) async fn account_secret(
        &self,
        owner: &str,
        instance: u64,
    ) -> Result<Option<AccountSecret>, StorageError> {
        let sealed: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT sealed FROM accounts WHERE owner = $1 AND instance = $2")
                .bind(owner)
                .bind(instance.cast_signed())
                .fetch_optional(&self.pool)
                .await?;
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let id = instance.to_string();
        let opened = self.vault.open(&sealed, &place(owner, &id))?;
        let secret = serde_json::from_slice(&opened);
        secret.map(Some).map_err(|_| StorageError::Damaged)
    }

    pub(crate) async fn delete_account(
        &self,
        owner: &str,
        instance: u64,
    ) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM accounts WHERE owner = $1 AND instance = $2")
            .bind(owner)
            .bind(instance.cast_signed())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Notes that an account was switched off, or on again.
    pub(crate) async fn set_disabled(
        &self,
        owner: &str,
        instance: u64,
        since: Option<Timestamp>,
    ) -> Result<(), StorageError> {
        sqlx::query("UPDATE accounts SET disabled_at = $1 WHERE owner = $2 AND instance = $3")
            .bind(since.map(|timestamp| timestamp.0))
            .bind(owner)
            .bind(instance.cast_signed())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Notes what came of trying an account's token.
    pub(crate) async fn set_last_error(
        &self,
        owner: &str,
        instance: u64,
        error: Option<&str>,
    ) -> Result<(), StorageError> {
        sqlx::query("UPDATE accounts SET last_error = $1 WHERE owner = $2 AND instance = $3")
            .bind(error)
            .bind(owner)
            .bind(instance.cast_signed())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Stores that the user has given their consent anew.
    pub(crate) async fn set_authorized<'c>(
        &self,
        within: impl Executor<'c, Database = Any>,
        owner: &str,
        instance: u64,
        now: Timestamp,
    ) -> Result<(), StorageError> {
        sqlx::query(
            "UPDATE accounts SET authorized_at = $1, last_error = NULL \
             WHERE owner = $2 AND instance = $3",
        )
        .bind(now.0)
        .bind(owner)
        .bind(instance.cast_signed())
        .execute(within)
        .await?;
        Ok(())
    }
}
