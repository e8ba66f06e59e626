//! Time of lists, of many instances, and of a call, over sockets of this machine.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use ce_async::{Attempt, Client, Response, Transport, TransportError};
use ce_bench::server::{Behaviour, Server};
use ce_bench::{by_reqwest, callback, config, connect, many, runtime, work};
use ce_core::{ConnectOutcome, Entropy, PendingAuthorization, http::Request};
use divan::Bencher;

fn main() {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
    divan::main();
}

/// A hundred thousand instances, by pages of two hundred.
#[divan::bench_group(sample_count = 1)]
mod list {
    use super::*;

    const INSTANCES: usize = 100_000;

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let base_url = Server::start(Behaviour::default()).with_instances(INSTANCES);
        let (client, runtime) = (client(&base_url), runtime());
        bencher.bench_local(|| runtime.block_on(work::list(&client, INSTANCES)));
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        let base_url = Server::start(Behaviour::default()).with_instances(INSTANCES);
        let (platform, runtime) = (by_reqwest(&base_url, None), runtime());
        bencher.bench_local(|| runtime.block_on(work::list_by_hand(&platform, INSTANCES)));
    }
}

/// Ten thousand instances, 64 at a time, each of which takes the platform 20 ms.
#[divan::bench_group(sample_count = 1)]
mod provision {
    use super::*;

    const INSTANCES: usize = 10_000;
    const AT_A_TIME: usize = 64;
    const LATENCY: Duration = Duration::from_millis(20);

    fn server() -> Server {
        Server::start(Behaviour {
            latency: LATENCY,
            ..Behaviour::default()
        })
    }

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let (client, connect, runtime) = (client(&server().base_url()), connect(), runtime());
        let create = async || {
            let entropy = Entropy::from_system().expect("random bytes");
            let pending = PendingAuthorization::new(&connect, &entropy, SystemTime::now());
            let callback = callback(pending.expose_state());
            let finished = client.finish(&connect, &pending, &callback).await;
            assert!(matches!(finished, Ok(ConnectOutcome::Connected(_))));
        };
        bencher.bench_local(|| runtime.block_on(many(INSTANCES, AT_A_TIME, create)));
    }

    #[divan::bench]
    fn by_hand(bencher: Bencher) {
        let (platform, runtime) = (by_reqwest(&server().base_url(), None), runtime());
        let create = async || drop(platform.create("code").await.expect("an instance"));
        bencher.bench_local(|| runtime.block_on(many(INSTANCES, AT_A_TIME, create)));
    }
}

/// A thousand calls of a transport: ours through the trait object, whose futures are boxed.
#[divan::bench_group]
mod call {
    use super::*;

    #[derive(Debug)]
    struct AtOnce(Response);

    impl AtOnce {
        async fn direct(&self, attempt: Attempt) -> Result<Response, TransportError> {
            drop(black_box(attempt));
            Ok(self.0.clone())
        }
    }

    #[async_trait]
    impl Transport for AtOnce {
        async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
            self.direct(attempt).await
        }

        async fn sleep(&self, _: Duration) {}
    }

    fn attempt() -> Attempt {
        let request = Request::get("http://127.0.0.1/").body("".into());
        Attempt::new("measure", request.expect("a request").into())
    }

    #[divan::bench]
    fn ours(bencher: Bencher) {
        let (transport, attempt, runtime) = (AtOnce(work::answer("{}")), attempt(), runtime());
        let transport: &dyn Transport = black_box(&transport);
        let call = async || drop(black_box(transport.send(attempt.clone()).await));
        bencher.bench_local(|| runtime.block_on(many(1_000, 1, call)));
    }

    #[divan::bench]
    fn direct(bencher: Bencher) {
        let (transport, attempt, runtime) = (AtOnce(work::answer("{}")), attempt(), runtime());
        let call = async || drop(black_box(transport.direct(attempt.clone()).await));
        bencher.bench_local(|| runtime.block_on(many(1_000, 1, call)));
    }

    #[divan::bench(sample_count = 3)]
    fn loopback(bencher: Bencher) {
        let base_url = Server::start(Behaviour::default()).base_url();
        let (client, connect, runtime) = (client(&base_url), connect(), runtime());
        let call = async || drop(client.begin(&connect).await.expect("a redirect"));
        bencher.bench_local(|| runtime.block_on(many(1_000, 1, call)));
    }
}

fn client(base_url: &str) -> Client {
    Client::new(config(base_url)).expect("a client")
}
