//! What the feature `tracing` records of a call, on both clients. One test, since whether a record is
//! made depends on every subscriber in the process.

use std::sync::Arc;

use ce_core::calls::Ping;
use ce_core::model::ElementToken;
use ce_core::{Config, Credentials, Delivery, TransportCause, TransportError, http};
use ce_tests::{AnyClient, Fake};

/// A call that fails at the first attempt, and is answered at the second.
async fn call<C: AnyClient>() {
    let fake = Fake::new(|attempt| {
        if attempt.number == 1 {
            let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
            let error = TransportError::new(Delivery::NotSent, TransportCause::Connect);
            return Err(error.with_source(refused));
        }
        let response = http::Response::builder().header("Elements-Request-Id", "r-17");
        let response = response.body(r#"{"endpoint":"instagram"}"#.into());
        Ok(response.unwrap().into())
    });
    let credentials = Credentials::new("u1", "o");
    let config = Config::new("https://platform.example/api", credentials).unwrap();
    let client = C::on(config, Arc::new(fake));
    client
        .send(Ping::through(&ElementToken::new("t")))
        .await
        .unwrap();
}

/// What a call records, as text.
fn recorded(call: impl Future<Output = ()>) -> String {
    let captured = ce_tests::Captured::default();
    let writer = captured.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    tracing::subscriber::with_default(subscriber, || runtime.unwrap().block_on(call));
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
    check_record(&recorded(call::<ce_async::Client>()));
    check_record(&recorded(call::<ce_blocking::Client>()));
}
