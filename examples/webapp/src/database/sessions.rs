//! Sessions: a row for each browser that is signed in.
//!
//! A row is written at sign-in and deleted at sign-out, and never changed in between. So no work that
//! takes long can sign anybody in again, or write over what somebody else has done meanwhile.

use std::time::Duration;

use super::{Database, StorageError, Timestamp, digest};

/// So long after signing in a session ends.
pub(crate) const SESSION_LIFETIME: Duration = Duration::from_secs(12 * 3600);

impl Database {
    /// Stores a session. The token, which only the browser has, is not in the database.
    pub(crate) async fn insert_session(
        &self,
        token: &str,
        owner: &str,
    ) -> Result<(), StorageError> {
        sqlx::query("INSERT INTO sessions (id, owner, expires_at) VALUES ($1, $2, $3)")
            .bind(digest(token))
            .bind(owner)
            .bind(Timestamp::now().after(SESSION_LIFETIME).0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Whose session it is, if it is one that has not ended.
    pub(crate) async fn session_owner(&self, token: &str) -> Result<Option<String>, StorageError> {
        let owner =
            sqlx::query_scalar("SELECT owner FROM sessions WHERE id = $1 AND expires_at > $2")
                .bind(digest(token))
                .bind(Timestamp::now().0)
                .fetch_optional(&self.pool)
                .await?;
        Ok(owner)
    }

    pub(crate) async fn delete_session(&self, token: &str) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM sessions WHERE id = $1")
            .bind(digest(token))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub(crate) async fn delete_expired_sessions(&self) -> Result<(), StorageError> {
        sqlx::query("DELETE FROM sessions WHERE expires_at < $1")
            .bind(Timestamp::now().0)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
