use std::time::Duration;

use super::receiver::Receiver;
use crate::control::control;
use crate::http::{Account, Api, Client as _, JSON};
use ce_sandbox::NotificationStatus::{Delivered, GivenUp, Refused, Sent};
use ce_sandbox::{Notification, NotifyError};
use serde_json::{Value, json};

/// An instance that reports events to this URL.
fn reporting<'a>(api: &'a Api, element: &str, url: &str) -> Account<'a> {
    let account = api.added(element);
    configure(&account, "event.notification.enabled", json!(true));
    configure(&account, "event.notification.callback.url", json!(url));
    configure(&account, "event.notification.signature.key", json!("k3y"));
    account
}

fn configure(account: &Account<'_>, key: &str, value: Value) {
    let body = json!({"configuration": {key: value}});
    let patched = account.patch("/instances", &body).is(200);
    patched.hides("k3y");
}

/// The last notification, once it is answered.
fn last(api: &Api) -> Notification {
    loop {
        match api.notifications().pop().unwrap() {
            sent if sent.status == Sent => std::thread::yield_now(),
            notification => return notification,
        }
    }
}

#[test]
fn changes_are_reported_signed() {
    let api = Api::start();
    let receiver = Receiver::start(&[]);
    let account = reporting(&api, "closeio", &receiver.url());
    for (method, path, event_type) in [
        ("POST", "/contacts", "CREATED"),
        ("PATCH", "/contacts/3", "UPDATED"),
        ("PUT", "/contacts/3", "UPDATED"),
        ("DELETE", "/contacts/3", "DELETED"),
    ] {
        account.send(method, path, &json!({"name": "Ann"})).is(200);
        let received = receiver.next();
        assert_eq!(received.target, "/events?for=me");
        assert!(received.signature.starts_with("sha256="));
        let body = received.json();
        assert_eq!(body["instanceId"], account.id);
        let event = &body["message"]["events"][0];
        assert_eq!(event["eventType"], event_type);
        assert_eq!(event["objectId"], "3");
        assert_eq!(event["objectType"], "contacts");
        assert_eq!(event["hubKey"], "crm");
    }
    // A refused change is none.
    account.delete("/contacts/3").is(404);
    assert_eq!(api.notifications().len(), 4);
    assert!(receiver.is_quiet());
    let account = reporting(&api, "amazons3", &receiver.url());
    let folder = account.post("/folders", &json!({"path": "/a"}));
    let event = receiver.next_event();
    assert_eq!(event["objectId"], folder["id"]);
    assert_eq!(event["objectType"], "files");
}

#[test]
fn what_is_not_answered_2xx_is_repeated_by_the_clock() {
    let api = Api::start();
    let receiver = Receiver::start(&[500, 302, 0, 204]);
    let account = reporting(&api, "closeio", &receiver.url());
    account.post("/contacts", &json!({}));
    let first = receiver.next();
    for wait in [4, 16, 64] {
        assert!(receiver.is_quiet());
        api.advance(Duration::from_secs(wait));
        let again = receiver.next();
        assert_eq!((&again.id, &again.body), (&first.id, &first.body));
        assert_eq!(again.signature, first.signature);
    }
    assert_eq!((last(&api).attempts, last(&api).status), (4, Delivered));
    // Ten times in all.
    let deaf = Receiver::start(&[500; 10]);
    configure(
        &account,
        "event.notification.callback.url",
        json!(deaf.url()),
    );
    account.post("/contacts", &json!({}));
    for attempt in 1..10 {
        deaf.next();
        last(&api);
        api.advance(Duration::from_secs(4_u64.pow(attempt)));
    }
    deaf.next();
    assert_eq!((last(&api).attempts, last(&api).status), (10, GivenUp));
}

#[test]
fn only_what_is_wanted_is_reported_and_to_this_machine() {
    let api = Api::start();
    let receiver = Receiver::start(&[]);
    for (key, value) in [
        ("event.objects", "Leads, Accounts"),
        ("event.notification.enabled", "false"),
    ] {
        let account = reporting(&api, "closeio", &receiver.url());
        configure(&account, key, json!(value));
        account.post("/contacts", &json!({}));
        assert_eq!(api.notifications(), []);
    }
    for url in [
        "http://192.0.2.1/",
        "https://127.0.0.1/",
        "http://example.com/",
    ] {
        let account = reporting(&api, "closeio", url);
        configure(&account, "event.objects", json!("CONTACTS"));
        account.post("/contacts", &json!({}));
        assert_eq!(last(&api).status, Refused, "{url}");
    }
    assert!(receiver.is_quiet());
}

#[test]
fn events_are_sent_on_demand_and_over_http() {
    let api = Api::start();
    let receiver = Receiver::start(&[500]);
    let id = reporting(&api, "closeio", &receiver.url()).id;
    let event = json!({"objectType": "contacts", "objectId": 7, "eventType": "UPDATED"});
    let sent = api.notify(id, [event.as_object().unwrap().clone()]);
    assert_eq!(Ok(receiver.next().id), sent);
    control(&api, "POST", "/clock", &json!({"seconds": 4})).is(204);
    assert_eq!(Ok(receiver.next().id), sent);
    let events = json!({"events": [event, event]});
    let post = |id: u64| control(&api, "POST", &format!("/instances/{id}/events"), &events);
    let posted = post(id);
    let received = receiver.next();
    assert_eq!(posted["id"], *received.id);
    let events = &received.json()["message"]["events"];
    assert_eq!(events.as_array().map(Vec::len), Some(2));
    let list = control(&api, "GET", "/events", &Value::Null);
    assert_eq!(list[0]["attempts"], 2);
    assert_eq!(list[0]["instanceId"], id);
    let quiet = api.added("closeio").id;
    let error = NotifyError::NotEnabled { id: quiet };
    assert_eq!(api.notify(quiet, []), Err(error));
    post(quiet).is(400);
    post(1).is(404);
}

#[test]
fn an_asynchronous_request_is_answered_at_once() {
    let api = Api::start();
    let receiver = Receiver::start(&[]);
    let mut account = reporting(&api, "closeio", &receiver.url());
    let headers = [("Elements-Async-Request", "true"), JSON];
    let body = r#"{"name": "Bob"}"#;
    let accepted = account.call("POST", "/contacts", &headers, body);
    assert_eq!(accepted["eventStatus"], "dispatched");
    let through_it = accepted.header("Elements-Element-Instance-Id");
    assert_eq!(through_it, Some(&*account.id.to_string()));
    assert_eq!(receiver.next_event()["eventType"], "CREATED");
    let list = account.get("/contacts?where=name='Bob'");
    assert_eq!(list.list().len(), 1);
    account.token = "wrong".to_owned();
    account.call("POST", "/contacts", &headers, body).is(401);
}
