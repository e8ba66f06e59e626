//! Claims: who ends a flow, and how it ended.
//!
//! A session store can't say "take this out, and tell me whether I was the first": two replicas
//! that get the same callback at once both read the same session. The database can. So the flow
//! lies in the session, and the right to end it is a row in the database that only one can insert.
//!
//! ```text
//!   callback ──claim──▶ worked on ──end_flow──▶ connected │ denied │ failed │ not created
//!                          │   ▲
//!             lease lapses │   │ another replica takes it over, and looks for the instance
//!                          ▼   │
//!                        open, nobody works on it
//! ```
//!
//! The row holds the flow, sealed, so that whoever takes it over can go on. A lease says how long
//! its worker may be silent. It is measured by the replicas' own clocks: one that lapses too soon
//! costs a look at the platform, and nothing else, since the same instance is kept once.

use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Row as _};

use super::{Database, StorageError, Timestamp};
use crate::flows::Flow;

/// The right to end a flow, as long as the lease is renewed.
#[derive(Clone)]
pub(crate) struct Claim {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) flow: Flow,
}

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Connected,
    Denied,
    /// Refused, or never reached the platform.
    Failed,
    /// The answer was lost, and there is no instance.
    NotCreated,
    /// Looked for in vain for so long that nobody goes on.
    GivenUp,
}

/// A flow that came back, as its user may see it.
pub(crate) struct Returned {
    pub(crate) id: String,
    pub(crate) element: String,
    pub(crate) name: String,
    pub(crate) claimed_at: Timestamp,
    /// None while it is open.
    pub(crate) outcome: Option<Outcome>,
    /// Is anybody working on it?
    pub(crate) worked_on: bool,
}

impl Outcome {
    const ALL: [Self; 5] = [
        Self::Connected,
        Self::Denied,
        Self::Failed,
        Self::NotCreated,
        Self::GivenUp,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Denied => "denied",
            Self::Failed => "failed",
            Self::NotCreated => "not created",
            Self::GivenUp => "given up",
        }
    }
}

fn place<'a>(owner: &'a str, id: &'a str) -> [&'a str; 3] {
    ["flow", owner, id]
}

impl Database {
    /// Claims the end of a flow. None if it is claimed already, by whomever.
    pub(crate) async fn claim(
        &self,
        owner: &str,
        flow: &Flow,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<Claim>, StorageError> {
        let id = flow.id();
        let written =
            zeroize::Zeroizing::new(serde_json::to_vec(flow).map_err(|_| StorageError::Damaged)?);
        let sealed = self.vault.seal(&written, &place(owner, &id))?;
        let now = Timestamp::now();
        let inserted = sqlx::query(
            "INSERT INTO flows \
             (id, owner, element, name, pending, claimed_at, worker, lease_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
        )
        .bind(&id)
        .bind(owner)
        .bind(flow.pending.element().as_str())
        .bind(&flow.details.name)
        .bind(sealed)
        .bind(now.0)
        .bind(worker)
        .bind(now.after(lease).0)
        .execute(&self.pool)
        .await?;
        Ok((inserted.rows_affected() == 1).then(|| Claim {
            id,
            owner: owner.to_owned(),
            flow: flow.clone(),
        }))
    }

    /// Says that the worker is alive. False if the flow isn't its own any more.
    pub(crate) async fn renew(
        &self,
        id: &str,
        worker: &str,
        lease: Duration,
    ) -> Result<bool, StorageError> {
        let renewed = sqlx::query(
            "UPDATE flows SET lease_until = $1 \
             WHERE id = $2 AND worker = $3 AND outcome IS NULL",
        )
        .bind(Timestamp::now().after(lease).0)
        .bind(id)
        .bind(worker)
        .execute(&self.pool)
        .await?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Lets go of a flow whose end isn't known yet; in a while anybody takes it over.
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

    /// Takes over one flow on which nobody works any more.
    pub(crate) async fn take_over(
        &self,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<Claim>, StorageError> {
        let now = Timestamp::now();
        let row = sqlx::query(
            "UPDATE flows SET worker = $1, lease_until = $2 \
             WHERE outcome IS NULL AND lease_until < $3 AND id = \
             (SELECT id FROM flows WHERE outcome IS NULL AND lease_until < $3 \
              ORDER BY lease_until LIMIT 1) RETURNING id, owner, pending",
        )
        .bind(worker)
        .bind(now.after(lease).0)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| self.open_claim(&row)).transpose()
    }

    /// The same for one that its user asks after, without waiting for the pause to end.
    pub(crate) async fn take_over_for(
        &self,
        owner: &str,
        id: &str,
        worker: &str,
        lease: Duration,
    ) -> Result<Option<Claim>, StorageError> {
        let now = Timestamp::now();
        let row = sqlx::query(
            "UPDATE flows SET worker = $1, lease_until = $2 \
             WHERE id = $3 AND owner = $4 AND outcome IS NULL \
             AND (worker IS NULL OR lease_until < $5) RETURNING id, owner, pending",
        )
        .bind(worker)
        .bind(now.after(lease).0)
        .bind(id)
        .bind(owner)
        .bind(now.0)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| self.open_claim(&row)).transpose()
    }

    fn open_claim(&self, row: &AnyRow) -> Result<Claim, StorageError> {
        let (id, owner): (String, String) = (row.try_get("id")?, row.try_get("owner")?);
        let sealed: Vec<u8> = row.try_get("pending")?;
        let opened = self.vault.open(&sealed, &place(&owner, &id))?;
        let flow = serde_json::from_slice(&opened).map_err(|_| StorageError::Damaged)?;
        Ok(Claim { id, owner, flow })
    }

    /// Says how a flow ended. Its secrets go.
    pub(crate) async fn end_flow<'c>(
        &self,
        within: impl Executor<'c, Database = Any>,
        id: &str,
        outcome: Outcome,
    ) -> Result<(), StorageError> {
        sqlx::query(
            "UPDATE flows SET outcome = $1, settled_at = $2, pending = $3, worker = NULL \
             WHERE id = $4",
        )
        .bind(outcome.name())
        .bind(Timestamp::now().0)
        .bind(Vec::new())
        .bind(id)
        .execute(within)
        .await?;
        Ok(())
    }

