//! Flows, one row each: who began it, who ends it, and how it ended.
//!
//! ```text
//!   insert ─▶ waiting for its user ──claim──▶ worked on ──end──▶ connected │ denied │ failed │ not created
//!                │                               │   ▲
//!                │ expires            lease lapses   │ another replica takes it over,
//!                ▼                               ▼   │ and looks for the instance
//!             deleted                     nobody works on it
//! ```
//!
//! A row is found by the hash of the flow's `state`, and by its owner alone. It holds the flow sealed, so
//! that any replica can go on. The claim is an update that one replica only can make, so a callback that
//! comes twice is followed up once. A lease says how long a worker may be silent. It is measured by the
//! replicas' own clocks: one that lapses too soon costs a search at the platform, and nothing else.

use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Row as _};
use zeroize::Zeroizing;

use super::{Database, Outcome, StorageError, Timestamp};
use crate::flows::Flow;

/// A flow that has not ended.
#[derive(Clone)]
pub(crate) struct OpenFlow {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) flow: Flow,
}

/// So many flows of a user may wait, most of them in tabs that were left. Of more, the oldest go.
const WAITING_PER_USER: i64 = 20;

impl Database {
    /// Stores a flow whose user is about to be sent away.
    pub(crate) async fn insert_flow(&self, owner: &str, flow: &Flow) -> Result<(), StorageError> {
        let id = flow.id();
        let written = serde_json::to_vec(flow).map_err(|_| StorageError::Damaged)?;
        let sealed = self.seal("flow", owner, &id, &Zeroizing::new(written))?;
        sqlx::query(
            "INSERT INTO flows \
             (id, platform, owner, element, name, sealed, begun_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&id)
        .bind(&self.platform)
        .bind(owner)
        .bind(flow.pending.element().as_str())
        .bind(&flow.details.name)
        .bind(sealed)
        .bind(Timestamp::now().0)
        .bind(Timestamp::from(flow.pending.expires()).0)
        .execute(&self.pool)
        .await?;
        sqlx::query(
            "DELETE FROM flows WHERE claimed_at IS NULL AND id IN \
             (SELECT id FROM flows WHERE owner = $1 AND claimed_at IS NULL \
              ORDER BY begun_at DESC, id LIMIT 1000 OFFSET $2)",
        )
        .bind(owner)
        .bind(WAITING_PER_USER)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// A flow that waits for this user. It stays where it is.
    pub(crate) async fn waiting_flow(
        &self,
        owner: &str,
        id: &str,
    ) -> Result<Option<OpenFlow>, StorageError> {
        let row = sqlx::query(
            "SELECT id, owner, sealed FROM flows \
             WHERE id = $1 AND owner = $2 AND platform = $3 AND claimed_at IS NULL",
        )
        .bind(id)
        .bind(owner)
        .bind(&self.platform)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| self.open_flow(&row)).transpose()
    }

    /// All flows that wait for this user.
    pub(crate) async fn waiting_flows(&self, owner: &str) -> Result<Vec<OpenFlow>, StorageError> {
        let rows = sqlx::query(
            "SELECT id, owner, sealed FROM flows \
             WHERE owner = $1 AND platform = $2 AND claimed_at IS NULL",
        )
        .bind(owner)
        .bind(&self.platform)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| self.open_flow(row)).collect()
    }

    /// Claims the end of a flow. Returns `false` if it is claimed already, by whomever.
    pub(crate) async fn claim(
        &self,
        id: &str,
        worker: &str,
        lease: Duration,
    ) -> Result<bool, StorageError> {
        let now = Timestamp::now();
        let claimed = sqlx::query(
            "UPDATE flows SET claimed_at = $1, worker = $2, lease_until = $3 \
             WHERE id = $4 AND claimed_at IS NULL",
        )
        .bind(now.0)
        .bind(worker)
        .bind(now.after(lease).0)
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(claimed.rows_affected() == 1)
    }

