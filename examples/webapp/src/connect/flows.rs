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

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ce_async::PendingAuthorization;
use serde::{Deserialize, Serialize};
use sqlx::{Any, Executor, FromRow};
use tokio::time::MissedTickBehavior;

use crate::app::App;
use crate::db::{bind, digest, millis, now};

/// A flow that has not ended: all that the callback's handler needs, on whatever replica it runs. No credential
/// is in it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Flow {
    /// What it is called where its `state` must not be seen.
    #[serde(skip)]
    pub(crate) id: String,
    #[serde(skip)]
    pub(crate) owner: String,
    pub(crate) pending: PendingAuthorization,
    pub(crate) details: Details,
}

/// What the user wants connected.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Details {
    /// What the account is called.
    pub(crate) name: String,
    /// What this element wants to know beside the name.
    pub(crate) fields: BTreeMap<String, String>,
    /// Returns `true` if this element uses OAuth 1.0a.
    pub(crate) oauth1: bool,
    /// Returns `true` if this element reports changes.
    #[serde(default)]
    pub(crate) events: bool,
}

/// The same as it is stored: its id, its owner, and the rest, sealed.
type Row = (String, String, Vec<u8>);

/// A flow that was claimed, as its user may see it.
#[derive(FromRow)]
pub(crate) struct ClaimedFlow {
    pub(crate) id: String,
    pub(crate) element: String,
    pub(crate) name: String,
    pub(crate) claimed_at: i64,
    worker: Option<String>,
    lease_until: i64,
    /// `None` while it is open.
    pub(crate) outcome: Option<String>,
}

/// How a flow ends.
pub(crate) const CONNECTED: &str = "connected";
/// By the user, or by the provider.
pub(crate) const DENIED: &str = "denied";
/// Refused, or never reached the platform.
pub(crate) const FAILED: &str = "failed";
/// The answer was lost, and there is no instance.
pub(crate) const NOT_CREATED: &str = "not created";
/// Searched for in vain for so long that nobody goes on.
const GIVEN_UP: &str = "given up";

/// After so long without an end a flow is given up.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);
/// So long it is known that a flow has ended or expired, to say so if its callback comes.
const REMEMBER_FOR: Duration = Duration::from_secs(3600);
/// The platform repeats a notification for four days at most.
const KEEP_EVENTS: Duration = Duration::from_secs(7 * 24 * 3600);
/// So many flows of a user may wait, most of them in tabs that were left. Of more, the oldest go.
const WAITING_PER_USER: i64 = 20;

impl Flow {
    /// Enough of its id to follow it through the logs.
    pub(crate) fn short_id(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }

    pub(crate) fn element(&self) -> &str {
        self.pending.element().as_str()
    }
}

impl ClaimedFlow {
    pub(crate) fn is_worked_on(&self) -> bool {
        self.worker.is_some() && self.lease_until > now()
    }
}

