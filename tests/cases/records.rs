//! What the feature `tracing` records: a call is a span, an attempt is an event.

use ce_tests::prelude::*;
use libtest_mimic::Trial;

use crate::captured::Captured;

/// What the events of a call have: each attempt is one, and the wait between them.
#[rustfmt::skip] // A row an event.
const EVENTS: [&[&str]; 3] = [
    &["attempt failed", "attempt=1", "cause=Connect", "NotSent", "connection refused"],
    &["wait="],
    &["attempt=2", "status=200", "request_id=\"r-17\""],
];

pub fn cases() -> Vec<Trial> {
    crate::on_both("records", play)
}

/// Plays a call that fails at the first attempt, and is answered at the second.
async fn play(kind: Kind) {
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
    let config = config_at("https://platform.example/api").with_limits(Limits::default());
    let client = kind.on(config, Arc::new(fake));
    let captured = Captured::default();
    let guard = captured.start();
    client.ok(Ping::through(&ElementToken::new("t"))).await;
    drop(guard);

    let record = captured.text();
    assert_eq!(record.lines().count(), EVENTS.len(), "{record}");
    for (line, parts) in record.lines().zip(EVENTS) {
        assert!(line.contains("DEBUG send{purpose=\"ping"), "{record}");
        assert!(!line.contains("platform.example"), "{record}");
        for part in parts {
            assert!(line.contains(part), "{part}: {record}");
        }
    }
}
