//! More replicas than a machine carries: flows by ce-core's operations in virtual time, with the costs put in that
//! the other curves have measured.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use ce_bench::server::BURST;
use ce_bench::{callback, documents, work};
use ce_core::http::{self, Method, StatusCode};
use ce_core::{
    Attempt, Config, ConnectOutcome, ConnectRequest, Entropy, Error, Input, Operation, Response,
    Step,
};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use governor::clock::{Clock as _, FakeRelativeClock};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::replica::RATE;

/// A flow's of a replica's processor: `growth replicas`.
const PROCESSOR: Duration = Duration::from_micros(112);
/// A flow's of the database, which does one thing at a time: `growth accounts`.
const DATABASE: Duration = Duration::from_micros(500);
/// Of the platform to create an instance. Whatever else it is asked it answers at once.
const CREATION: [Duration; 2] = [Duration::from_secs(9), Duration::from_secs(26)];
/// Flows of a replica at a time. A user whose flow fails begins another.
const IN_FLIGHT: usize = 100;
/// What is counted begins when searches that ended in vain have done so.
const COUNTED: [Duration; 2] = [Duration::from_secs(300), Duration::from_secs(600)];

/// So many replicas without a limit, then at will and each within its share of the platform's rate: of each, a
/// second, flows that connect, answers of 429, and flows whose outcome is unknown.
pub fn replicas(replicas: usize) -> Vec<f64> {
    let [free, at_will, shared] =
        [(false, false), (true, false), (true, true)].map(|(is_limited, is_shared)| {
            let clock = FakeRelativeClock::default();
            let limiter = |quota| Limiter::direct_with_clock(quota, clock.clone());
            let period = Quota::with_period(Duration::from_secs(replicas as u64) / RATE.get());
            let world = World {
                platform: is_limited.then(|| limiter(Quota::per_second(RATE).allow_burst(BURST))),
                shares: (0..replicas)
                    .filter(|_| is_shared)
                    .map(|_| limiter(period.expect("a period")))
                    .collect(),
                clock: clock.clone(),
                wakers: RefCell::default(),
                sleeps: Cell::default(),
                rng: RefCell::new(fastrand::Rng::with_seed(7)),
                processors: vec![Cell::default(); replicas],
                database: Cell::default(),
                counts: Cell::default(),
            };
            world.run();
            let seconds = (COUNTED[1] - COUNTED[0]).as_secs_f64();
            world.counts.get().map(|count| f64::from(count) / seconds)
        });
    [&free[..1], &at_will, &shared].concat()
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, FakeRelativeClock, NoOpMiddleware<Nanos>>;

/// What is counted.
#[derive(Clone, Copy)]
enum Count {
    Connected,
    Refused,
    Unknown,
}

struct World {
    platform: Option<Limiter>,
    /// Of each replica, if it has one.
    shares: Vec<Limiter>,
    clock: FakeRelativeClock,
    /// Who is to be woken when, and who of several first.
    wakers: RefCell<BTreeMap<(Duration, usize), Waker>>,
    sleeps: Cell<usize>,
    rng: RefCell<fastrand::Rng>,
    /// When each replica's is free again.
    processors: Vec<Cell<Duration>>,
    database: Cell<Duration>,
    counts: Cell<[u32; 3]>,
}

impl World {
    fn run(&self) {
        let config = |replica| ce_bench::config(work::BASE_URL).with_jitter_seed(replica);
        let configs: Vec<_> = (0..self.processors.len() as u64).map(config).collect();
        let connect = ce_bench::connect().recoverable();
        let mut flows = FuturesUnordered::new();
        for (replica, config) in configs.iter().enumerate() {
            // Replicas that begin together would go on to send together.
            let begins = self.random([Duration::ZERO, CREATION[1]]);
            let flow = |_| self.flows(begins, replica, config, &connect);
            flows.extend((0..IN_FLIGHT).map(flow));
        }
        let mut context = Context::from_waker(Waker::noop());
        // Whoever is awake goes on; then time passes.
        while flows.poll_next_unpin(&mut context).is_pending() && self.now() < COUNTED[1] {
            let next = self.wakers.borrow_mut().pop_first();
            let ((time, _), waker) = next.expect("all of them wait for something");
            self.clock.advance(time - self.now());
            waker.wake();
        }
    }

    /// One flow after the other.
    async fn flows(
        &self,
        begins: Duration,
        replica: usize,
        config: &Config,
        connect: &ConnectRequest,
    ) {
        let first = self.random([begins, begins + CREATION[1]]);
        self.sleep(first).await;
        loop {
            self.occupy(&self.processors[replica], PROCESSOR).await;
            match self.flow(replica, config, connect).await {
                Ok(_) => self.count(Count::Connected),
                Err(error) if error.may_have_side_effects() => self.count(Count::Unknown),
                Err(_) => {}
            }
        }
    }

    async fn flow(
        &self,
        replica: usize,
        config: &Config,
        connect: &ConnectRequest,
    ) -> Result<ConnectOutcome, Error> {
        let entropy = Entropy::from(std::array::from_fn(|_| self.rng.borrow_mut().u8(..)));
        let begin = connect.begin(config, &entropy, SystemTime::UNIX_EPOCH)?;
        let redirect = self.drive(replica, begin).await?;
        self.occupy(&self.database, DATABASE).await;
        let callback = callback(redirect.url.as_str());
        let now = SystemTime::UNIX_EPOCH;
        let finish = connect.finish(config, &redirect.pending, &callback, now)?;
        self.drive(replica, finish).await
    }

    async fn drive<O: Operation>(&self, replica: usize, mut operation: O) -> O::Output {
        let (began, mut input) = (self.now(), Input::Start);
        loop {
            input = match operation.step(input, self.now() - began) {
                Step::Send(attempt) => Input::Response(Ok(self.send(replica, &attempt).await)),
                Step::Sleep(time) => {
                    self.sleep(time).await;
                    Input::SleepFinished
                }
                Step::Done(output) => return output,
            };
        }
    }

    /// The platform, once the replica's share has room.
    async fn send(&self, replica: usize, attempt: &Attempt) -> Response {
        while let Some(Err(not_until)) = self.shares.get(replica).map(Limiter::check) {
            self.sleep(not_until.wait_time_from(self.clock.now())).await;
        }
        if self
            .platform
            .as_ref()
            .is_some_and(|limiter| limiter.check().is_err())
        {
            self.count(Count::Refused);
            let mut busy = http::Response::new("{}".into());
            *busy.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            busy.headers_mut().insert("retry-after", 1.into());
            return busy.into();
        }
        let request = attempt.request.expose();
        let query = request.uri().query().unwrap_or_default();
        if request.method() == Method::POST {
            let creation = self.random(CREATION);
            self.sleep(creation).await;
            return work::answer(r#"{"id": 1, "token": "t", "element": {"key": "instagram"}}"#);
        }
        match query
            .split('&')
            .find_map(|pair| pair.strip_prefix("state="))
        {
            Some(state) => work::answer(documents::oauth_url(state)),
            // Of what was refused nothing is found.
            None => work::answer("[]"),
        }
    }

    fn count(&self, what: Count) {
        let mut counts = self.counts.get();
        counts[what as usize] += u32::from(self.now() >= COUNTED[0]);
        self.counts.set(counts);
    }

    fn random(&self, [from, to]: [Duration; 2]) -> Duration {
        from + (to - from).mul_f64(self.rng.borrow_mut().f64())
    }

    fn now(&self) -> Duration {
        self.clock.now().into()
    }

    /// Waits for a turn, and works so long.
    async fn occupy(&self, free_from: &Cell<Duration>, cost: Duration) {
        let end = self.now().max(free_from.get()) + cost;
        free_from.set(end);
        self.sleep(end - self.now()).await;
    }

    async fn sleep(&self, time: Duration) {
        let key = (self.now() + time, self.sleeps.get());
        self.sleeps.set(key.1 + 1);
        poll_fn(|context| {
            if self.now() >= key.0 {
                return Poll::Ready(());
            }
            let waker = context.waker().clone();
            self.wakers.borrow_mut().insert(key, waker);
            Poll::Pending
        })
        .await;
    }
}
