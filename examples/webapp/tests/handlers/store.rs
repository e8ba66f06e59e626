//! What is an application's own: its database, here in memory; and a platform that takes its time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use ce_async::model::EventNotification;
use ce_async::{Client, Config, ConnectOutcome, Credentials, Error, PendingAuthorization};
use ce_sandbox::Sandbox;
use tokio::sync::watch;
use tokio::time::timeout;

/// Notifications, by their ids: in earnest a table, with a unique column.
#[derive(Clone, Default)]
pub(crate) struct Inbox(Arc<Mutex<HashMap<String, EventNotification>>>);

impl Inbox {
    /// Stores it, unless it is there already. Says whether it is.
    pub(crate) async fn take(&self, id: &str, notification: EventNotification) -> bool {
        let mut rows = self.0.lock().unwrap();
        rows.entry(id.to_owned()).or_insert(notification);
        true
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// Flows, by their states: in earnest a table, too. Whoever waits for a row to change is told.
#[derive(Clone, Default)]
pub(crate) struct Flows(Arc<watch::Sender<HashMap<String, Row>>>);

pub(crate) struct Row {
    owner: String,
    pending: PendingAuthorization,
    claimed_at: Option<SystemTime>,
    /// An hour later the row may be deleted.
    ended_at: Option<SystemTime>,
    /// In earnest encrypted, in a table of accounts.
    token: Option<String>,
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

    /// The claim was longer ago by so much.
    pub(crate) fn age(&self, state: &str, by: Duration) {
        self.change(state, |row| {
            row.claimed_at = row.claimed_at.map(|at| at - by);
        });
    }

    fn change(&self, state: &str, change: impl FnOnce(&mut Row)) {
        self.0
            .send_modify(|rows| change(rows.get_mut(state).unwrap()));
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

pub(crate) fn slow_platform() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder()
        .provisioning(Duration::from_millis(300))
        .start()
        .unwrap();
    let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
    let credentials = Credentials::new(user, organization);
    let config = Config::new(sandbox.base_url(), credentials).unwrap();
    let client = Client::new(config).unwrap();
    (sandbox, client)
}
