//! Complete flows per second on loopback: both requests, and the callback between them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ce_core::ConnectOutcome;
use tokio::runtime::Runtime;

use crate::by_hand::{OnReqwest, OnUreq};
use crate::effort::Effort;
use crate::report::{Bar, Row};
use crate::server::Server;
use crate::timing::{Times, counted};
use crate::{config, connect};

/// Times of one flow, ours and the peer's, so many at a time.
pub fn on_async(effort: Effort, at_a_time: usize) -> Times {
    Times::in_settings(SETTINGS, effort.rounds(121), |rounds| {
        on_async_once(rounds, at_a_time)
    })
}

/// How often clients, connections and the server's threads are made anew.
const SETTINGS: usize = 11;

fn on_async_once(rounds: usize, at_a_time: usize) -> Times {
    let server = Server::start(Duration::ZERO);
    let client = ce_async::Client::new(config(&server.base_url())).expect("a client");
    let peer = OnReqwest::new(&server.base_url());
    let (runtime, connect) = (runtime(), connect());
    let ours = async || {
        let redirect = client.begin(&connect).await.expect("a redirect");
        let callback = crate::callback(redirect.pending.expose_state());
        let finished = client.finish(&connect, &redirect.pending, &callback).await;
        assert!(matches!(finished, Ok(ConnectOutcome::Connected(_))));
    };
    let theirs = async || drop(peer.flow(&state()).await);
    // The first of each is its connections.
    runtime.block_on(many(at_a_time, at_a_time, &ours));
    runtime.block_on(many(at_a_time, at_a_time, &theirs));
    Times::take(
        rounds,
        vec![
            counted(flows(at_a_time), |calls| {
                runtime.block_on(many(calls, at_a_time, &ours));
            }),
            counted(flows(at_a_time), |calls| {
                runtime.block_on(many(calls, at_a_time, &theirs));
            }),
        ],
    )
}

/// The same on threads; behind a name, or an address.
pub fn on_threads(effort: Effort, threads: usize, named: bool) -> Times {
    Times::in_settings(SETTINGS, effort.rounds(121), |rounds| {
        on_threads_once(rounds, threads, named)
    })
}

fn on_threads_once(rounds: usize, threads: usize, named: bool) -> Times {
    let server = Server::start(Duration::ZERO);
    let base_url = match named {
        true => server.named_base_url(),
        false => server.base_url(),
    };
    let platform = config(&base_url);
    let transport = ce_blocking::UreqTransport::with_config_builder(&platform, |config| {
        // As many as threads, on both sides: the default of 3 to a host makes connections anew.
        config
            .max_idle_connections(64)
            .max_idle_connections_per_host(64)
    })
    .expect("a transport");
    let client = ce_blocking::Client::with_transport(platform, transport);
    let peer = OnUreq::new(&base_url);
    let connect = connect();
    let ours = || {
        let redirect = client.begin(&connect).expect("a redirect");
        let callback = crate::callback(redirect.pending.expose_state());
        let finished = client.finish(&connect, &redirect.pending, &callback);
        assert!(matches!(finished, Ok(ConnectOutcome::Connected(_))));
    };
    let theirs = || drop(peer.flow(&state()));
    many_threads(threads, threads, &ours);
    many_threads(threads, threads, &theirs);
    Times::take(
        rounds,
        vec![
            counted(flows(threads), |calls| many_threads(calls, threads, &ours)),
            counted(flows(threads), |calls| {
                many_threads(calls, threads, &theirs)
            }),
        ],
    )
}

/// On the thread that asks, so that no scheduling between threads is measured.
pub fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
}

/// Makes so many calls, some at a time.
pub async fn many(calls: usize, at_a_time: usize, call: &impl AsyncFn()) {
    let left = AtomicUsize::new(calls);
    let worker = async || {
        while take(&left) {
            call().await;
        }
    };
    let workers: Vec<_> = (0..at_a_time).map(|_| worker()).collect();
    futures_util::future::join_all(workers).await;
}

fn many_threads(calls: usize, threads: usize, call: &(impl Fn() + Sync)) {
    let left = AtomicUsize::new(calls);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while take(&left) {
                    call();
                }
            });
        }
    });
}

fn take(left: &AtomicUsize) -> bool {
    let one_less = |left: usize| left.checked_sub(1);
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
        .is_ok()
}

/// Short turns, and many of them: how the system shares its cores changes by the second.
fn flows(at_a_time: usize) -> usize {
    if at_a_time == 1 { 100 } else { 400 }
}

/// 32 random bytes, as ours draws them.
fn state() -> String {
    use base64::Engine as _;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("random bytes");
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// The rows.
pub fn rows(effort: Effort) -> Vec<Row> {
    let row = |what: String, against, times: &Times| Row {
        what,
        against,
        value: times.ratio(1),
        bar: Bar::AtLeast(0.97),
        detail: format!(
            "{:.0} a second, theirs {:.0}",
            1e9 / times.median(0),
            1e9 / times.median(1)
        ),
    };
    let mut rows = Vec::new();
    for at_a_time in [1, 64] {
        let what = format!("flows on loopback, async, {at_a_time} at a time");
        rows.push(row(what, "`reqwest` by hand", &on_async(effort, at_a_time)));
    }
    for threads in [1, 16] {
        let what = format!("flows on loopback, blocking, threads: {threads}");
        let by_name = format!("the same, where the host is a name: {threads}");
        let times = on_threads(effort, threads, false);
        rows.push(row(what, "`ureq` by hand", &times));
        let times = on_threads(effort, threads, true);
        rows.push(row(by_name, "`ureq` by hand", &times));
    }
    rows
}