    /// A flow that came back, if it is this user's.
    pub(crate) async fn returned(
        &self,
        owner: &str,
        id: &str,
    ) -> Result<Option<Returned>, StorageError> {
        let row = sqlx::query(
            "SELECT id, element, name, claimed_at, worker, lease_until, outcome FROM flows \
             WHERE id = $1 AND owner = $2",
        )
        .bind(id)
        .bind(owner)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(Returned::read).transpose()
    }

    /// A user's flows that are open or ended badly, the latest first.
    pub(crate) async fn unfinished_of(&self, owner: &str) -> Result<Vec<Returned>, StorageError> {
        let rows = sqlx::query(
            "SELECT id, element, name, claimed_at, worker, lease_until, outcome FROM flows \
             WHERE owner = $1 AND (outcome IS NULL OR outcome IN ('not created', 'given up')) \
             ORDER BY claimed_at DESC LIMIT 20",
        )
        .bind(owner)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(Returned::read).collect()
    }

    /// Forgets the flows that ended before, and gives up those that came back before and are open
    /// still. How many of the latter?
    pub(crate) async fn delete_old_flows(
        &self,
        ended: Timestamp,
        came_back: Timestamp,
    ) -> Result<u64, StorageError> {
        sqlx::query("DELETE FROM flows WHERE settled_at < $1")
            .bind(ended.0)
            .execute(&self.pool)
            .await?;
        let given_up = sqlx::query(
            "UPDATE flows SET outcome = 'given up', settled_at = $1 \
             WHERE outcome IS NULL AND claimed_at < $2",
        )
        .bind(Timestamp::now().0)
        .bind(came_back.0)
        .execute(&self.pool)
        .await?;
        Ok(given_up.rows_affected())
    }
}

impl Returned {
    fn read(row: &AnyRow) -> Result<Self, StorageError> {
        let outcome: Option<String> = row.try_get("outcome")?;
        let outcome = outcome
            .map(|name| {
                let mut all = Outcome::ALL.into_iter();
                all.find(|outcome| outcome.name() == name)
                    .ok_or(StorageError::Damaged)
            })
            .transpose()?;
        let worker: Option<String> = row.try_get("worker")?;
        let lease_until = Timestamp(row.try_get("lease_until")?);
        Ok(Self {
            id: row.try_get("id")?,
            element: row.try_get("element")?,
            name: row.try_get("name")?,
            claimed_at: Timestamp(row.try_get("claimed_at")?),
            outcome,
            worked_on: worker.is_some() && lease_until > Timestamp::now(),
        })
    }
}
