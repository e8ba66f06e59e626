//! Ends flows whose users have come back, whatever becomes of the replica that began to.
//!
//! The work runs in a task of its own: a browser that hangs up doesn't stop it. While it runs its
//! lease is renewed. Replicas that find a lapsed one look for the instance by the flow's tag.

mod flow;

pub(crate) use flow::{AccountDetails, Flow, id};

use std::sync::Arc;
use std::time::Duration;

use ce_async::calls::GetInstance;
use ce_async::model::Instance;
use ce_async::{ConnectOutcome, Denied, Error, PendingAuthorization};

use tokio::time::Instant;

use crate::app::App;
use crate::database::StorageError;
use crate::database::Timestamp;
use crate::database::{Claim, Outcome};

/// What became of a flow.
pub(crate) enum FlowEnd {
    Connected,
    /// By the user or by the provider.
    Denied(Denied),
    /// It ended, or is open: the error says which.
    Error(Error),
    /// The instance may exist, and it could not be kept. It is looked for again later.
    NotKept(StorageError),
}

/// After so long without an end a flow is given up.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);
/// For so long it is known that a flow has ended. A callback is refused as expired by then.
const REMEMBER_FOR: Duration = Duration::from_secs(3600);

impl App {
    /// Creates the instance of a flow that this replica has claimed.
    pub(crate) async fn finish(self: Arc<Self>, claim: Claim, callback: String) -> FlowEnd {
        let connect = claim.flow.connection(&self);
        let finish = self.client.finish(&connect, &claim.flow.pending, &callback);
        let finished = self.under_lease(&claim.id, finish).await;
        self.conclude(&claim, finished).await
    }

    /// Looks for the instance of a flow that this replica has taken over.
    pub(crate) async fn look(self: Arc<Self>, claim: Claim) -> FlowEnd {
        let look = self.client.reconcile(&claim.flow.pending);
        let found = self.under_lease(&claim.id, look).await;
        self.conclude(&claim, found.map(ConnectOutcome::from)).await
    }

