//! What an application is told of changes: signed notifications to the URL that its instance has.

mod delivery;

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::Uri;
use serde_json::{Value, json};
use sha2::Sha256;

pub(crate) use delivery::deliver;

use crate::catalogue::Object;
use crate::store::{Instance, Message, Redacted, Store};

/// Why no notification was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotifyError {
    /// There is no such instance.
    #[error("there is no instance with the id {id}")]
    NoInstance {
        /// What was asked for.
        id: u64,
    },
    /// The instance does not report events.
    #[error(
        "instance {id} reports no events: its configuration needs event.notification.enabled and \
         event.notification.callback.url"
    )]
    NotEnabled {
        /// Its id.
        id: u64,
    },
}

/// Reports a change that came through an instance, if the instance is to report it.
pub(crate) fn report(
    store: &Store,
    instance_id: u64,
    object_type: &str,
    object_id: &Value,
    event_type: &str,
) {
    let is_wanted = store.state().instances.get(instance_id).is_some_and(|it| {
        let objects = it.configuration.get(&it.element, "event.objects");
        let mut objects = objects.unwrap_or_default().split(',').map(str::trim);
        let all = objects.clone().all(str::is_empty);
        it.events_enabled() && (all || objects.any(|it| it.eq_ignore_ascii_case(object_type)))
    });
    if is_wanted {
        let fields = [
            ("objectType", object_type.into()),
            ("objectId", object_id.clone()),
            ("eventType", event_type.into()),
        ];
        let event = fields.map(|(name, value)| (name.to_owned(), value));
        // One without a callback URL reports nothing.
        let _ = notify(store, instance_id, [event.into_iter().collect()]);
    }
}

/// Notifies the application of these events, and returns the notification's id.
pub(crate) fn notify(
    store: &Store,
    instance_id: u64,
    events: impl IntoIterator<Item = Object>,
) -> Result<String, NotifyError> {
    let now = store.now();
    let mut state = store.state();
    let event_id = state.random.digits();
    let instance = state.instances.get(instance_id);
    let instance = instance.ok_or(NotifyError::NoInstance { id: instance_id })?;
    let key = "event.notification.callback.url";
    let url = instance.configuration.get(&instance.element, key);
    let url = url.filter(|url| instance.events_enabled() && !url.trim().is_empty());
    let url = url.ok_or(NotifyError::NotEnabled { id: instance_id })?;
    let url = Redacted::new(url.trim());
    let body = body(instance, &event_id, &now, events);
    drop(state);
    Ok(send(store, instance_id, url, &body, Duration::ZERO))
}

/// The newer of the documented bodies.
fn body(
    instance: &Instance,
    event_id: &str,
    now: &str,
    events: impl IntoIterator<Item = Object>,
) -> Value {
    let events = events.into_iter().map(|given| {
        let mut event = json!({
            "date": now, "pollDate": now,
            "elementKey": instance.element.key, "hubKey": instance.element.hub,
        });
        if let Some(event) = event.as_object_mut() {
            event.extend(given);
        }
        event
    });
    json!({
        "message": {"events": events.collect::<Value>()},
        "eventId": event_id,
        "elementKey": instance.element.key,
        "instanceId": instance.id,
        "instanceName": instance.name,
        "instanceTags": instance.tags,
        "userId": 1, "accountId": 1, "companyId": 1,
    })
}

/// Sends a body after that time, signed with the instance's key if it has one. Returns the id.
pub(crate) fn send(
    store: &Store,
    instance_id: u64,
    url: Redacted,
    body: &Value,
    after: Duration,
) -> String {
    let is_allowed = is_allowed(url.expose(), store.settings.events_anywhere);
    let due = is_allowed.then(|| store.time() + after);
    let mut state = store.state();
    let id = state.random.request_id();
    let body = body.to_string();
    let key = state.instances.get(instance_id);
    let key = key.and_then(|instance| instance.configuration.signature_key());
    let message = Message {
        id: id.clone(),
        url,
        signature: key.and_then(|key| signature(key.expose(), body.as_bytes())),
        body: body.into(),
    };
    state.outbox.push(message, instance_id, due);
    store.outbox_changed.notify_one();
    id
}

fn signature(key: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(body);
    let mac = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    Some(format!("sha256={mac}"))
}

/// Returns `true` if something may be sent there: over plain HTTP, and to this machine alone unless
/// the sandbox was told otherwise.
fn is_allowed(url: &str, anywhere: bool) -> bool {
    let Ok(uri) = url.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let address = host.parse().map(|address: IpAddr| address.is_loopback());
    let is_here = address.unwrap_or_else(|_| host.eq_ignore_ascii_case("localhost"));
    uri.scheme_str() == Some("http") && !host.is_empty() && (anywhere || is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_key_signs_as_documented() {
        // By `openssl dgst -sha256 -hmac MySecretEventSignatureKey -binary | base64`.
        let signed = signature(
            "MySecretEventSignatureKey",
            b"<INSERT_EVENT_NOTIFICATION_RESPONSE_BODY>",
        );
        let expected = "sha256=jHdbRx5EZAsOfTwAPJOGkNUzQMVVdu5VJlxcsk+G6jQ=";
        assert_eq!(signed.as_deref(), Some(expected));
    }

    #[test]
    fn only_this_machine_is_told_unless_it_may_be_another() {
        let table = [
            ("http://127.0.0.1:80/a?b", true, true),
            ("http://127.9.9.9", true, true),
            ("http://[::1]:80/", true, true),
            ("http://LOCALHOST:9/", true, true),
            ("http://localhost.example/", false, true),
            ("http://10.0.0.1/", false, true),
            ("http://0.0.0.0/", false, true),
            ("http://127.0.0.1@example.com/", false, true),
            ("https://127.0.0.1/", false, false),
            ("ftp://127.0.0.1/", false, false),
            ("127.0.0.1:80", false, false),
            ("/a", false, false),
            ("", false, false),
        ];
        for (url, here, anywhere) in table {
            assert_eq!(is_allowed(url, false), here, "{url}");
            assert_eq!(is_allowed(url, true), anywhere, "{url}");
        }
    }
}
