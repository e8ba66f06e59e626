//! What runs beside the requests: taking over what other replicas have left, and deleting what is old.

use std::sync::Arc;
use std::time::Duration;

use super::short_id;
use crate::app::App;
use crate::database::{StorageError, Timestamp};

/// After so long without an end a flow is given up.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);
/// So long it is known that a flow has ended or expired, to say so if its callback comes.
const REMEMBER_FOR: Duration = Duration::from_secs(3600);

/// The platform repeats a notification for four days at most.
const KEEP_EVENTS: Duration = Duration::from_secs(7 * 24 * 3600);

impl App {
    /// Runs for as long as the application does.
    pub(crate) async fn maintain(self: Arc<Self>) {
        let mut ticks = tokio::time::interval((self.takeover / 4).max(Duration::from_millis(100)));
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.delete_old().await {
                tracing::warn!(%error, "what is old could not be deleted");
            }
            if let Err(error) = self.take_over_flows().await {
                tracing::warn!(%error, "flows that were left could not be taken over");
            }
        }
    }

    async fn delete_old(&self) -> Result<(), StorageError> {
        self.database.delete_expired_sessions().await?;
        let now = Timestamp::now();
        self.database
            .delete_old_events(now.before(KEEP_EVENTS))
            .await?;
        let forgotten = now.before(REMEMBER_FOR);
        let given_up = now.before(GIVE_UP_AFTER);
        let given_up = self.database.delete_old_flows(forgotten, given_up).await?;
        if given_up > 0 {
            tracing::error!(given_up, "flows whose end nobody will know");
        }
        Ok(())
    }

    async fn take_over_flows(self: &Arc<Self>) -> Result<(), StorageError> {
        let (replica, lease) = (self.replica.as_str(), self.takeover);
        while let Some(open) = self.database.take_over(replica, lease).await? {
            tracing::info!(flow = short_id(&open.id), "taken over");
            self.work.spawn(Arc::clone(self).search(open));
        }
        Ok(())
    }
}
