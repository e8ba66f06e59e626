//! Events: switched on, received, verified and read, on both clients.

use std::collections::HashSet;
use std::sync::mpsc;
use std::time::Duration;

use ce_core::calls::{PatchInstance, Resource};
use ce_core::events::{self, SignatureError, WEBHOOK_ID, WEBHOOK_SIGNATURE};
use ce_core::model::{AcceptedRequest, EventNotification, Events, Object};
use ce_sandbox::Sandbox;
use ce_tests::{AnyClient, Asked, Scripted, answer, config, on_both_clients, sales};
use serde_json::{Value, json};

on_both_clients! {
    a_change_is_received_verified_and_read,
    a_notification_that_comes_again_has_the_same_id,
    events_are_switched_on_and_off_later,
    a_notification_without_a_key_is_refused,
    a_request_is_answered_at_once_and_its_change_reported,
}

const KEY: &str = "MySecretEventSignatureKey";

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A small server that is told of events.
struct Application {
    server: Scripted,
    received: mpsc::Receiver<Asked>,
}

impl Application {
    /// Answers as it is told, and with 200 then.
    fn start(answers: Vec<Vec<u8>>) -> Self {
        let (sender, received) = mpsc::channel();
        let answers = std::sync::Mutex::new(answers.into_iter());
        let server = Scripted::start(move |asked| {
            let next = answers.lock().unwrap().next();
            sender.send(asked.clone()).unwrap();
            next.unwrap_or_else(|| answer(200, &[], ""))
        });
        let server = server.unwrap();
        Self { server, received }
    }

    fn url(&self) -> String {
        format!("http://{}/events", self.server.address())
    }

    fn next(&self) -> Asked {
        self.received.recv_timeout(PATIENCE).unwrap()
    }
}

fn verify(key: &str, asked: &Asked) -> Result<(), SignatureError> {
    events::verify(key, asked.header(WEBHOOK_SIGNATURE), &asked.body)
}

async fn a_change_is_received_verified_and_read<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let application = Application::start(Vec::new());
    let events = Events::webhooks(application.url()).signature_key(KEY);
    let connect = sales("Ann's contacts").tag("customer-42").events(events);
    let instance = client.provision(&connect).await.unwrap();
    assert_eq!(instance.events_enabled, Some(true));
    let contacts = || Resource::through(&instance.token, "contacts");
    let ann = json!({"name": "Ann"});
    let created = client.send(contacts().create::<_, Value>(&ann)).await;
    let id = created.unwrap().body["id"].as_str().unwrap().to_owned();

    let asked = application.next();
    assert_eq!(verify(KEY, &asked), Ok(()));
    let mismatch = Err(SignatureError::Mismatch);
    assert_eq!(verify("another key", &asked), mismatch);
    let mut changed = asked.clone();
    changed.body[1] ^= 1;
    assert_eq!(verify(KEY, &changed), mismatch);
    // The same JSON, written anew, is another body.
    let value: Value = serde_json::from_slice(&asked.body).unwrap();
    changed.body = serde_json::to_vec_pretty(&value).unwrap();
    assert_eq!(verify(KEY, &changed), mismatch);

    let notification: EventNotification = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(notification.instance_id, Some(instance.id));
    assert_eq!(
        notification.instance_tags.as_deref(),
        Some(&["customer-42".to_owned()][..])
    );
    let [event] = notification.events() else {
        panic!("{notification:?}")
    };
    assert_eq!(event.event_type.as_deref(), Some("CREATED"));
    assert_eq!(event.object_type.as_deref(), Some("contacts"));
    let object_id = event.object_id.as_ref().and_then(|id| id.as_str());
    assert_eq!(object_id.as_deref(), Some(&*id));
    let date = event.date.as_deref().unwrap();
    assert!(date.ends_with('Z') && date.len() == 20, "{date}");
}

