//! What is logged. A process of its own, since a logger and the highest level are a whole process's.

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
