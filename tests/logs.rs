//! What is logged, and recorded by the feature `tracing`. A process of its own, since a logger and
//! the highest level are a whole process's.

use std::collections::BTreeSet;

use ce_tests::prelude::*;
use log::{Level, LevelFilter};

/// Everything that is logged: target, level and text.
struct Log(Mutex<Vec<(String, Level, String)>>);

static LOG: Log = Log(Mutex::new(Vec::new()));

impl Log {
    fn take(&self) -> Vec<(String, Level, String)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn warnings(&self) -> Vec<(String, Level, String)> {
        let records = self.take().into_iter();
        records.filter(|it| it.1 <= Level::Warn).collect()
    }
}

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let text = record.args().to_string();
        let entry = (record.target().to_owned(), record.level(), text);
        self.0.lock().unwrap().push(entry);
    }

    fn flush(&self) {}
}

/// That nothing else is logged is a case of secrets.
#[tokio::test]
async fn what_is_logged_at_trace_is_warned_of_once() {
    // Long, so that a part of it stands in one row of a dump.
    const SECRET: &str = "Jm7cW4hYqP0zXrG9uT2nKfS5bLd8eVaI1o6iRtCwQx3yMvBk";
    const PART: usize = 8;
    log::set_logger(&LOG).unwrap();
    let sandbox = Sandbox::builder().user_secret(SECRET).start().unwrap();
    let client = || Kind::Blocking.client(config(&sandbox));

    log::set_max_level(LevelFilter::Debug);
    client();
    assert_eq!(LOG.warnings(), []);

    log::set_max_level(LevelFilter::Trace);
    let client = (client(), client()).0;
    let warned = LOG.warnings();
    let [(target, _, text)] = &warned[..] else {
        panic!("{warned:?}")
    };
    assert!(target.starts_with("ce_blocking"), "{target}");
    for name in ["`ureq`", "`ureq_proto`", "TRACE"] {
        assert!(text.contains(name), "{text}");
    }

    // These and no others show secrets, which is what is documented and warned of.
    let connect = instagram().api_secret(SECRET);
    client.connect(&sandbox, &connect).await;
    let records = LOG.take();
    let parts: Vec<_> = SECRET.as_bytes().windows(PART).collect();
    let leaks = records.iter().filter(|(_, _, text)| {
        let mut shown = text.as_bytes().windows(PART);
        shown.any(|part| parts.contains(&part))
    });
    let crates = leaks.filter_map(|(target, ..)| target.split("::").next());
    let crates: BTreeSet<_> = crates.collect();
    assert_eq!(crates, BTreeSet::from(["ureq", "ureq_proto"]));
}

/// A call that fails at the first attempt, and is answered at the second.
async fn call(kind: Kind) {
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
    let config = config_at("https://platform.example/api");
    let config = config.with_limits(ce_core::Limits::default());
    let client = kind.on(config, Arc::new(fake));
    client.ok(Ping::through(&ElementToken::new("t"))).await;
}

/// One test, since whether a record is made depends on every subscriber in the process.
#[test]
fn a_call_is_a_span_and_an_attempt_is_an_event() {
    for kind in Kind::ALL {
        let written = Captured::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        tracing::subscriber::with_default(subscriber, || runtime.unwrap().block_on(call(kind)));
        check_record(&written.text());
    }
}

/// An event for each attempt and for the wait between them, all in the call's span.
fn check_record(record: &str) {
    #[rustfmt::skip] // A line a line.
    let expected: [&[&str]; 3] = [
        &["attempt failed", "attempt=1", "cause=Connect", "NotSent", "connection refused"],
        &["wait="],
        &["attempt=2", "status=200", "request_id=\"r-17\""],
    ];
    assert_eq!(record.lines().count(), expected.len(), "{record}");
    for (line, parts) in record.lines().zip(expected) {
        assert!(line.contains("DEBUG send{purpose=\"ping"), "{record}");
        assert!(!line.contains("platform.example"), "{record}");
        for part in parts {
            assert!(line.contains(part), "{part}: {record}");
        }
    }
}