    /// Does the work, and says meanwhile that it is being done.
    async fn under_lease<T>(&self, id: &str, work: impl Future<Output = T>) -> T {
        let pause = self.takeover / 3;
        let mut ticks = tokio::time::interval_at(Instant::now() + pause, pause);
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                _ = ticks.tick() => {
                    if let Err(error) = self.database.renew(id, &self.replica, self.takeover).await {
                        tracing::warn!(flow = short_id(id), %error, "the lease could not be renewed");
                    }
                }
            }
        }
    }

    async fn conclude(&self, claim: &Claim, finished: Result<ConnectOutcome, Error>) -> FlowEnd {
        let flow = short_id(&claim.id);
        let outcome = match &finished {
            Ok(ConnectOutcome::Connected(instance)) => {
                return match self.keep(claim, instance).await {
                    Ok(()) => {
                        tracing::info!(flow, instance = instance.id.get(), "connected");
                        FlowEnd::Connected
                    }
                    Err(error) => {
                        tracing::error!(flow, %error, "connected, but not kept; tried again later");
                        self.release(claim).await;
                        FlowEnd::NotKept(error)
                    }
                };
            }
            Ok(ConnectOutcome::Denied(denied)) if denied.is_by_user() => Outcome::Denied,
            Ok(ConnectOutcome::Denied(_)) => Outcome::Failed,
            // An instance that is there already isn't looked for; to begin again does no harm.
            Err(Error::OutcomeUnknown(unknown)) if unknown.is_recoverable() => {
                tracing::warn!(flow, error = %unknown, cause = %unknown.reason(), "still open");
                self.release(claim).await;
                return match finished {
                    Err(error) => FlowEnd::Error(error),
                    Ok(_) => FlowEnd::Connected,
                };
            }
            Err(Error::NotCreated) => Outcome::NotCreated,
            Err(_) => Outcome::Failed,
        };
        if let Err(error) = self
            .database
            .end_flow(&self.database.pool, &claim.id, outcome)
            .await
        {
            tracing::error!(flow, %error, "the flow's end could not be noted");
        }
        match finished {
            Ok(ConnectOutcome::Denied(denied)) => {
                if denied.is_by_user() {
                    tracing::info!(flow, reason = name(&denied), "denied");
                } else {
                    // Somebody has to look after it: an outage, or what is registered there.
                    let element = claim.flow.pending.element().as_str();
                    let reason = name(&denied);
                    tracing::warn!(flow, element, reason, "refused by the provider");
                }
                FlowEnd::Denied(denied)
            }
            Ok(ConnectOutcome::Connected(_)) => FlowEnd::Connected,
            Err(error) => {
                let request = error.request_id();
                tracing::warn!(flow, %error, platform_request = request, "not connected");
                FlowEnd::Error(error)
            }
        }
    }

    /// Keeps the account and the flow's end: both, or neither.
    async fn keep(&self, claim: &Claim, instance: &Instance) -> Result<(), StorageError> {
        let pending = &claim.flow.pending;
        let now = Timestamp::now();
        let mut transaction = self.database.pool.begin().await?;
        if let Some(known) = pending.reauthorizes() {
            self.database
                .note_authorized(&mut *transaction, &claim.owner, known.get(), now)
                .await?;
        } else {
            self.database
                .insert_account(&mut *transaction, &claim.owner, instance, &claim.flow, now)
                .await?;
        }
        self.database
            .end_flow(&mut *transaction, &claim.id, Outcome::Connected)
            .await?;
        transaction.commit().await?;
        // Safe now: it need not be found by its tag again. The tag does no harm if it stays.
        if pending.reauthorizes().is_none()
            && let Err(error) = self.untag(pending, instance).await
        {
            tracing::warn!(flow = short_id(&claim.id), %error, "the flow's tag stays");
        }
        Ok(())
    }

    async fn untag(
        &self,
        pending: &PendingAuthorization,
        instance: &Instance,
    ) -> Result<(), Error> {
        let untagged = match pending.untagged(instance) {
            Ok(untagged) => untagged,
            // The creation's answer doesn't always have the tags.
            Err(_) => pending.untagged(&self.client.send(GetInstance::new(instance)).await?)?,
        };
        self.client.send(untagged).await.map(drop)
    }

    async fn release(&self, claim: &Claim) {
        if let Err(error) = self
            .database
            .release(&claim.id, &self.replica, self.takeover)
            .await
        {
            // The lease lapses by itself.
            tracing::warn!(flow = short_id(&claim.id), %error, "the flow could not be let go");
        }
    }

    /// Takes over what other replicas have left, for as long as this one runs.
    pub(crate) async fn watch(self: Arc<Self>) {
        let mut ticks = tokio::time::interval((self.takeover / 4).max(Duration::from_millis(100)));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.take_over_what_was_left().await {
                tracing::warn!(%error, "flows that were left could not be looked for");
            }
        }
    }

    async fn take_over_what_was_left(self: &Arc<Self>) -> Result<(), StorageError> {
        let now = Timestamp::now();
        let given_up = self
            .database
            .delete_old_flows(
                now.before(REMEMBER_FOR.max(self.flow_lifetime)),
                now.before(GIVE_UP_AFTER),
            )
            .await?;
        if given_up > 0 {
            tracing::error!(given_up, "flows whose end nobody will know");
        }
        while let Some(claim) = self
            .database
            .take_over(&self.replica, self.takeover)
            .await?
        {
            tracing::info!(flow = short_id(&claim.id), "taken over");
            self.work.spawn(Arc::clone(self).look(claim));
        }
        Ok(())
    }
}

/// Enough of a flow's id to follow it through the logs.
pub(crate) fn short_id(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// The error's name, for the log. It came through the user's browser, so what doesn't look like a
/// name stays out.
fn name(denied: &Denied) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if denied.error.len() <= 64 && denied.error.bytes().all(is_plain) {
        &denied.error
    } else {
        "(not a name)"
    }
}
