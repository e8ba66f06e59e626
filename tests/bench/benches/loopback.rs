//! Flows, lists and many instances over sockets of this machine, ours beside the same by hand.

use std::thread;
use std::time::Duration;

use ce_bench::{by_reqwest, by_ureq, callback, client, config, connect, flow, many};
use ce_bench::{runtime, server};
use ce_core::model::AuthenticationScheme;
use divan::Bencher;

fn main() {
    ce_bench::install_provider();
    divan::main();
}

/// So many calls, some at a time.
fn measure(bencher: Bencher, calls: usize, at_a_time: usize, call: impl AsyncFn()) {
    let runtime = runtime();
    bencher.bench_local(|| runtime.block_on(many(calls, at_a_time, &call)));
}

/// By hand as careful as ours, or on kept connections even where an instance is created.
const WHO: [&str; 3] = ["ours", "by_hand", "kept"];
const FLOWS: usize = 512;
/// Any: whoever sets one pays for it.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(120));

/// The server of flows, which `ce-bench flows` starts.
fn given_url() -> String {
    std::env::var("CE_BENCH_BASE_URL").expect("where the server is")
}

#[divan::bench(consts = [1, 64, 512], args = WHO, sample_count = 10)]
fn in_flight<const AT_A_TIME: usize>(bencher: Bencher, who: &str) {
    let (client, connect) = (client(&given_url()), connect());
    let mut platform = by_reqwest(&given_url(), TIMEOUT);
    if who == "kept" {
        platform.once = platform.http.clone();
    }
    let ours = async || drop(flow(&client, &connect).await.expect("an outcome"));
    let by_hand = async || drop(platform.connect(callback).await.expect("an instance"));
    match who {
        "ours" => measure(bencher, FLOWS, AT_A_TIME, ours),
        _ => measure(bencher, FLOWS, AT_A_TIME, by_hand),
    }
}

#[divan::bench(consts = [1, 16, 64], args = WHO, sample_count = 10)]
fn on_threads<const THREADS: usize>(bencher: Bencher, who: &str) {
    let client = ce_blocking::Client::new(config(&given_url())).expect("a client");
    let connect = connect();
    let ours = || {
        let redirect = client.begin(&connect).expect("a redirect");
        let callback = callback(redirect.url.as_str());
        let finished = client.finish(&connect, &redirect.pending, &callback);
        drop(finished.expect("an outcome"));
    };
    let mut platform = by_ureq(&given_url(), TIMEOUT);
    if who == "kept" {
        platform.creation_idle_age = Duration::from_secs(15);
    }
    let by_hand = || drop(platform.connect(callback).expect("an instance"));
    let flow: &(dyn Fn() + Sync) = if who == "ours" { &ours } else { &by_hand };
    let flows = || (0..FLOWS / THREADS).for_each(|_| flow());
    bencher.bench_local(|| {
        thread::scope(|scope| (0..THREADS).for_each(|_| drop(scope.spawn(flows))));
    });
}

/// A hundred thousand instances, by pages of two hundred.
#[divan::bench(args = ["ours", "by_hand"], sample_count = 1)]
fn list(bencher: Bencher, who: &str) {
    const INSTANCES: usize = 100_000;
    let base_url = server::start(server::platform(INSTANCES, Duration::ZERO), None);
    let (client, platform) = (client(&base_url), by_reqwest(&base_url, None));
    let by_hand = async || {
        let mut listed = 0;
        let listing = platform.list(|instance| listed += usize::from(instance.id > 0));
        listing.await.expect("a list");
        assert_eq!(listed, INSTANCES);
    };
    match who {
        "ours" => measure(bencher, 1, 1, async || {
            ce_bench::list(&client, INSTANCES).await
        }),
        _ => measure(bencher, 1, 1, by_hand),
    }
}

/// Ten thousand instances, each of which takes the platform 20 ms.
#[divan::bench(args = ["ours", "by_hand"], sample_count = 1)]
fn provision(bencher: Bencher, who: &str) {
    let base_url = server::start(server::platform(0, Duration::from_millis(20)), None);
    let connect = connect().authentication(AuthenticationScheme::Basic);
    let (client, platform) = (client(&base_url), by_reqwest(&base_url, None));
    let ours = async || drop(client.provision(&connect).await.expect("an instance"));
    let by_hand = async || drop(platform.create("code").await.expect("an instance"));
    match who {
        "ours" => measure(bencher, 10_000, 64, ours),
        _ => measure(bencher, 10_000, 64, by_hand),
    }
}
