//! Complete flows a second: both requests, and the callback between them.

use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ce_bench::server::{Behaviour, Server, certificate};
use ce_bench::{by_reqwest, by_ureq, callback, config, connect, many, runtime};
use ce_core::{ConnectOutcome, ConnectRequest};

use crate::interleave::{Times, Turn};
use crate::table::{Bar, Table};

const TURNS: usize = 9;
/// Any: whoever sets one pays for it.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(120));

/// Prints the rows: over TCP, then over TLS.
pub fn run(settings: usize) -> Result<(), String> {
    let certificate = certificate();
    // The clients trust what the system does: on this machine, what this file holds.
    let file = std::env::temp_dir().join(format!("ce-bench-{}.pem", std::process::id()));
    std::fs::write(&file, certificate.cert.pem()).map_err(|error| error.to_string())?;
    let mut rows = [None, Some(certificate)].into_iter().map(|tls| {
        let server = Server::start(Behaviour {
            tls,
            ..Behaviour::default()
        });
        let mut rows = crate::child(&["flows-at", &server.base_url(), &settings.to_string()]);
        crate::output(rows.env("SSL_CERT_FILE", &file).stdout(Stdio::inherit()))
    });
    let done = rows.try_for_each(|printed| printed.map(drop));
    std::fs::remove_file(&file).map_err(|error| error.to_string())?;
    done
}

/// Prints the rows of one server. Their figures are ours, by hand, and how many times as quick that is
/// on kept connections, and without a timeout.
pub fn rows(base_url: &str, settings: usize) {
    type Measure = fn(&mut Times, &str, usize, usize);
    let clients: [(&str, &str, Measure, [usize; 3]); 2] = [
        ("async, in flight", "`reqwest`", in_flight, [1, 64, 512]),
        ("blocking, threads", "`ureq`", on_threads, [1, 16, 64]),
    ];
    let scheme = base_url.split(':').next().unwrap_or_default();
    let mut table = Table::begin();
    for (how, library, measure, sizes) in clients {
        for size in sizes {
            // Short turns, and many of them: how the system shares its cores changes by the second.
            let (mut times, flows) = (Times::default(), size.max(100));
            for _ in 0..settings {
                measure(&mut times, base_url, flows, size);
            }
            let [ours, by_hand] = [0, 1].map(|who| flows as f64 / times.median(who));
            let [kept, untimed] = [2, 3].map(|who| times.ratio(1, who));
            let figures = format!("{ours:.0} a second, {by_hand:.0}; {kept:.2}×, {untimed:.2}×");
            let what = format!("{scheme}, {how}: {size}");
            table.row(
                &what,
                library,
                times.ratio(1, 0),
                Bar::AtLeast(0.97),
                &figures,
            );
        }
    }
}

/// One flow of ours.
pub async fn flow(client: &ce_async::Client, connect: &ConnectRequest) {
    let redirect = client.begin(connect).await.expect("a redirect");
    let callback = callback(redirect.url.as_str());
    let finished = client.finish(connect, &redirect.pending, &callback).await;
    let connected = finished.expect("an outcome");
    assert!(matches!(connected, ConnectOutcome::Connected(_)));
}

/// Turns of ours, and by hand: with the same promises, on kept connections, and without a timeout.
fn in_flight(times: &mut Times, base_url: &str, flows: usize, at_a_time: usize) {
    let client = ce_async::Client::new(config(base_url)).expect("a client");
    let (connect, runtime) = (connect(), &runtime());
    let mut kept = by_reqwest(base_url, TIMEOUT);
    kept.once = kept.http.clone();
    let platforms = [
        by_reqwest(base_url, TIMEOUT),
        kept,
        by_reqwest(base_url, None),
    ];
    let ours = async || flow(&client, &connect).await;
    let mut contestants: Vec<Turn<'_>> = Vec::new();
    contestants.push(Box::new(|| runtime.block_on(many(flows, at_a_time, ours))));
    for platform in &platforms {
        let flow = async || drop(platform.connect(callback).await.expect("an instance"));
        contestants.push(Box::new(move || {
            runtime.block_on(many(flows, at_a_time, flow))
        }));
    }
    times.take(TURNS, contestants);
}

/// The same on threads.
fn on_threads(times: &mut Times, base_url: &str, flows: usize, threads: usize) {
    let client = ce_blocking::Client::new(config(base_url)).expect("a client");
    let connect = connect();
    let mut kept = by_ureq(base_url, TIMEOUT);
    kept.creation_idle_age = Duration::from_secs(15);
    let platforms = [by_ureq(base_url, TIMEOUT), kept, by_ureq(base_url, None)];
    let ours = || {
        let redirect = client.begin(&connect).expect("a redirect");
        let callback = callback(redirect.url.as_str());
        let finished = client.finish(&connect, &redirect.pending, &callback);
        assert!(matches!(finished, Ok(ConnectOutcome::Connected(_))));
    };
    let mut contestants: Vec<Turn<'_>> = Vec::new();
    contestants.push(Box::new(|| many_on_threads(flows, threads, ours)));
    for platform in &platforms {
        let flow = || drop(platform.connect(callback).expect("an instance"));
        contestants.push(Box::new(move || many_on_threads(flows, threads, flow)));
    }
    times.take(TURNS, contestants);
}

fn many_on_threads(calls: usize, threads: usize, call: impl Fn() + Sync) {
    let taken = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while taken.fetch_add(1, Ordering::Relaxed) < calls {
                    call()
                }
            });
        }
    });
}
