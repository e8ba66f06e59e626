//! Several processes on one platform, and their share of what it allows.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use ce_async::{
    Attempt, Client, ReqwestTransport, Response, Transport, TransportError, async_trait,
};
use ce_bench::{config, connect, flow, many, runtime, server};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use procfs::process::Process;

use super::Point;

/// Requests that the platform allows in a second, in all.
const RATE: NonZeroU32 = NonZeroU32::new(50).expect("a rate");
const SECONDS: f64 = 10.0;

/// Keeps to a replica's share, if it has one.
#[derive(Debug)]
struct RateLimited(ReqwestTransport, Option<DefaultDirectRateLimiter>);

#[async_trait]
impl Transport for RateLimited {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        if let Some(limiter) = &self.1 {
            limiter.until_ready().await;
        }
        self.0.send(attempt).await
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

/// One replica, sixteen flows at a time. With a period it takes steps 1 alone, one request in so many milliseconds; with
/// a period of 1 at will.
///
/// Prints what is done a second, microseconds of a processor for each, and failures a second.
pub fn print_one(base_url: &str, period: usize) -> anyhow::Result<()> {
    let share = Quota::with_period(Duration::from_millis(period as u64)).filter(|_| period > 1);
    let transport = ReqwestTransport::new(&config(base_url))?;
    let transport = RateLimited(transport, share.map(RateLimiter::direct));
    let client = Client::with_transport(config(base_url), transport);
    let connect = connect();
    let (began, done, failed) = (Instant::now(), Cell::new(0.0), Cell::new(0.0));
    let work = async || {
        while began.elapsed().as_secs_f64() < SECONDS {
            let is_done = match period {
                0 => flow(&client, &connect).await.is_ok(),
                _ => client.begin(&connect).await.is_ok(),
            };
            let count = if is_done { &done } else { &failed };
            count.set(count.get() + 1.0);
        }
    };
    runtime().block_on(many(16, 16, work));
    let (stat, ticks) = (Process::myself()?.stat()?, procfs::ticks_per_second());
    let each = (stat.utime + stat.stime) as f64 / ticks as f64 * 1e6 / done.get();
    let [done, failed] = [done, failed].map(|count| count.get() / began.elapsed().as_secs_f64());
    println!("[{done}, {each}, {failed}]");
    Ok(())
}

/// What so many replicas print, added up, and of the costs the mean.
pub fn several(base_url: &str, replicas: usize, period: usize) -> anyhow::Result<Point> {
    let replica = super::child("replica", base_url, period)?.stdout_capture();
    let running = (0..replicas).map(|_| replica.start());
    let mut sums = [0.0; 3];
    for replica in running.collect::<Result<Vec<_>, _>>()? {
        let numbers: [f64; 3] = serde_json::from_slice(&replica.wait()?.stdout)?;
        sums = std::array::from_fn(|index| sums[index] + numbers[index]);
    }
    let [done, cost, failed] = sums;
    let cost = ("µs of a processor each", cost / replicas as f64);
    Ok(vec![
        ("done a second", done),
        cost,
        ("failed a second", failed),
    ])
}

/// Four replicas that take one step 1 in so many milliseconds each, on a platform that allows fifty a second in all.
pub fn limited(period: usize) -> anyhow::Result<Point> {
    let refused = Arc::new(AtomicU32::new(0));
    let platform = server::limited(RATE, Arc::clone(&refused));
    let mut point = several(&server::start(platform, None), 4, period)?;
    let refused = f64::from(refused.load(Ordering::Relaxed)) / SECONDS;
    point.push(("429 a second", refused));
    Ok(point)
}