impl App {
    /// Stores a flow whose user is about to be sent away.
    pub(crate) async fn insert_flow(&self, flow: &Flow) -> anyhow::Result<()> {
        let Flow { id, owner, .. } = flow;
        let sealed = self
            .db
            .vault
            .seal(&self.db.place("flow", owner, id), flow)?;
        let expires = flow.pending.expires().duration_since(UNIX_EPOCH);
        let sql = "INSERT INTO flows (id, platform, owner, element, name, sealed, begun_at, \
                   expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let query = bind!(
            sqlx::query(sql);
            id, &self.db.platform, owner, flow.element(), &flow.details.name,
            sealed, now(), millis(expires.unwrap_or_default())
        );
        query.execute(&self.db.pool).await?;
        let sql = "DELETE FROM flows WHERE claimed_at IS NULL AND id IN (SELECT id FROM flows \
                   WHERE owner = $1 AND claimed_at IS NULL ORDER BY begun_at DESC, id LIMIT 1000 \
                   OFFSET $2)";
        let query = bind!(sqlx::query(sql); owner, WAITING_PER_USER);
        query.execute(&self.db.pool).await?;
        Ok(())
    }

    /// The flow that a callback answers, if this user began it. It stays where it is: a forged callback
    /// must not end a flow.
    pub(crate) async fn flow_of_callback(
        &self,
        owner: &str,
        callback: &str,
    ) -> anyhow::Result<Option<Flow>> {
        let state = PendingAuthorization::state_of_callback(callback);
        // With OAuth 1.0a some providers lose the state; then the request token tells.
        let id = state.as_deref().map(digest);
        let sql = "SELECT id, owner, sealed FROM flows WHERE owner = $1 AND platform = $2 AND \
                   claimed_at IS NULL AND ($3 = '' OR id = $3)";
        let query = bind!(
            sqlx::query_as(sql);
            owner, &self.db.platform, id.as_deref().unwrap_or_default()
        );
        for row in query.fetch_all(&self.db.pool).await? {
            let flow = self.open_flow(row)?;
            let read = flow.pending.read_callback(callback, SystemTime::now());
            if id.is_some() || read.is_ok() {
                return Ok(Some(flow));
            }
        }
        Ok(None)
    }

    fn open_flow(&self, (id, owner, sealed): Row) -> anyhow::Result<Flow> {
        let place = self.db.place("flow", &owner, &id);
        let flow: Flow = self.db.vault.open(&place, &sealed)?;
        Ok(Flow { id, owner, ..flow })
    }

    /// A flow that was claimed, if it is this user's.
    pub(crate) async fn claimed_flow(
        &self,
        owner: &str,
        id: &str,
    ) -> sqlx::Result<Option<ClaimedFlow>> {
        let sql = "SELECT id, element, name, claimed_at, worker, lease_until, outcome FROM flows \
                   WHERE id = $1 AND owner = $2 AND platform = $3 AND claimed_at IS NOT NULL";
        let query = bind!(sqlx::query_as(sql); id, owner, &self.db.platform);
        query.fetch_optional(&self.db.pool).await
    }

    /// A user's claimed flows that are open or ended badly, the latest first.
    pub(crate) async fn unfinished_flows(&self, owner: &str) -> sqlx::Result<Vec<ClaimedFlow>> {
        let sql = "SELECT id, element, name, claimed_at, worker, lease_until, outcome FROM flows \
                   WHERE owner = $1 AND platform = $2 AND claimed_at IS NOT NULL AND (outcome IS \
                   NULL OR outcome IN ($3, $4)) ORDER BY claimed_at DESC LIMIT 20";
        let query = bind!(sqlx::query_as(sql); owner, &self.db.platform, NOT_CREATED, GIVEN_UP);
        query.fetch_all(&self.db.pool).await
    }

    /// Claims the end of a flow. Returns `false` if it is claimed already, by whomever.
    pub(crate) async fn claim(&self, id: &str) -> sqlx::Result<bool> {
        let sql = "UPDATE flows SET claimed_at = $1, worker = $2, lease_until = $3 WHERE id = $4 \
                   AND claimed_at IS NULL";
        let query = bind!(sqlx::query(sql); now(), &self.replica, self.lapses(), id);
        let claimed = query.execute(&self.db.pool).await?;
        Ok(claimed.rows_affected() == 1)
    }

    /// Renews this replica's lease on a flow; or releases the flow, if nobody is to be its worker. Then any
    /// replica takes it over after a pause.
    pub(crate) async fn lease(&self, flow: &Flow, worker: Option<&str>) {
        let sql = "UPDATE flows SET worker = $1, lease_until = $2 WHERE id = $3 AND worker = $4 \
                   AND outcome IS NULL";
        let query = bind!(sqlx::query(sql); worker, self.lapses(), &flow.id, &self.replica);
        if let Err(error) = query.execute(&self.db.pool).await {
            // It lapses by itself.
            tracing::warn!(flow = flow.short_id(), %error, "the lease could not be changed");
        }
    }

    /// When a lease ends that is taken now.
    fn lapses(&self) -> i64 {
        now() + millis(self.settings.takeover)
    }

    /// Takes over a claimed flow on which nobody works any more. Returns `None` if somebody does, or if it has
    /// ended.
    pub(crate) async fn take_over(&self, owner: &str, id: &str) -> anyhow::Result<Option<Flow>> {
        let sql = "UPDATE flows SET worker = $1, lease_until = $2 WHERE id = $3 AND owner = $4 \
                   AND platform = $6 AND claimed_at IS NOT NULL AND outcome IS NULL AND (worker \
                   IS NULL OR lease_until < $5) RETURNING id, owner, sealed";
        let query = bind!(
            sqlx::query_as(sql);
            &self.replica, self.lapses(), id, owner, now(), &self.db.platform
        );
        let row = query.fetch_optional(&self.db.pool).await?;
        row.map(|row| self.open_flow(row)).transpose()
    }

    /// Takes over what other replicas have left, and what was released a pause ago.
    async fn take_over_left(self: &Arc<Self>) -> anyhow::Result<()> {
        let sql = "SELECT id, owner FROM flows WHERE claimed_at IS NOT NULL AND outcome IS NULL AND \
                   lease_until < $1 AND platform = $2 ORDER BY lease_until";
        let query = bind!(sqlx::query_as(sql); now(), &self.db.platform);
        let left: Vec<(String, String)> = query.fetch_all(&self.db.pool).await?;
        for (id, owner) in left {
            if let Some(flow) = self.take_over(&owner, &id).await? {
                tracing::info!(flow = flow.short_id(), "taken over");
                self.work.spawn(Arc::clone(self).search(flow));
            }
        }
        Ok(())
    }

    /// Stores how a flow ended. Its secrets go. If two replicas disagree, whoever has the instance is right.
    pub(crate) async fn end_flow<'c>(
        within: impl Executor<'c, Database = Any>,
        id: &str,
        outcome: &str,
    ) -> sqlx::Result<()> {
        let sql = "UPDATE flows SET outcome = $1, ended_at = $2, sealed = $3, worker = NULL WHERE \
                   id = $4 AND (outcome IS NULL OR $1 = 'connected')";
        let query = bind!(sqlx::query(sql); outcome, now(), Vec::new(), id);
        query.execute(within).await?;
        Ok(())
    }

    /// Deletes what is old: sessions and flows that ended or expired, and events. Gives up flows that are
    /// open for too long.
    async fn delete_old(&self) -> sqlx::Result<()> {
        let before = |time| now() - millis(time);
        let flows =
            "DELETE FROM flows WHERE ended_at < $1 OR (claimed_at IS NULL AND expires_at < $1)";
        for (sql, before) in [
            ("DELETE FROM sessions WHERE expires_at < $1", now()),
            (
                "DELETE FROM events WHERE received_at < $1",
                before(KEEP_EVENTS),
            ),
            (flows, before(REMEMBER_FOR)),
        ] {
            bind!(sqlx::query(sql); before)
                .execute(&self.db.pool)
                .await?;
        }
        let sql = "UPDATE flows SET outcome = $1, ended_at = $2, sealed = $3, worker = NULL WHERE \
                   claimed_at < $4 AND outcome IS NULL";
        let query = bind!(sqlx::query(sql); GIVEN_UP, now(), Vec::new(), before(GIVE_UP_AFTER));
        let given_up = query.execute(&self.db.pool).await?.rows_affected();
        if given_up > 0 {
            tracing::error!(given_up, "flows whose end nobody will know");
        }
        Ok(())
    }

    /// Runs beside the requests: takes over what other replicas have left, and deletes what is old.
    pub(crate) async fn maintain(self: Arc<Self>) {
        let pause = self.settings.takeover / 4;
        let mut ticks = tokio::time::interval(pause.max(Duration::from_millis(100)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.delete_old().await {
                tracing::warn!(%error, "what is old could not be deleted");
            }
            if let Err(error) = self.take_over_left().await {
                tracing::warn!(%error, "flows that were left could not be taken over");
            }
        }
    }
}
