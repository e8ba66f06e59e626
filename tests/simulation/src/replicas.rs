//! Replicas that share the rate which the platform allows: how many flows they connect, in tokio's virtual time. Put
//! in are the costs that the benchmarks have measured.
//!
//! The operations are driven here: ce-async reads the system's clock, and how long an operation has taken decides when
//! it ends.

use std::cell::{Cell, RefCell};
use std::num::NonZeroU32;
use std::time::{Duration, SystemTime};

use ce_core::http::Method;
use ce_core::{
    Attempt, Config, ConnectOutcome, Entropy, Error, Input, Limits, Operation, Response, Step,
};
use futures_util::future::join_all;
use governor::clock::{Clock as _, FakeRelativeClock};
use governor::{Quota, RateLimiter};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::options::Replicas;
use crate::platform::{empty_list, response, response_with};
use crate::setting::Setting;

/// Requests that the platform allows in a second, and at once.
const RATE: NonZeroU32 = NonZeroU32::new(50).expect("a rate");
const BURST: NonZeroU32 = NonZeroU32::new(10).expect("a number");
/// A flow's of a replica's processor.
const PROCESSOR: Duration = Duration::from_micros(112);
/// A flow's of the database, which does one thing at a time.
const DATABASE: Duration = Duration::from_micros(500);
/// Of the platform to create an instance. Whatever else it is asked it answers at once.
const CREATION: [Duration; 2] = [Duration::from_secs(9), Duration::from_secs(26)];
/// Flows of a replica at a time. A user whose flow fails begins another.
const IN_FLIGHT: usize = 100;
/// Nothing is counted until searches that ended in vain have done so, and then for as long.
const HALF: Duration = Duration::from_secs(300);

/// Prints what there is a second, by name, as JSON.
pub(crate) fn run(options: &Replicas) -> bool {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime without IO");
    let share = Duration::from_secs(options.replicas as u64) / RATE.get();
    let run = |is_limited, share| runtime.block_on(World::run(options, is_limited, share));
    let [free, ..] = run(false, Duration::ZERO);
    let [at_will, refused, unknown] = run(true, Duration::ZERO);
    let [shared, refused_of_shared, unknown_of_shared] = run(true, share);
    let counts = serde_json::json!([
        ["flows a second without a limit", free],
        ["at will", at_will],
        ["429 a second", refused],
        ["unknown a second", unknown],
        ["within shares", shared],
        ["429", refused_of_shared],
        ["unknown", unknown_of_shared],
    ]);
    println!("{counts}");
    true
}

struct World<'a> {
    setting: &'a Setting,
    began: Instant,
    rng: RefCell<fastrand::Rng>,
    /// Takes a request of the platform's rate.
    is_allowed: Box<dyn Fn() -> bool>,
    /// How long a replica waits between two requests.
    share: Duration,
    database: Queue,
    connected: Cell<u32>,
    refused: Cell<u32>,
    unknown: Cell<u32>,
}

struct Replica<'a> {
    config: &'a Config,
    begins: Duration,
    processor: Queue,
    sender: Queue,
}

/// When what does one thing after the other is free again.
type Queue = Cell<Instant>;

/// Waits for a turn, and for what takes so long.
async fn turn(queue: &Queue, time: Duration) {
    let end = queue.get().max(Instant::now()) + time;
    queue.set(end);
    sleep_until(end).await;
}

