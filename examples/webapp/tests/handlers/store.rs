//! What is an application's own: its database, which tells here of what it is asked to do; and a platform
//! that takes its time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use ce_async::model::EventNotification;
use ce_async::{Client, Config, ConnectOutcome, Credentials, Error, PendingAuthorization};
use ce_sandbox::Sandbox;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

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

/// What was done in the database.
#[derive(Debug, PartialEq)]
pub(crate) enum Change {
    Claimed(String),
    /// The claim was taken back.
    Unclaimed(String),
    /// The token, if there is one.
    Ended(String, Option<String>),
}

#[derive(Clone)]
pub(crate) struct Flows {
    rows: Arc<Mutex<HashMap<String, Row>>>,
    tell: UnboundedSender<Change>,
}

struct Row {
    owner: String,
    pending: PendingAuthorization,
    claimed_at: Option<SystemTime>,
    /// An hour later the row may be deleted.
    ended_at: Option<SystemTime>,
}

pub(crate) type Changes = UnboundedReceiver<Change>;

impl Flows {
    pub(crate) fn new() -> (Self, Changes) {
        let (tell, changes) = unbounded_channel();
        let rows = Arc::default();
        (Self { rows, tell }, changes)
    }

    pub(crate) async fn insert(&self, owner: &str, pending: &PendingAuthorization) {
        let state = pending.expose_state().to_owned();
        let row = Row {
            owner: owner.to_owned(),
            pending: pending.clone(),
            claimed_at: None,
            ended_at: None,
        };
        self.rows.lock().unwrap().insert(state, row);
    }

    pub(crate) async fn find(&self, owner: &str, state: &str) -> Option<PendingAuthorization> {
        let rows = self.rows.lock().unwrap();
        let row = rows.get(state).filter(|row| row.owner == owner)?;
        Some(row.pending.clone())
    }

    pub(crate) async fn claim(&self, state: &str) -> bool {
        let mut rows = self.rows.lock().unwrap();
        let row = rows.get_mut(state).filter(|row| row.claimed_at.is_none());
        let claimed = row.map(|row| row.claimed_at = Some(SystemTime::now()));
        if claimed.is_some() {
            self.tell(Change::Claimed(state.to_owned()));
        }
        claimed.is_some()
    }

    pub(crate) async fn close(
        &self,
        pending: &PendingAuthorization,
        finished: &Result<ConnectOutcome, Error>,
    ) {
        let token = match finished {
            Ok(ConnectOutcome::Connected(instance)) => Some(instance.token.expose().to_owned()),
            Ok(ConnectOutcome::Denied(_)) => None,
            // It stays claimed, for the job to look after.
            Err(error) if error.may_have_side_effects() => return,
            // Nothing was done: the callback may come again.
            Err(error) if error.is_transient() => return self.unclaim(pending),
            Err(_) => None,
        };
        let state = pending.expose_state();
        if let Some(row) = self.rows.lock().unwrap().get_mut(state) {
            row.ended_at = Some(SystemTime::now());
            self.tell(Change::Ended(state.to_owned(), token));
        }
    }

    fn unclaim(&self, pending: &PendingAuthorization) {
        let state = pending.expose_state();
        if let Some(row) = self.rows.lock().unwrap().get_mut(state) {
            row.claimed_at = None;
            self.tell(Change::Unclaimed(state.to_owned()));
        }
    }

    /// For the job: what was claimed longer ago than this, and has no end.
    pub(crate) async fn left_open(&self, longest: Duration) -> Vec<PendingAuthorization> {
        let now = SystemTime::now();
        let is_left = |row: &&Row| {
            let claimed = row.claimed_at.filter(|_| row.ended_at.is_none());
            claimed.is_some_and(|at| at + longest < now)
        };
        let rows = self.rows.lock().unwrap();
        let left = rows.values().filter(is_left);
        left.map(|row| row.pending.clone()).collect()
    }

    /// The claim was longer ago by so much.
    pub(crate) fn age(&self, state: &str, by: Duration) {
        let mut rows = self.rows.lock().unwrap();
        let row = rows.get_mut(state).unwrap();
        row.claimed_at = row.claimed_at.map(|at| at - by);
    }

    /// Nobody may listen.
    fn tell(&self, change: Change) {
        let _ = self.tell.send(change);
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

/// Callbacks that must leave a flow as it is.
pub(crate) fn forged(callback: &str) -> [String; 3] {
    let (address, query) = callback.split_once('?').unwrap();
    let state = query
        .split('&')
        .find(|part| part.starts_with("state="))
        .unwrap();
    [
        callback.replace("state=", "state=x"),
        format!("{address}?code=stolen"),
        // The state alone, without what would end a flow.
        format!("{address}?{state}"),
    ]
}

/// The browser hangs up as soon as its flow is claimed; the token comes into the database all the same.
pub(crate) async fn hang_up(handler: impl Future, changes: &mut Changes, sandbox: &Sandbox) {
    let state = tokio::select! {
        biased;
        _ = handler => panic!("ended before the browser could hang up"),
        change = changes.recv() => match change {
            Some(Change::Claimed(state)) => state,
            change => panic!("{change:?}"),
        },
    };
    let in_time = Duration::from_secs(20);
    let change = tokio::time::timeout(in_time, changes.recv()).await;
    let change = change.expect("the browser took the task with it").unwrap();
    let mut tokens = sandbox
        .instances()
        .into_iter()
        .map(|instance| instance.expose_token().to_owned());
    let Change::Ended(ended, Some(token)) = change else {
        panic!("{change:?}")
    };
    assert_eq!(ended, state);
    assert!(tokens.any(|known| known == token));
}
