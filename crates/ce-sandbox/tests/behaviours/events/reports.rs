use std::time::Duration;

use super::receiver::Receiver;
use crate::http::{JSON, added, api, call, through};
use ce_sandbox::{NotificationStatus, NotifyError, Sandbox};
use serde_json::{Value, json};

/// The id and the token of an instance that reports events to this URL.
fn reporting(sandbox: &Sandbox, element: &str, url: &str, more: &Value) -> (u64, String) {
    let (id, token) = added(sandbox, element);
    let mut configuration = json!({
        "event.notification.enabled": true,
        "event.notification.callback.url": url,
        "event.notification.signature.key": "k3y",
    });
    let more = more.as_object().cloned().unwrap_or_default();
    configuration.as_object_mut().unwrap().extend(more);
    let body = json!({"configuration": configuration}).to_string();
    let patched = api(sandbox, "PATCH", &format!("/instances/{id}"), &body);
    assert_eq!(patched.status, 200, "{}", patched.body);
    assert!(!patched.body.contains("k3y"), "{}", patched.body);
    (id, token)
}

#[test]
fn changes_are_reported_signed() {
    let sandbox = Sandbox::start().unwrap();
    let receiver = Receiver::start(&[]);
    let (id, token) = reporting(&sandbox, "closeio", &receiver.url(), &Value::Null);
    let call = |method: &str, path: &str| {
        let reply = through(&sandbox, &token, method, path, r#"{"name": "Ann"}"#);
        assert_eq!(reply.status, 200, "{}", reply.body);
        let received = receiver.next();
        assert_eq!(received.target, "/events?for=me");
        assert!(
            received
                .signature
                .as_deref()
                .unwrap()
                .starts_with("sha256=")
        );
        received.json()
    };
    for (method, path, event_type) in [
        ("POST", "/contacts", "CREATED"),
        ("PATCH", "/contacts/3", "UPDATED"),
        ("PUT", "/contacts/3", "UPDATED"),
        ("DELETE", "/contacts/3", "DELETED"),
    ] {
        let body = call(method, path);
        let event = &body["message"]["events"][0];
        assert_eq!(event["eventType"], event_type);
        assert_eq!(
            (&event["objectId"], &event["objectType"]),
            (&json!("3"), &json!("contacts"))
        );
        assert_eq!(
            (&body["instanceId"], &event["hubKey"]),
            (&json!(id), &json!("crm"))
        );
    }
    // A refused change is none.
    let refused = through(&sandbox, &token, "DELETE", "/contacts/3", "");
    assert_eq!((refused.status, sandbox.notifications().len()), (404, 4));
    assert!(receiver.is_quiet());
    let (_, token) = reporting(&sandbox, "amazons3", &receiver.url(), &Value::Null);
    let folder = through(&sandbox, &token, "POST", "/folders", r#"{"path": "/a"}"#).json();
    let event = receiver.next().json()["message"]["events"][0].clone();
    assert_eq!(
        (&event["objectId"], &event["objectType"]),
        (&folder["id"], &json!("files"))
    );
}

#[test]
fn what_is_not_answered_2xx_is_repeated_by_the_clock() {
    let sandbox = Sandbox::start().unwrap();
    let receiver = Receiver::start(&[500, 302, 0, 204]);
    let (_, token) = reporting(&sandbox, "closeio", &receiver.url(), &Value::Null);
    through(&sandbox, &token, "POST", "/contacts", "{}");
    let first = receiver.next();
    for wait in [4, 16, 64] {
        assert!(receiver.is_quiet());
        sandbox.advance(Duration::from_secs(wait));
        let again = receiver.next();
        assert_eq!((&again.id, &again.body), (&first.id, &first.body));
        assert_eq!(again.signature, first.signature);
    }
    let notification = loop {
        match sandbox.notifications().remove(0) {
            sent if sent.status == NotificationStatus::Sent => std::thread::yield_now(),
            notification => break notification,
        }
    };
    assert_eq!(
        (notification.attempts, notification.status),
        (4, NotificationStatus::Delivered)
    );
}

#[test]
fn only_what_is_wanted_is_reported_and_to_this_machine() {
    let sandbox = Sandbox::start().unwrap();
    let receiver = Receiver::start(&[]);
    let statuses = || {
        let all = sandbox.notifications().into_iter();
        all.map(|notification| notification.status)
            .collect::<Vec<_>>()
    };
    let other = json!({"event.objects": "Leads, Accounts"});
    let off = json!({"event.notification.enabled": "false"});
    for more in [other, off] {
        let (_, token) = reporting(&sandbox, "closeio", &receiver.url(), &more);
        through(&sandbox, &token, "POST", "/contacts", "{}");
        assert_eq!(statuses(), []);
    }
    for url in [
        "http://192.0.2.1/",
        "https://127.0.0.1/",
        "http://example.com/",
    ] {
        let (_, token) = reporting(
            &sandbox,
            "closeio",
            url,
            &json!({"event.objects": "CONTACTS"}),
        );
        through(&sandbox, &token, "POST", "/contacts", "{}");
        assert_eq!(statuses().pop(), Some(NotificationStatus::Refused), "{url}");
    }
    assert!(receiver.is_quiet());
}

#[test]
fn events_are_sent_on_demand_and_over_http() {
    let sandbox = Sandbox::start().unwrap();
    let receiver = Receiver::start(&[500]);
    let (id, _) = reporting(&sandbox, "closeio", &receiver.url(), &Value::Null);
    let event = json!({"objectType": "contacts", "objectId": 7, "eventType": "UPDATED"});
    let sent = sandbox.notify(id, [event.as_object().unwrap().clone()]);
    let received = receiver.next();
    assert_eq!(Ok(received.id), sent);
    let control = |method: &str, path: &str, body: &Value| {
        call(
            &sandbox,
            method,
            &format!("/sandbox{path}"),
            &[JSON],
            &body.to_string(),
        )
    };
    let clock = control("POST", "/clock", &json!({"seconds": 4}));
    assert_eq!((clock.status, Ok(receiver.next().id)), (204, sent));
    let events = json!({"events": [event, event]});
    let path = format!("/instances/{id}/events");
    let posted = control("POST", &path, &events);
    let received = receiver.next();
    assert_eq!(posted.json(), json!({"id": received.id}));
    assert_eq!(
        received.json()["message"]["events"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let list = control("GET", "/events", &Value::Null).json();
    assert_eq!(
        (&list[0]["attempts"], &list[0]["instanceId"]),
        (&json!(2), &json!(id))
    );
    let (quiet, _) = added(&sandbox, "closeio");
    let error = NotifyError::NotEnabled { id: quiet };
    assert_eq!(sandbox.notify(quiet, []), Err(error));
    let status = |id: u64| control("POST", &format!("/instances/{id}/events"), &events).status;
    assert_eq!([status(quiet), status(1)], [400, 404]);
}

#[test]
fn an_asynchronous_request_is_answered_at_once() {
    let sandbox = Sandbox::start().unwrap();
    let receiver = Receiver::start(&[]);
    let (id, token) = reporting(&sandbox, "closeio", &receiver.url(), &Value::Null);
    let post = |token: &str| {
        let authorization = format!("User {}, Element {token}", sandbox.user_secret());
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Elements-Async-Request", "true"),
            JSON,
        ];
        let target = "/elements/api-v2/contacts";
        call(&sandbox, "POST", target, &headers, r#"{"name": "Bob"}"#)
    };
    let accepted = post(&token);
    assert_eq!(accepted.json()["eventStatus"], "dispatched");
    let through_it = accepted.header("Elements-Element-Instance-Id");
    assert_eq!(through_it, Some(&*id.to_string()));
    let created = receiver.next().json();
    assert_eq!(created["message"]["events"][0]["eventType"], "CREATED");
    let list = through(&sandbox, &token, "GET", "/contacts?where=name='Bob'", "");
    assert_eq!(list.json().as_array().map(Vec::len), Some(1));
    assert_eq!(post("wrong").status, 401);
}
