//! What the feature `tracing` records of a call, on both clients. One test, since whether a record is
//! made depends on every subscriber in the process.

use std::time::Duration;

use ce_core::calls::Ping;
use ce_core::model::ElementToken;
use ce_core::{
    Attempt, Config, Credentials, Delivery, Response, TransportCause, TransportError, http,
};

/// Fails at the first attempt, and answers at the second.
#[derive(Debug)]
struct Fake;

impl Fake {
    fn answer(attempt: &Attempt) -> Result<Response, TransportError> {
        if attempt.number == 1 {
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            let error = TransportError::new(Delivery::NotSent, TransportCause::Connect);
            return Err(error.with_source(refused));
        }
        let response = http::Response::builder().header("Elements-Request-Id", "r-17");
        let response = response.body(r#"{"endpoint":"instagram"}"#.into());
        Ok(response.unwrap().into())
    }
}

#[ce_async::async_trait]
impl ce_async::Transport for Fake {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        Self::answer(&attempt)
    }

    async fn sleep(&self, _: Duration) {}
}

impl ce_blocking::Transport for Fake {
    fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        Self::answer(&attempt)
    }

    fn sleep(&self, _: Duration) {}
}

fn config() -> Config {
    Config::new("https://platform.example/api", Credentials::new("u1", "o")).unwrap()
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
fn a_call_is_a_span_and_an_attempt_is_an_event() {
    let token = ElementToken::new("t");

    let client = ce_async::Client::with_transport(config(), Fake);
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    check_record(&recorded(|| {
        let call = client.send(Ping::through(&token));
        runtime.unwrap().block_on(call).unwrap();
    }));

    let client = ce_blocking::Client::with_transport(config(), Fake);
    check_record(&recorded(|| {
        client.send(Ping::through(&token)).unwrap();
    }));
}