    /// Says that the worker is alive.
    pub(crate) async fn renew_lease(
        &self,
        id: &str,
        worker: &str,
        lease: Duration,
    ) -> Result<(), StorageError> {
        sqlx::query(
            "UPDATE flows SET lease_until = $1 \
             WHERE id = $2 AND worker = $3 AND outcome IS NULL",
        )
        .bind(Timestamp::now().after(lease).0)
        .bind(id)
        .bind(worker)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Releases a flow whose end is not known yet. After the pause any replica takes it over.
    pub(crate) async fn release(
        &self,
        id: &str,
        worker: &str,
        pause: Duration,
    ) -> Result<(), StorageError> {
        sqlx::query(
            "UPDATE flows SET worker = NULL, lease_until = $1 \
             WHERE id = $2 AND worker = $3 AND outcome IS NULL",
        )
        .bind(Timestamp::now().after(pause).0)
        .bind(id)
        .bind(worker)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes over one claimed flow on which nobody works any more.
    pub(crate) async fn take_over(
        &self,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<OpenFlow>, StorageError> {
        let now = Timestamp::now();
        let row = sqlx::query(
            "UPDATE flows SET worker = $1, lease_until = $2 \
             WHERE outcome IS NULL AND lease_until < $3 AND id = \
             (SELECT id FROM flows \
              WHERE claimed_at IS NOT NULL AND outcome IS NULL AND lease_until < $3 \
              AND platform = $4 \
              ORDER BY lease_until LIMIT 1) RETURNING id, owner, sealed",
        )
        .bind(worker)
        .bind(now.after(lease).0)
        .bind(now.0)
        .bind(&self.platform)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| self.open_flow(&row)).transpose()
    }

    /// The same for one that its user asks after, without waiting for the pause to end.
    pub(crate) async fn take_over_for(
        &self,
        owner: &str,
        id: &str,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<OpenFlow>, StorageError> {
        let now = Timestamp::now();
        let row = sqlx::query(
            "UPDATE flows SET worker = $1, lease_until = $2 \
             WHERE id = $3 AND owner = $4 AND platform = $6 AND claimed_at IS NOT NULL AND outcome IS NULL \
             AND (worker IS NULL OR lease_until < $5) RETURNING id, owner, sealed",
        )
        .bind(worker)
        .bind(now.after(lease).0)
        .bind(id)
        .bind(owner)
        .bind(now.0)
        .bind(&self.platform)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| self.open_flow(&row)).transpose()
    }

    fn open_flow(&self, row: &AnyRow) -> Result<OpenFlow, StorageError> {
        let (id, owner): (String, String) = (row.try_get("id")?, row.try_get("owner")?);
        let sealed: Vec<u8> = row.try_get("sealed")?;
        let opened = self.open_sealed("flow", &owner, &id, &sealed)?;
        let flow = serde_json::from_slice(&opened).map_err(|_| StorageError::Damaged)?;
        Ok(OpenFlow { id, owner, flow })
    }

    /// Stores how a flow ended. Its secrets go. If two replicas disagree, whoever has the instance is right.
    pub(crate) async fn end_flow<'c>(
        &self,
        within: impl Executor<'c, Database = Any>,
        id: &str,
        outcome: Outcome,
    ) -> Result<(), StorageError> {
        sqlx::query(
            "UPDATE flows SET outcome = $1, ended_at = $2, sealed = $3, worker = NULL \
             WHERE id = $4 AND (outcome IS NULL OR $1 = 'connected')",
        )
        .bind(outcome.name())
        .bind(Timestamp::now().0)
        .bind(Vec::new())
        .bind(id)
        .execute(within)
        .await?;
        Ok(())
    }

    /// Deletes the flows that ended or expired before `forgotten`, and gives up those that were claimed
    /// before `given_up` and are open still. Returns how many were given up.
    pub(crate) async fn delete_old_flows(
        &self,
        forgotten: Timestamp,
        given_up: Timestamp,
    ) -> Result<u64, StorageError> {
        sqlx::query(
            "DELETE FROM flows WHERE ended_at < $1 OR (claimed_at IS NULL AND expires_at < $1)",
        )
        .bind(forgotten.0)
        .execute(&self.pool)
        .await?;
        let updated = sqlx::query(
            "UPDATE flows SET outcome = $1, ended_at = $2, sealed = $3, worker = NULL \
             WHERE claimed_at < $4 AND outcome IS NULL",
        )
        .bind(Outcome::GivenUp.name())
        .bind(Timestamp::now().0)
        .bind(Vec::new())
        .bind(given_up.0)
        .execute(&self.pool)
        .await?;
        Ok(updated.rows_affected())
    }
}
