//! Events: switched on, received, verified and read.

use std::collections::HashSet;

use ce_core::events::{self, SignatureError, WEBHOOK_ID, WEBHOOK_SIGNATURE};
use ce_tests::prelude::*;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

on_both_clients! {
    a_change_is_received_verified_and_read,
    a_notification_that_comes_again_has_the_same_id,
    a_notification_without_a_key_is_refused,
    a_request_is_answered_at_once_and_its_change_reported,
}

const KEY: &str = "MySecretEventSignatureKey";

/// How long a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A small server that is told of events.
struct Application {
    server: MockServer,
    received: mpsc::Receiver<Request>,
}

impl Application {
    async fn start() -> Self {
        Self::that_fails(0).await
    }

    /// Its first answers are errors.
    async fn that_fails(times: u64) -> Self {
        let server = MockServer::start().await;
        let (sender, received) = mpsc::channel();
        let note = move |request: &Request| sender.send(request.clone()).is_ok();
        for (status, times) in [(500, times), (200, u64::MAX)] {
            if times > 0 {
                let answer = Mock::given(note.clone()).respond_with(ResponseTemplate::new(status));
                answer.up_to_n_times(times).mount(&server).await;
            }
        }
        Self { server, received }
    }

    fn url(&self) -> String {
        format!("{}/events", self.server.uri())
    }

    fn next(&self) -> Request {
        self.received.recv_timeout(PATIENCE).unwrap()
    }
}

fn verify(key: &str, received: &Request) -> Result<(), SignatureError> {
    let signature = received.headers.get(WEBHOOK_SIGNATURE);
    let signature = signature.map(|it| it.to_str().unwrap());
    events::verify(key, signature, &received.body)
}

async fn a_change_is_received_verified_and_read(kind: Kind) {
    let (_sandbox, client) = kind.start();
    let application = Application::start().await;
    let events = Events::webhooks(application.url()).signature_key(KEY);
    let connect = sales("Ann").tag("customer-42").events(events);
    let instance = client.provision(&connect).await.unwrap();
    assert_eq!(instance.events_enabled, Some(true));
    let contacts = Resource::through(&instance.token, "contacts");
    let ann = json!({"name": "Ann"});
    let created = client.send(contacts.create::<_, Value>(&ann)).await;
    let id = created.unwrap().body["id"].as_str().unwrap().to_owned();

    let received = application.next();
    assert_eq!(verify(KEY, &received), Ok(()));
    let mismatch = Err(SignatureError::Mismatch);
    assert_eq!(verify("another key", &received), mismatch);
    let mut changed = received.clone();
    changed.body[1] ^= 1;
    assert_eq!(verify(KEY, &changed), mismatch);
    // The same JSON, written anew, is another body.
    let value: Value = received.body_json().unwrap();
    changed.body = serde_json::to_vec_pretty(&value).unwrap();
    assert_eq!(verify(KEY, &changed), mismatch);

    let notification: EventNotification = received.body_json().unwrap();
    assert_eq!(notification.instance_id, Some(instance.id));
    let tags = notification.instance_tags.as_deref();
    assert_eq!(tags, Some(&["customer-42".to_owned()][..]));
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

async fn a_notification_that_comes_again_has_the_same_id(kind: Kind) {
    let (sandbox, client) = kind.start();
    let application = Application::that_fails(2).await;
    let events = Events::webhooks(application.url()).signature_key(KEY);
    let instance = client.provision(&sales("Ann").events(events)).await;
    let token = instance.unwrap().token;
    let contacts = Resource::through(&token, "contacts");
    client.ok(contacts.clone().delete("1")).await;
    let mut handled = HashSet::new();
    for wait in [4, 16, 0] {
        let received = application.next();
        assert_eq!(verify(KEY, &received), Ok(()));
        let is_new = handled.insert(received.headers[WEBHOOK_ID].clone());
        assert_eq!(is_new, wait == 4);
        sandbox.advance(Duration::from_secs(wait));
    }
    // Another change is another notification.
    client.ok(contacts.delete("2")).await;
    assert!(handled.insert(application.next().headers[WEBHOOK_ID].clone()));
}

async fn a_notification_without_a_key_is_refused(kind: Kind) {
    let (sandbox, client) = kind.start();
    let application = Application::start().await;
    let connect = sales("Ann").events(Events::polling(application.url()));
    let instance = client.provision(&connect).await.unwrap();
    let event = json!({"objectId": 9, "objectType": "contacts", "eventType": "UPDATED"});
    let ten = std::iter::repeat_n(event.as_object().unwrap().clone(), 10);
    sandbox.notify(instance.id.get(), ten).unwrap();
    let received = application.next();
    let notification: EventNotification = received.body_json().unwrap();
    assert_eq!(notification.events().len(), 10);
    assert_eq!(verify(KEY, &received), Err(SignatureError::Missing));
    assert_eq!(verify("", &received), Err(SignatureError::KeyMissing));
}

async fn a_request_is_answered_at_once_and_its_change_reported(kind: Kind) {
    let (_sandbox, client) = kind.start();
    let application = Application::start().await;
    let events = Events::webhooks(application.url()).signature_key(KEY);
    let instance = client
        .provision(&sales("Ann").events(events))
        .await
        .unwrap();
    let contacts = Resource::through(&instance.token, "contacts").of_instance(instance.id);
    let at_once = contacts.clone().header("Elements-Async-Request", "true");
    let bob = json!({"name": "Bob"});
    let accepted = client
        .ok(at_once.create::<_, AcceptedRequest>(&bob))
        .await
        .body;
    assert_eq!(accepted.event_status.as_deref(), Some("dispatched"));
    assert!(accepted.event_id.is_some());
    let notification: EventNotification = application.next().body_json().unwrap();
    assert_eq!(notification.events().len(), 1);
    let bobs = contacts.list::<Object>().matching("name='Bob'");
    assert_eq!(client.list(bobs).await.items.len(), 1);
}