impl World<'_> {
    /// Flows that connect, answers of 429, and flows whose outcome is unknown, a second.
    async fn run(options: &Replicas, is_limited: bool, share: Duration) -> [f64; 3] {
        let (began, clock) = (Instant::now(), FakeRelativeClock::default());
        let quota = Quota::per_second(RATE).allow_burst(BURST);
        let limiter = RateLimiter::direct_with_clock(quota, clock.clone());
        let world = World {
            setting: &Setting::new(Limits::default(), options.replicas, options.seed),
            began,
            rng: RefCell::new(fastrand::Rng::with_seed(options.seed)),
            is_allowed: Box::new(move || {
                clock.advance(began.elapsed() - Duration::from(clock.now()));
                !is_limited || limiter.check().is_ok()
            }),
            share,
            database: Cell::new(began),
            connected: Cell::default(),
            refused: Cell::default(),
            unknown: Cell::default(),
        };
        let replica = |config| Replica {
            config,
            // Replicas that begin together would go on to send together.
            begins: world.random([Duration::ZERO, CREATION[1]]),
            processor: Cell::new(began),
            sender: Cell::new(began),
        };
        let replicas: Vec<_> = world.setting.replicas.iter().map(replica).collect();
        let users = replicas.iter().flat_map(|replica| [replica; IN_FLIGHT]);
        let users = join_all(users.map(|replica| world.user(replica)));
        timeout(2 * HALF, users).await.expect_err("users go on");
        let counts = [&world.connected, &world.refused, &world.unknown];
        counts.map(|count| f64::from(count.get()) / HALF.as_secs_f64())
    }

    /// One flow after the other.
    async fn user(&self, replica: &Replica<'_>) {
        sleep(replica.begins + self.random([Duration::ZERO, CREATION[1]])).await;
        loop {
            turn(&replica.processor, PROCESSOR).await;
            match self.flow(replica).await {
                Ok(_) => self.count(&self.connected),
                Err(error) if error.may_have_side_effects() => self.count(&self.unknown),
                Err(_) => {}
            }
        }
    }

    async fn flow(&self, replica: &Replica<'_>) -> Result<ConnectOutcome, Error> {
        let (request, now) = (self.setting.request(true), SystemTime::UNIX_EPOCH);
        let entropy = std::array::from_fn(|_| self.rng.borrow_mut().u8(..));
        let begin = request.begin(replica.config, &Entropy::from(entropy), now)?;
        let redirect = self.drive(replica, begin).await?;
        turn(&self.database, DATABASE).await;
        let callback = redirect.url.as_str();
        let finish = request.finish(replica.config, &redirect.pending, callback, now)?;
        self.drive(replica, finish).await
    }

    async fn drive<O: Operation>(&self, replica: &Replica<'_>, mut operation: O) -> O::Output {
        let (began, mut input) = (Instant::now(), Input::Start);
        loop {
            input = match operation.step(input, began.elapsed()) {
                Step::Send(attempt) => {
                    turn(&replica.sender, self.share).await;
                    Input::Response(Ok(self.answer(&attempt).await))
                }
                Step::Sleep(time) => {
                    sleep(time).await;
                    Input::SleepFinished
                }
                Step::Done(output) => return output,
            };
        }
    }

    /// The platform's.
    async fn answer(&self, attempt: &Attempt) -> Response {
        if !(self.is_allowed)() {
            self.count(&self.refused);
            return response_with(429, &[("retry-after", "1".to_owned())], "{}");
        }
        let request = attempt.request.expose();
        if request.method() == Method::POST {
            sleep(self.random(CREATION)).await;
            return response(
                200,
                r#"{"id": 1, "token": "t", "element": {"key": "instagram"}}"#,
            );
        }
        let query = request.uri().query().unwrap_or_default();
        let mut parameters = query.split('&');
        match parameters.find_map(|parameter| parameter.strip_prefix("state=")) {
            // The provider would send the user back with as much.
            Some(state) => {
                let url = format!("https://app.example/callback?code=c&state={state}");
                response(200, serde_json::json!({ "oauthUrl": url }).to_string())
            }
            // Of what was refused nothing is found.
            None => empty_list(),
        }
    }

    fn count(&self, count: &Cell<u32>) {
        count.set(count.get() + u32::from(self.began.elapsed() >= HALF));
    }

    fn random(&self, [from, to]: [Duration; 2]) -> Duration {
        from + (to - from).mul_f64(self.rng.borrow_mut().f64())
    }
}
