//! The job that looks after flows that were claimed and have no end.

use std::time::Duration;

use ce_async::{Client, ConnectOutcome, Error};

use crate::store::Flows;

/// Runs beside the requests.
pub(crate) async fn reconcile(client: Client, flows: Flows) {
    let limits = client.config().limits();
    // Before that, a handler's task may still be at it.
    let longest = limits.provisioning_timeout + limits.recovery_timeout;
    let mut rounds = tokio::time::interval(Duration::from_secs(60));
    loop {
        rounds.tick().await;
        for pending in flows.left_open(longest).await {
            match client.reconcile(&pending).await {
                found @ (Ok(_) | Err(Error::NotCreated)) => {
                    let finished = found.map(ConnectOutcome::from);
                    flows.close(&pending, &finished).await;
                }
                // It is looked for in the next round again, and somebody may have to see to it.
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "a flow without an end");
                }
            }
        }
    }
}
