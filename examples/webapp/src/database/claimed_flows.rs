//! Flows whose users have come back, as these users may see them.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Database, StorageError, Timestamp};

/// How a flow ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Connected,
    Denied,
    /// Refused, or never reached the platform.
    Failed,
    /// The answer was lost, and there is no instance.
    NotCreated,
    /// Searched for in vain for so long that nobody goes on.
    GivenUp,
}

/// A flow that was claimed, without its secrets.
pub(crate) struct ClaimedFlow {
    pub(crate) id: String,
    pub(crate) element: String,
    pub(crate) name: String,
    pub(crate) claimed_at: Timestamp,
    /// `None` while it is open.
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

impl Database {
    /// A flow that was claimed, if it is this user's.
    pub(crate) async fn claimed_flow(
        &self,
        owner: &str,
        id: &str,
    ) -> Result<Option<ClaimedFlow>, StorageError> {
        let row = sqlx::query(
            "SELECT id, element, name, claimed_at, worker, lease_until, outcome FROM flows \
             WHERE id = $1 AND owner = $2 AND platform = $3 AND claimed_at IS NOT NULL",
        )
        .bind(id)
        .bind(owner)
        .bind(&self.platform)
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(ClaimedFlow::read).transpose()
    }

    /// A user's claimed flows that are open or ended badly, the latest first.
    pub(crate) async fn unfinished_flows(
        &self,
        owner: &str,
    ) -> Result<Vec<ClaimedFlow>, StorageError> {
        let rows = sqlx::query(
            "SELECT id, element, name, claimed_at, worker, lease_until, outcome FROM flows \
             WHERE owner = $1 AND platform = $4 AND claimed_at IS NOT NULL \
             AND (outcome IS NULL OR outcome IN ($2, $3)) \
             ORDER BY claimed_at DESC LIMIT 20",
        )
        .bind(owner)
        .bind(Outcome::NotCreated.name())
        .bind(Outcome::GivenUp.name())
        .bind(&self.platform)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(ClaimedFlow::read).collect()
    }
}

impl ClaimedFlow {
    fn read(row: &AnyRow) -> Result<Self, StorageError> {
        let outcome: Option<String> = row.try_get("outcome")?;
        let read = |name: String| {
            let mut all = Outcome::ALL.into_iter();
            let found = all.find(|outcome| outcome.name() == name);
            found.ok_or(StorageError::Damaged)
        };
        let worker: Option<String> = row.try_get("worker")?;
        let lease_until = Timestamp(row.try_get("lease_until")?);
        Ok(Self {
            id: row.try_get("id")?,
            element: row.try_get("element")?,
            name: row.try_get("name")?,
            claimed_at: Timestamp(row.try_get("claimed_at")?),
            outcome: outcome.map(read).transpose()?,
            worked_on: worker.is_some() && lease_until > Timestamp::now(),
        })
    }
}
