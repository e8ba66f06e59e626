//! Where notifications of events go: an application's own, here in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use ce_async::model::EventNotification;

/// Notifications, by their ids: in a real application a table, with a unique column.
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
