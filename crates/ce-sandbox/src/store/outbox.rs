use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use serde::Serialize;

use super::bounded::Bounded;
use super::redacted::Redacted;

/// How many are on their way at a time.
const MAX_IN_FLIGHT: usize = 16;

/// How often one is sent at most: once, and then repeated.
const MAX_ATTEMPTS: u32 = 10;

/// What is sent to an application.
pub(crate) struct Message {
    pub(crate) id: String,
    /// It may hold a secret of the application's.
    pub(crate) url: Redacted,
    pub(crate) signature: Option<String>,
    pub(crate) body: Bytes,
}

/// A notification that was sent to an application, or is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Notification {
    /// What `Elements-Webhook-Id` says, each time.
    pub id: String,
    /// The instance that it is about.
    pub instance_id: u64,
    /// How often it was sent.
    pub attempts: u32,
    /// What became of it.
    pub status: NotificationStatus,
}

/// What became of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum NotificationStatus {
    /// It is to be sent, for the first time or again.
    Waiting,
    /// It was sent, and is not answered.
    Sent,
    /// It was answered with 2xx.
    Delivered,
    /// It was repeated as often as the platform does, and not answered with 2xx.
    GivenUp,
    /// It is not sent: its URL is not `http`, or does not lead to this machine.
    Refused,
}

use NotificationStatus::{Delivered, GivenUp, Refused, Sent, Waiting};

/// The latest notifications.
pub(crate) struct Outbox(Bounded<Entry>);

struct Entry {
    message: Arc<Message>,
    notification: Notification,
    due: SystemTime,
}

impl Default for Outbox {
    fn default() -> Self {
        Self(Bounded::new(1000, 16 << 20))
    }
}

impl Outbox {
    /// Adds one that is sent once it is due, if it may be sent.
    pub(crate) fn push(&mut self, message: Message, instance_id: u64, due: Option<SystemTime>) {
        let notification = Notification {
            id: message.id.clone(),
            instance_id,
            attempts: 0,
            status: if due.is_some() { Waiting } else { Refused },
        };
        let bytes = size_of::<Entry>() + message.body.len() + message.url.expose().len();
        let entry = Entry {
            message: Arc::new(message),
            notification,
            due: due.unwrap_or(SystemTime::UNIX_EPOCH),
        };
        self.0.push(entry, bytes);
    }

    /// Takes what is to be sent by now. Each has to be [finished](Self::finish).
    pub(crate) fn take_due(&mut self, now: SystemTime) -> Vec<Arc<Message>> {
        let room = self.room();
        let entries = self.0.iter_mut();
        let due = entries.filter(|entry| entry.notification.status == Waiting && entry.due <= now);
        let take = |entry: &mut Entry| {
            let notification = &mut entry.notification;
            notification.attempts += 1;
            notification.status = Sent;
            // From when it was sent, not from when that failed: a test that moves the clock need not
            // know which of them was first.
            let wait = Duration::from_secs(4_u64.saturating_pow(notification.attempts));
            entry.due = now.checked_add(wait).unwrap_or(now);
            Arc::clone(&entry.message)
        };
        due.take(room).map(take).collect()
    }

    /// When the next one is to be sent. None if that depends on something else.
    pub(crate) fn next_due(&self) -> Option<SystemTime> {
        let waiting = self.0.iter();
        let waiting = waiting.filter(|entry| entry.notification.status == Waiting);
        let next = waiting.map(|entry| entry.due).min();
        next.filter(|_| self.room() > 0)
    }

    pub(crate) fn finish(&mut self, id: &str, is_delivered: bool) {
        let mut entries = self.0.iter_mut();
        if let Some(entry) = entries.find(|entry| entry.message.id == id) {
            entry.notification.status = match entry.notification.attempts {
                _ if is_delivered => Delivered,
                MAX_ATTEMPTS.. => GivenUp,
                _ => Waiting,
            };
        }
    }

    pub(crate) fn notifications(&self) -> Vec<Notification> {
        let entries = self.0.iter();
        entries.map(|entry| entry.notification.clone()).collect()
    }

    fn room(&self) -> usize {
        let sent = self.0.iter();
        let sent = sent.filter(|entry| entry.notification.status == Sent);
        MAX_IN_FLIGHT.saturating_sub(sent.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_sent_at_a_time() {
        let mut outbox = Outbox::default();
        let now = SystemTime::UNIX_EPOCH;
        for id in 0..20 {
            let message = Message {
                id: id.to_string(),
                url: Redacted::new(""),
                signature: None,
                body: Bytes::new(),
            };
            outbox.push(message, 7, Some(now));
        }
        assert_eq!(outbox.take_due(now).len(), MAX_IN_FLIGHT);
        assert_eq!((outbox.take_due(now).len(), outbox.next_due()), (0, None));
        outbox.finish("5", true);
        assert_eq!(outbox.next_due(), Some(now));
        assert_eq!(outbox.take_due(now).len(), 1);
    }
}
