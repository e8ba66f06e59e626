//! The table of flows: an application's own, here in memory.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ce_async::{ConnectOutcome, Error, PendingAuthorization};
use tokio::sync::watch;

/// Flows, by their states: in a real application rows of its database. Whoever waits for one is told.
#[derive(Clone, Default)]
pub(crate) struct Flows(pub(crate) Arc<watch::Sender<HashMap<String, Row>>>);

pub(crate) struct Row {
    owner: String,
    pending: PendingAuthorization,
    pub(crate) claimed_at: Option<SystemTime>,
    /// An hour later the row may be deleted.
    pub(crate) ended_at: Option<SystemTime>,
    /// In a real application encrypted, in a table of accounts.
    pub(crate) token: Option<String>,
}

impl Flows {
    pub(crate) async fn insert(&self, owner: &str, pending: &PendingAuthorization) {
        let row = Row {
            owner: owner.to_owned(),
            pending: pending.clone(),
            claimed_at: None,
            ended_at: None,
            token: None,
        };
        let state = pending.expose_state().to_owned();
        self.0.send_modify(|rows| drop(rows.insert(state, row)));
    }

    pub(crate) async fn find(&self, owner: &str, state: &str) -> Option<PendingAuthorization> {
        let rows = self.0.borrow();
        let row = rows.get(state).filter(|row| row.owner == owner)?;
        Some(row.pending.clone())
    }

    pub(crate) async fn claim(&self, state: &str) -> bool {
        self.0.send_if_modified(|rows| {
            let row = rows.get_mut(state).filter(|row| row.claimed_at.is_none());
            let claimed = row.map(|row| row.claimed_at = Some(SystemTime::now()));
            claimed.is_some()
        })
    }

    pub(crate) async fn close(
        &self,
        pending: &PendingAuthorization,
        finished: &Result<ConnectOutcome, Error>,
    ) {
        self.change(pending.expose_state(), |row| match finished {
            // It stays claimed, for the job to look after.
            Err(error) if error.may_have_side_effects() => {}
            // Nothing was done: the callback may come again.
            Err(error) if error.is_transient() => row.claimed_at = None,
            ended => {
                row.ended_at = Some(SystemTime::now());
                if let Ok(ConnectOutcome::Connected(instance)) = ended {
                    row.token = Some(instance.token.expose().to_owned());
                }
            }
        });
    }

    /// For the job: what was claimed longer ago than this, and has no end.
    pub(crate) async fn left_open(&self, longest: Duration) -> Vec<PendingAuthorization> {
        let now = SystemTime::now();
        let is_left = |row: &&Row| {
            let claimed = row.claimed_at.filter(|_| row.ended_at.is_none());
            claimed.is_some_and(|at| at + longest < now)
        };
        let rows = self.0.borrow();
        let left = rows.values().filter(is_left);
        left.map(|row| row.pending.clone()).collect()
    }

    pub(crate) fn change(&self, state: &str, change: impl FnOnce(&mut Row)) {
        self.0
            .send_modify(|rows| change(rows.get_mut(state).unwrap()));
    }
}
