//! What tests wait for, and the time that they let pass.

use std::time::Duration;

use tokio::time::timeout;

use crate::store::{Flows, Row};

impl Flows {
    /// The claim was longer ago by so much.
    pub(crate) fn age(&self, state: &str, by: Duration) {
        self.change(state, |row| {
            row.claimed_at = row.claimed_at.map(|at| at - by);
        });
    }

    /// Waits until the flow is claimed.
    pub(crate) async fn claimed(&self, state: &str) {
        self.until(state, |row| row.claimed_at.is_some()).await;
    }

    /// Waits until the flow has ended: its token.
    pub(crate) async fn ended(&self, state: &str) -> Option<String> {
        self.until(state, |row| row.ended_at.is_some()).await;
        self.0.borrow()[state].token.clone()
    }

    async fn until(&self, state: &str, is_so: impl Fn(&Row) -> bool) {
        let mut changes = self.0.subscribe();
        let is_so = changes.wait_for(|rows| rows.get(state).is_some_and(&is_so));
        let in_time = timeout(Duration::from_secs(20), is_so).await;
        in_time.expect("it takes less than seconds").unwrap();
    }
}
