//! Events: switched on, received, verified and read.

use std::collections::HashSet;

use ce_core::events::{self, SignatureError, WEBHOOK_ID, WEBHOOK_SIGNATURE};
use ce_tests::prelude::*;

on_both_clients! {
    a_change_is_received_verified_and_read,
    a_notification_that_comes_again_has_the_same_id,
    a_notification_without_a_key_is_refused,
    a_request_is_answered_at_once_and_its_change_reported,
}

const KEY: &str = "MySecretEventSignatureKey";

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// An account whose changes an application is told of.
struct Told {
    sandbox: Sandbox,
    client: AnyClient,
    instance: Instance,
    _application: Server,
    received: mpsc::Receiver<Request>,
}

impl Told {
    /// So many of the application's answers at first are errors.
    async fn start(kind: Kind, events: fn(&str) -> Events, errors: usize) -> Self {
        let (sandbox, client) = kind.start();
        let (tell, received) = mpsc::channel();
        let left = Arc::new(Mutex::new(0..errors));
        let application = Server::answering(move |request| {
            tell.send(request).unwrap();
            let is_error = left.lock().unwrap().next().is_some();
            answer(if is_error { 500 } else { 200 }, "")
        });
        let events = events(&application.base_url());
        let connect = sales("Ann").tag("customer-42").events(events);
        let instance = client.provision(&connect).await.unwrap();
        Self {
            sandbox,
            client,
            instance,
            _application: application,
            received,
        }
    }

    fn contacts(&self) -> Resource<'_> {
        Resource::through(&self.instance.token, "contacts")
    }

    fn next(&self) -> Request {
        self.received.recv_timeout(PATIENCE).unwrap()
    }
}

fn signed(url: &str) -> Events {
    Events::webhooks(url).signature_key(KEY)
}

fn read(received: &Request) -> EventNotification {
    serde_json::from_slice(received.body()).unwrap()
}

fn verify(key: &str, received: &Request) -> Result<(), SignatureError> {
    let signature = received.headers().get(WEBHOOK_SIGNATURE);
    let signature = signature.map(|it| it.to_str().unwrap());
    events::verify(key, signature, received.body())
}

async fn a_change_is_received_verified_and_read(kind: Kind) {
    let told = Told::start(kind, signed, 0).await;
    assert_eq!(told.instance.events_enabled, Some(true));
    let create = json!({"name": "Ann"});
    let create = told.contacts().create::<_, Value>(&create);
    let id = told.client.ok(create).await.body["id"].clone();

    let received = told.next();
    assert_eq!(verify(KEY, &received), Ok(()));
    let mismatch = Err(SignatureError::Mismatch);
    assert_eq!(verify("another key", &received), mismatch);
    let mut changed = received.clone();
    changed.body_mut()[1] ^= 1;
    assert_eq!(verify(KEY, &changed), mismatch);
    // The same JSON, written anew, is another body.
    let value: Value = serde_json::from_slice(received.body()).unwrap();
    *changed.body_mut() = serde_json::to_vec_pretty(&value).unwrap();
    assert_eq!(verify(KEY, &changed), mismatch);

    let notification = read(&received);
    assert_eq!(notification.instance_id, Some(told.instance.id));
    assert_eq!(notification.instance_tags, told.instance.tags);
    let [event] = notification.events() else {
        panic!("{notification:?}")
    };
    assert_eq!(event.event_type.as_deref(), Some("CREATED"));
    assert_eq!(event.object_type.as_deref(), Some("contacts"));
    let object_id = event.object_id.as_ref().and_then(|id| id.as_str());
    assert_eq!(object_id.as_deref(), id.as_str());
    let date = event.date.as_deref().unwrap();
    assert!(date.ends_with('Z') && date.len() == 20, "{date}");
}

async fn a_notification_that_comes_again_has_the_same_id(kind: Kind) {
    let told = Told::start(kind, signed, 2).await;
    told.client.ok(told.contacts().delete("1")).await;
    let mut handled = HashSet::new();
    for wait in [4, 16, 0] {
        let received = told.next();
        assert_eq!(verify(KEY, &received), Ok(()));
        let is_new = handled.insert(received.headers()[WEBHOOK_ID].clone());
        assert_eq!(is_new, wait == 4);
        told.sandbox.advance(Duration::from_secs(wait));
    }
    // Another change is another notification.
    told.client.ok(told.contacts().delete("2")).await;
    assert!(handled.insert(told.next().headers()[WEBHOOK_ID].clone()));
}

async fn a_notification_without_a_key_is_refused(kind: Kind) {
    let told = Told::start(kind, |url| Events::polling(url), 0).await;
    let event = json!({"objectId": 9, "objectType": "contacts", "eventType": "UPDATED"});
    let ten = std::iter::repeat_n(event.as_object().unwrap().clone(), 10);
    told.sandbox.notify(told.instance.id.get(), ten).unwrap();
    let received = told.next();
    assert_eq!(read(&received).events().len(), 10);
    assert_eq!(verify(KEY, &received), Err(SignatureError::Missing));
    assert_eq!(verify("", &received), Err(SignatureError::KeyMissing));
}

async fn a_request_is_answered_at_once_and_its_change_reported(kind: Kind) {
    let told = Told::start(kind, signed, 0).await;
    let contacts = told.contacts().of_instance(told.instance.id);
    let at_once = contacts.clone().header("Elements-Async-Request", "true");
    let bob = json!({"name": "Bob"});
    let accepted = at_once.create::<_, AcceptedRequest>(&bob);
    let accepted = told.client.ok(accepted).await.body;
    assert_eq!(accepted.event_status.as_deref(), Some("dispatched"));
    assert!(accepted.event_id.is_some());
    assert_eq!(read(&told.next()).events().len(), 1);
    let bobs = contacts.list::<Value>().matching("name='Bob'");
    assert_eq!(told.client.items(bobs).await.len(), 1);
}
