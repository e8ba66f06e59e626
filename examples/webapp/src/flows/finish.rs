//! Finishes flows whose users have come back, whatever becomes of the replica that began to.
//!
//! The work runs in a task of its own: a browser that hangs up doesn't stop it. While it runs its
//! lease is renewed. Replicas that find a lapsed one search for the instance by the flow's tag.

use std::sync::Arc;

use ce_async::calls::GetInstance;
use ce_async::model::{Instance, InstanceId};
use ce_async::{CallbackOutcome, ConnectOutcome, Denied, Error, PendingAuthorization};
use tokio::time::Instant;

use super::short_id;
use crate::app::App;
use crate::database::{OpenFlow, Outcome, StorageError};

/// What became of a flow.
pub(crate) enum FlowEnd {
    Connected(InstanceId),
    /// By the user or by the provider.
    Denied(Denied),
    /// It ended, or is open: the error says which.
    Error(Error),
    /// The instance may exist, and it could not be stored. It is searched for again later.
    NotStored(StorageError),
}

impl App {
    /// Follows up the callback of a flow that this replica has claimed.
    pub(crate) async fn finish(self: Arc<Self>, open: OpenFlow, read: CallbackOutcome) -> FlowEnd {
        let finished = match read {
            CallbackOutcome::Denied(denied) => Ok(ConnectOutcome::Denied(denied)),
            CallbackOutcome::Granted(grant) => {
                let connect = open.flow.connection(&self);
                let create = self.client.create(&connect, grant);
                let created = self.under_lease(&open.id, create).await;
                created.map(ConnectOutcome::from)
            }
        };
        self.conclude(&open, finished).await
    }

    /// Searches for the instance of a flow that this replica has taken over.
    pub(crate) async fn search(self: Arc<Self>, open: OpenFlow) -> FlowEnd {
        let search = self.client.reconcile(&open.flow.pending);
        let found = self.under_lease(&open.id, search).await;
        self.conclude(&open, found.map(ConnectOutcome::from)).await
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
                    if let Err(error) = self.database.renew_lease(id, &self.replica, self.takeover).await {
                        tracing::warn!(flow = short_id(id), %error, "the lease could not be renewed");
                    }
                }
            }
        }
    }

    async fn conclude(&self, open: &OpenFlow, finished: Result<ConnectOutcome, Error>) -> FlowEnd {
        let flow = short_id(&open.id);
        match finished {
            Ok(ConnectOutcome::Connected(instance)) => match self.store(open, &instance).await {
                Ok(()) => {
                    tracing::info!(flow, instance = instance.id.get(), "connected");
                    FlowEnd::Connected(instance.id)
                }
                // To try again would come to the same.
                Err(StorageError::NotTheOwners) => {
                    tracing::error!(
                        flow,
                        instance = instance.id.get(),
                        "somebody else's instance"
                    );
                    self.end(open, Outcome::Failed).await;
                    FlowEnd::NotStored(StorageError::NotTheOwners)
                }
                Err(error) => {
                    tracing::error!(flow, %error, "connected, but not stored; tried again later");
                    self.release(open).await;
                    FlowEnd::NotStored(error)
                }
            },
            Ok(ConnectOutcome::Denied(denied)) => {
                let reason = name(&denied);
                let outcome = if denied.is_by_user() {
                    tracing::info!(flow, reason, "denied");
                    Outcome::Denied
                } else {
                    // Somebody has to look after it: an outage, or what is registered there.
                    let element = open.flow.pending.element().as_str();
                    tracing::warn!(flow, element, reason, "refused by the provider");
                    Outcome::Failed
                };
                self.end(open, outcome).await;
                FlowEnd::Denied(denied)
            }
            // An instance that is there already isn't searched for; to begin again does no harm.
            Err(Error::OutcomeUnknown(unknown)) if unknown.is_recoverable() => {
                tracing::warn!(flow, error = %unknown, cause = %unknown.reason(), "still open");
                self.release(open).await;
                FlowEnd::Error(Error::OutcomeUnknown(unknown))
            }
            Err(error) => {
                let platform_request = error.request_id();
                tracing::warn!(flow, %error, platform_request, "not connected");
                let outcome = match error {
                    Error::NotCreated => Outcome::NotCreated,
                    _ => Outcome::Failed,
                };
                self.end(open, outcome).await;
                FlowEnd::Error(error)
            }
        }
    }

    /// Stores the account and the flow's end: both, or neither.
    async fn store(&self, open: &OpenFlow, instance: &Instance) -> Result<(), StorageError> {
        let pending = &open.flow.pending;
        let database = &self.database;
        let mut transaction = database.pool.begin().await?;
        // A transaction that writes first waits for its turn. One that reads first is refused by SQLite
        // if another writes meanwhile.
        database
            .end_flow(&mut *transaction, &open.id, Outcome::Connected)
            .await?;
        if let Some(known) = pending.reauthorizes() {
            database
                .set_authorized(&mut transaction, &open.owner, known.get())
                .await?;
        } else {
            database
                .insert_account(&mut transaction, &open.owner, instance, &open.flow)
                .await?;
        }
        transaction.commit().await?;
        // Safe now: it need not be found by its tag again. The tag does no harm if it stays.
        if pending.reauthorizes().is_none()
            && let Err(error) = self.untag(pending, instance).await
        {
            tracing::warn!(flow = short_id(&open.id), %error, "the flow's tag stays");
        }
        Ok(())
    }

    async fn end(&self, open: &OpenFlow, outcome: Outcome) {
        let pool = &self.database.pool;
        if let Err(error) = self.database.end_flow(pool, &open.id, outcome).await {
            tracing::error!(flow = short_id(&open.id), %error, "the flow's end was not stored");
        }
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

    async fn release(&self, open: &OpenFlow) {
        if let Err(error) = self
            .database
            .release(&open.id, &self.replica, self.takeover)
            .await
        {
            // The lease lapses by itself.
            tracing::warn!(flow = short_id(&open.id), %error, "the flow could not be released");
        }
    }
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
