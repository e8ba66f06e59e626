//! Clients on any transport: what is shared, and what holds for their types.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ce_core::calls::{ListInstances, Ping};
use ce_core::model::ElementToken;
use ce_core::{
    Attempt, Config, Credentials, Delivery, Response, TransportCause, TransportError, http,
};

const _: () = {
    const fn is_shared<T: Debug + Clone + Send + Sync + 'static>() {}
    const fn is_sent<T: Debug + Send + Sync>() {}

    is_shared::<ce_async::Client>();
    is_shared::<ce_async::ReqwestTransport>();
    is_shared::<Arc<dyn ce_async::Transport>>();
    is_sent::<ce_async::BuildError>();
    is_sent::<ce_async::ListStream<'static, ListInstances>>();
    is_shared::<ce_blocking::Client>();
    is_shared::<ce_blocking::UreqTransport>();
    is_shared::<Arc<dyn ce_blocking::Transport>>();
    is_sent::<ce_blocking::BuildError>();
    is_sent::<ce_blocking::ListIter<ListInstances>>();
};

/// Fails at the first attempt of each call, answers at the second, and notes what it is asked for.
#[derive(Debug, Default)]
struct Fake {
    authorizations: Mutex<Vec<String>>,
    slept: Mutex<Vec<Duration>>,
}

impl Fake {
    fn answer(&self, attempt: Attempt) -> Result<Response, TransportError> {
        if attempt.number == 1 {
            let refused = TransportError::new(Delivery::NotSent, TransportCause::Connect);
            return Err(refused);
        }
        let request = attempt.request.expose();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        self.authorizations
            .lock()
            .unwrap()
            .push(authorization.to_owned());
        Ok(http::Response::new(r#"{"endpoint":"instagram"}"#.into()).into())
    }

    fn note_sleep(&self, duration: Duration) {
        self.slept.lock().unwrap().push(duration);
    }
}

#[ce_async::async_trait]
impl ce_async::Transport for Fake {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.answer(attempt)
    }

    async fn sleep(&self, duration: Duration) {
        self.note_sleep(duration);
    }
}

impl ce_blocking::Transport for Fake {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        self.answer(attempt)
    }

    fn sleep(&self, duration: Duration) {
        self.note_sleep(duration);
    }
}

fn config() -> Config {
    Config::new("https://platform.example/api", Credentials::new("u1", "o")).unwrap()
}

/// What both clients have sent for two tenants.
fn check(fake: &Fake) {
    assert_eq!(
        *fake.authorizations.lock().unwrap(),
        [
            "User u1, Organization o, Element t",
            "User u2, Organization o, Element t",
            "User u3, Organization o, Element t",
        ]
    );
    assert_eq!(fake.slept.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn tenants_share_the_transport_of_an_async_client() {
    let fake = Arc::new(Fake::default());
    let shared: Arc<dyn ce_async::Transport> = fake.clone();
    let first = ce_async::Client::with_transport(config(), shared);
    let second = first.with_credentials(Credentials::new("u2", "o")).unwrap();
    let third = Config::new("https://other.example", Credentials::new("u3", "o")).unwrap();
    let third = second.with_config(third);
    for client in [&first, &second, &third] {
        let token = ElementToken::new("t");
        client.send(Ping::through(&token)).await.unwrap();
        assert!(Arc::ptr_eq(client.transport(), first.transport()));
    }
    check(&fake);
    assert!(first.with_credentials(Credentials::new(" ", "o")).is_err());
}

#[test]
fn tenants_share_the_transport_of_a_blocking_client() {
    let fake = Arc::new(Fake::default());
    let shared: Arc<dyn ce_blocking::Transport> = fake.clone();
    let first = ce_blocking::Client::with_transport(config(), shared);
    let second = first.with_credentials(Credentials::new("u2", "o")).unwrap();
    let third = Config::new("https://other.example", Credentials::new("u3", "o")).unwrap();
    let third = second.with_config(third);
    for client in [&first, &second, &third] {
        let token = ElementToken::new("t");
        client.send(Ping::through(&token)).unwrap();
        assert!(Arc::ptr_eq(client.transport(), first.transport()));
    }
    check(&fake);
    assert!(first.with_credentials(Credentials::new(" ", "o")).is_err());
}
