//! What is an application's own: its database, which tells here of what it is asked to do; and a platform
//! that takes its time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
    /// The token, if there is one.
    Closed(String, Option<String>),
}

#[derive(Clone)]
pub(crate) struct Flows {
    rows: Arc<Mutex<HashMap<String, Row>>>,
    tell: UnboundedSender<Change>,
}

struct Row {
    owner: String,
    pending: PendingAuthorization,
    claimed: bool,
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
        let (owner, pending) = (owner.to_owned(), pending.clone());
        let row = Row {
            owner,
            pending,
            claimed: false,
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
        let row = rows.get_mut(state).filter(|row| !row.claimed);
        let is_first = row.map(|row| row.claimed = true).is_some();
        if is_first {
            self.tell.send(Change::Claimed(state.to_owned())).unwrap();
        }
        is_first
    }

    /// It keeps the row, so that the callback can come again.
    pub(crate) async fn close(
        &self,
        pending: &PendingAuthorization,
        finished: &Result<ConnectOutcome, Error>,
    ) {
        let token = match finished {
            Ok(ConnectOutcome::Connected(instance)) => Some(instance.token.expose().to_owned()),
            Ok(ConnectOutcome::Denied(_)) => None,
            Err(error) => panic!("{error}"),
        };
        let state = pending.expose_state().to_owned();
        self.tell.send(Change::Closed(state, token)).unwrap();
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
    let Change::Closed(closed, Some(token)) = change else {
        panic!("{change:?}")
    };
    assert_eq!(closed, state);
    assert!(tokens.any(|known| known == token));
}
