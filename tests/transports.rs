//! Clients on any transport: what is shared, what is asserted about their types, and what is recorded
//! of their calls.

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
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            let error = TransportError::new(Delivery::NotSent, TransportCause::Connect);
            return Err(error.with_source(refused));
        }
        let request = attempt.request.expose();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        self.authorizations
            .lock()
            .unwrap()
            .push(authorization.to_owned());
        let response = http::Response::builder().header("Elements-Request-Id", "r-17");
        let response = response.body(r#"{"endpoint":"instagram"}"#.into());
        Ok(response.unwrap().into())
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

/// What `act` records, as text.
fn recorded(act: impl FnOnce()) -> String {
    let captured = ce_tests::Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::with_default(subscriber, act);
    captured.text()
}

/// A span for the call, an event for each attempt and for the wait between them.
fn check_record(record: &str) {
    let lines: Vec<&str> = record.lines().collect();
    let [failed, waiting, received] = &lines[..] else {
        panic!("{record}")
    };
    for line in &lines {
        assert!(line.contains("DEBUG send{purpose=\"ping"), "{record}");
        assert!(!line.contains("platform.example"), "{record}");
    }
    for part in ["attempt failed", "attempt=1", "cause=Connect", "NotSent"] {
        assert!(failed.contains(part), "{part}: {record}");
    }
    assert!(failed.contains("connection refused"), "{record}");
    assert!(waiting.contains("wait="), "{record}");
    for part in ["attempt=2", "status=200", "request_id=\"r-17\""] {
        assert!(received.contains(part), "{part}: {record}");
    }
}

#[test]
fn calls_of_an_async_client_are_recorded() {
    let client = ce_async::Client::with_transport(config(), Fake::default());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    check_record(&recorded(|| {
        let token = ElementToken::new("t");
        let call = client.send(Ping::through(&token));
        runtime.unwrap().block_on(call).unwrap();
    }));
}

#[test]
fn calls_of_a_blocking_client_are_recorded() {
    let client = ce_blocking::Client::with_transport(config(), Fake::default());
    check_record(&recorded(|| {
        let token = ElementToken::new("t");
        client.send(Ping::through(&token)).unwrap();
    }));
}