async fn a_notification_that_comes_again_has_the_same_id<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    // It fails, then it answers so that nobody hears of it, and then all is well.
    let application = Application::start(vec![answer(500, &[], ""), Vec::new()]);
    let events = Events::webhooks(application.url()).signature_key(KEY);
    let instance = client
        .provision(&sales("Ann").events(events))
        .await
        .unwrap();
    let contacts = || Resource::through(&instance.token, "contacts");
    client.send(contacts().delete("1")).await.unwrap();
    let mut handled = HashSet::new();
    for wait in [4, 16, 0] {
        let asked = application.next();
        assert_eq!(verify(KEY, &asked), Ok(()));
        let is_new = handled.insert(asked.header(WEBHOOK_ID).unwrap().to_owned());
        assert_eq!(is_new, wait == 4);
        sandbox.advance(Duration::from_secs(wait));
    }
    // Another change is another notification.
    client.send(contacts().delete("2")).await.unwrap();
    let asked = application.next();
    assert!(handled.insert(asked.header(WEBHOOK_ID).unwrap().to_owned()));
}

async fn events_are_switched_on_and_off_later<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let application = Application::start(Vec::new());
    let instance = client.provision(&sales("Ann")).await.unwrap();
    let contacts = || Resource::through(&instance.token, "contacts");
    let body = json!({"name": "Bob"});
    let create = || contacts().create::<_, Value>(&body);
    client.send(create()).await.unwrap();
    let on = PatchInstance::new(&instance)
        .configuration("event.notification.enabled", true)
        .configuration("event.notification.callback.url", application.url())
        .configuration("event.notification.signature.key", KEY);
    let on = client.send(on).await.unwrap();
    let key = on.configuration.unwrap();
    let key = key.text("event.notification.signature.key");
    assert_eq!(key.as_deref(), Some("********"));
    client.send(create()).await.unwrap();
    assert_eq!(verify(KEY, &application.next()), Ok(()));
    let off = PatchInstance::new(&instance).configuration("event.notification.enabled", false);
    client.send(off).await.unwrap();
    client.send(create()).await.unwrap();
    assert_eq!(sandbox.notifications().len(), 1);
}

async fn a_notification_without_a_key_is_refused<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let application = Application::start(Vec::new());
    let events = Events::polling(application.url());
    let instance = client
        .provision(&sales("Ann").events(events))
        .await
        .unwrap();
    let event = json!({"objectId": 9, "objectType": "contacts", "eventType": "UPDATED"});
    let event = event.as_object().unwrap();
    let ten = std::iter::repeat_n(event.clone(), 10);
    sandbox.notify(instance.id.get(), ten).unwrap();
    let asked = application.next();
    let notification: EventNotification = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(notification.events().len(), 10);
    assert_eq!(verify(KEY, &asked), Err(SignatureError::Missing));
    assert_eq!(verify("", &asked), Err(SignatureError::KeyMissing));
}

async fn a_request_is_answered_at_once_and_its_change_reported<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let application = Application::start(Vec::new());
    let events = Events::webhooks(application.url()).signature_key(KEY);
    let instance = client
        .provision(&sales("Ann").events(events))
        .await
        .unwrap();
    let contacts = Resource::through(&instance.token, "contacts").of_instance(instance.id);
    let contacts = contacts.header("Elements-Async-Request", "true");
    let bob = json!({"name": "Bob"});
    let accepted = contacts.clone().create::<_, AcceptedRequest>(&bob);
    let accepted = client.send(accepted).await.unwrap().body;
    assert_eq!(accepted.event_status.as_deref(), Some("dispatched"));
    assert!(accepted.event_id.is_some());
    let asked = application.next();
    let notification: EventNotification = serde_json::from_slice(&asked.body).unwrap();
    assert_eq!(notification.events().len(), 1);
    let all = Resource::through(&instance.token, "contacts").list::<Object>();
    let bobs = client.list(all.matching("name='Bob'")).await.items;
    assert_eq!(bobs.len(), 1);
}
