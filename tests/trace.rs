//! What the HTTP libraries write into their logs, and the warning about it. One test, since a log is
//! the whole process's.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use ce_core::{Config, ConnectOutcome, ConnectRequest, OAuthUrlMethod};
use ce_sandbox::Sandbox;
use ce_tests::{AnyClient, PART};

const SECRET: &str = "Jm7cW4hYqP0zXrG9uT2nKfS5bLd8eVaI1o6iRtCwQx3yMvBk";

/// Everything that is logged: target, level and text.
struct Log(Mutex<Vec<(String, log::Level, String)>>);

static LOG: Log = Log(Mutex::new(Vec::new()));

impl Log {
    fn take(&self) -> Vec<(String, log::Level, String)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let text = record.args().to_string();
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        records.push((record.target().to_owned(), record.level(), text));
    }

    fn flush(&self) {}
}

fn connect(method: OAuthUrlMethod) -> ConnectRequest {
    ce_tests::instagram()
        .api_secret(SECRET)
        .oauth_url_method(method)
}

/// Which crates log a part of a secret in a flow.
async fn leaking<C: AnyClient>(config: Config, sandbox: &Sandbox) -> BTreeSet<String> {
    let client = C::of(config);
    LOG.take();
    let mut secrets = vec![SECRET.to_owned(), sandbox.user_secret().to_owned()];
    for method in [OAuthUrlMethod::Get, OAuthUrlMethod::Post] {
        let connect = connect(method);
        let redirect = client.begin(&connect).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        let finished = client.finish(&connect, &redirect.pending, &callback).await;
        let Ok(ConnectOutcome::Connected(instance)) = finished else {
            panic!("{finished:?}")
        };
        secrets.push(instance.token.expose().to_owned());
    }
    let parts: Vec<&str> = secrets
        .iter()
        .flat_map(|secret| (0..=secret.len() - PART).map(|at| &secret[at..at + PART]))
        .collect();
    let records = LOG.take();
    assert!(!records.is_empty(), "nothing is logged");
    let leaks = records
        .into_iter()
        .filter(|(_, _, text)| parts.iter().any(|part| text.contains(part)));
    leaks
        .map(|(target, ..)| target.split("::").next().unwrap_or_default().to_owned())
        .collect()
}

fn warnings() -> Vec<(String, String)> {
    let records = LOG.take().into_iter();
    let warnings = records.filter(|(_, level, _)| *level <= log::Level::Warn);
    warnings.map(|(target, _, text)| (target, text)).collect()
}

#[tokio::test]
async fn what_is_logged_at_trace_is_warned_of_once() {
    log::set_logger(&LOG).unwrap();
    // Long, so that a part of it stands in one row of a dump.
    let sandbox = Sandbox::builder()
        .user_secret("Zk3vQ8xJ1mWnB6tRy0Lc9HsEaUgDpF4oN7iYqS2zM")
        .start()
        .unwrap();
    let config = ce_tests::config(&sandbox);

    log::set_max_level(log::LevelFilter::Debug);
    ce_blocking::Client::new(config.clone()).unwrap();
    assert_eq!(warnings(), []);
    let leaking_below = leaking::<ce_blocking::Client>(config.clone(), &sandbox).await;
    assert_eq!(leaking_below, BTreeSet::new());

    log::set_max_level(log::LevelFilter::Trace);
    ce_blocking::Client::new(config.clone()).unwrap();
    ce_blocking::Client::new(config.clone()).unwrap();
    let warned = warnings();
    let [(target, text)] = &warned[..] else {
        panic!("{warned:?}")
    };
    assert!(target.starts_with("ce_blocking"), "{target}");
    for name in ["`ureq`", "`ureq_proto`", "TRACE"] {
        assert!(text.contains(name), "{text}");
    }

    // These and no others, which is what is documented and warned of.
    let of_ureq = leaking::<ce_blocking::Client>(config.clone(), &sandbox).await;
    let named = ["ureq", "ureq_proto"].map(str::to_owned);
    assert_eq!(of_ureq, BTreeSet::from(named));
    let of_reqwest = leaking::<ce_async::Client>(config, &sandbox).await;
    assert_eq!(of_reqwest, BTreeSet::new());
}
