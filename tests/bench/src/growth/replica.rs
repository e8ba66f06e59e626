//! Several processes on one platform, and their share of what it allows.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use ce_async::{Attempt, Client, ReqwestTransport, Response, Transport, TransportError};
use ce_bench::server::{BURST, Behaviour, Server};
use ce_bench::{config, connect, runtime};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::{Size, point, process};
use crate::flows::flow;

/// Requests that the platform allows in a second, in all.
pub const RATE: NonZeroU32 = NonZeroU32::new(50).expect("a rate");
const SECONDS: f64 = 10.0;
const IN_FLIGHT: usize = 16;

/// Counts what is answered by 429, and keeps to a rate if there is one.
#[derive(Debug)]
struct RateLimited {
    inner: ReqwestTransport,
    limiter: Option<DefaultDirectRateLimiter>,
    refused: AtomicUsize,
}

#[async_trait]
impl Transport for RateLimited {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        if let Some(limiter) = &self.limiter {
            while let Err(not_until) = limiter.check() {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                self.inner.sleep(wait).await;
            }
        }
        let answer = self.inner.send(attempt).await?;
        self.refused
            .fetch_add((answer.status().as_u16() == 429).into(), Ordering::Relaxed);
        Ok(answer)
    }

    async fn sleep(&self, duration: Duration) {
        self.inner.sleep(duration).await;
    }
}

/// One replica: prints flows a second, microseconds of a processor for each, and failures and 429s a
/// second. With a period, the steps 1 alone, one in so many milliseconds; with 1 at will.
pub fn work(base_url: &str, period: usize) {
    let config = config(base_url);
    let limited = Some(Duration::from_millis(period as u64)).filter(|_| period > 1);
    let transport = Arc::new(RateLimited {
        inner: ReqwestTransport::new(&config).expect("a transport"),
        limiter: limited
            .and_then(Quota::with_period)
            .map(RateLimiter::direct),
        refused: AtomicUsize::new(0),
    });
    let client = Client::with_transport(config, Arc::clone(&transport));
    let (connect, began, before) = (connect(), Instant::now(), processor_time());
    let work = async || {
        let (mut done, mut failed) = (0.0, 0.0);
        while began.elapsed().as_secs_f64() < SECONDS {
            match period {
                0 => flow(&client, &connect).await,
                _ => failed += f64::from(client.begin(&connect).await.is_err()),
            }
            done += 1.0;
        }
        [done - failed, failed]
    };
    let workers = futures_util::future::join_all((0..IN_FLIGHT).map(|_| work()));
    let counts = runtime().block_on(workers);
    let [done, failed] = [0, 1].map(|index| counts.iter().map(|count| count[index]).sum::<f64>());
    let each = (processor_time() - before) / done;
    let refused = transport.refused.load(Ordering::Relaxed) as f64;
    let seconds = began.elapsed().as_secs_f64();
    let [done, failed, refused] = [done, failed, refused].map(|count| count / seconds);
    println!("{done} {each} {failed} {refused}");
}

/// Microseconds of a processor's time that this process has had.
fn processor_time() -> f64 {
    let stat = process().stat().expect("its statistics");
    (stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64 * 1e6
}

/// Runs so many replicas at once: what they print, added up, and of the costs the mean.
pub fn several(server: &Server, replicas: usize, period: usize) -> Result<Vec<f64>, String> {
    let base_url = &server.base_url();
    let replica = || point(Size::Replicas, base_url, period);
    let printed = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..replicas).map(|_| scope.spawn(replica)).collect();
        let numbers = threads.into_iter().map(|it| it.join().expect("a thread"));
        numbers.collect::<Result<Vec<Vec<f64>>, String>>()
    })?;
    let sum = |index| printed.iter().map(|numbers| numbers[index]).sum::<f64>();
    Ok(vec![sum(0), sum(1) / replicas as f64, sum(2), sum(3)])
}

/// Four replicas on a platform that allows fifty requests a second in all.
pub fn rate_limit() -> Result<(), String> {
    println!(
        "| four replicas | done a second | of what is allowed | failed a second | 429 a second |"
    );
    println!("| --- | --- | --- | --- | --- |");
    // A quarter of the rate is one request in 80 ms.
    for (what, period) in [("each at will", 1), ("each keeps to its quarter", 80)] {
        let per_second = Some(RATE);
        let server = Server::start(Behaviour {
            per_second,
            ..Behaviour::default()
        });
        let numbers = several(&server, 4, period)?;
        let allowed = f64::from(RATE.get()) + f64::from(BURST.get()) / SECONDS;
        let [done, _, failed, refused] = [0, 1, 2, 3].map(|index| numbers[index]);
        let share = done / allowed * 100.0;
        println!("| {what} | {done:.1} | {share:.1} % | {failed:.1} | {refused:.1} |");
    }
    Ok(())
}
