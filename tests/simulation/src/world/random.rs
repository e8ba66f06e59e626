//! A world in which all is drawn at random, from one seed.

use std::time::Duration;

use ce_core::Limits;

use super::{Decider, Event, World};
use crate::flow::Flow;
use crate::platform::{CreationAnswer, Look, Pace, Reaction};
use crate::setting::Setting;

/// Flows begin, and replicas die, within this time.
const DAY: f64 = 86_400.0;
const PAGE_SIZE: usize = 40;
/// From this operation on a flow is answered with the truth, so that it must end.
const TRUTHFUL_FROM: u32 = 4;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Seed {
    pub(crate) seed: u64,
    pub(crate) world: u64,
    pub(crate) flows: usize,
    pub(crate) replicas: usize,
}

/// What is drawn from.
#[derive(Debug)]
pub(crate) struct Draws {
    rng: fastrand::Rng,
    replicas: usize,
    /// The share of requests that do not get the truth at once.
    faults: f64,
    /// The platform is restarted every so often, for so long.
    restart_every: Duration,
    restart_takes: Duration,
}

/// Runs the world of this seed to its end, and hands it to `then`. What happens to one flow is told if
/// it is asked for.
pub(crate) fn random<T>(
    seed: Seed,
    traced: Option<usize>,
    then: impl FnOnce(World<'_, Draws>) -> T,
) -> T {
    let mut draws = Draws::new(seed);
    let (limits, jitter) = (draws.limits(), draws.rng.u64(..));
    let setting = Setting::new(limits, seed.replicas, jitter);
    let mut world = World::new(&setting, draws, PAGE_SIZE);
    for number in 0..seed.flows {
        let draws = &mut world.decider;
        let mut entropy = [0; 48];
        draws.rng.fill(&mut entropy);
        let (begins, replica) = (draws.between(0.0, DAY), draws.replica());
        let mut flow = Flow::new(&setting, draws.rng.bool(), entropy);
        flow.trace = (traced == Some(number)).then(Vec::new);
        world.add(flow, replica, begins);
    }
    // Each replica dies once an hour or so.
    for _ in 0..seed.replicas * 24 {
        let (time, replica) = (world.decider.between(0.0, DAY), world.decider.replica());
        world.at(time, Event::Crash(replica));
    }
    world.run();
    then(world)
}

impl Draws {
    fn new(seed: Seed) -> Self {
        // Worlds that are beside each other must not draw alike.
        let mixed = fastrand::Rng::with_seed(seed.seed).u64(..) ^ seed.world;
        let mut rng = fastrand::Rng::with_seed(mixed);
        Self {
            replicas: seed.replicas,
            faults: 0.02 + rng.f64() * 0.5,
            restart_every: Duration::from_secs(rng.u64(600..7200)),
            restart_takes: Duration::from_secs(rng.u64(..20)),
            rng,
        }
    }

    /// The defaults, or others with which a search is long enough to prove something.
    fn limits(&mut self) -> Limits {
        if self.rng.bool() {
            return Limits::default();
        }
        let timeout = self.between(5.0, 30.0);
        let provisioning = self.between(120.0, 300.0);
        Limits::default()
            .timeout(timeout)
            .attempt_timeout(self.between(4.0, timeout.as_secs_f64()))
            .provisioning_timeout(provisioning)
            .recovery_timeout(provisioning + timeout.mul_f64(1.0 + self.rng.f64()))
            .max_attempts(self.rng.u32(1..6))
    }

    fn replica(&mut self) -> usize {
        self.rng.usize(..self.replicas)
    }

    fn between(&mut self, from: f64, to: f64) -> Duration {
        Duration::from_secs_f64(from + (to - from) * self.rng.f64())
    }
}

impl Decider for Draws {
    fn reaction(
        &mut self,
        all: &[Reaction],
        flow: usize,
        run: u32,
        now: Duration,
    ) -> Option<Reaction> {
        let into = now.as_millis() % self.restart_every.as_millis();
        let is_down = into < self.restart_takes.as_millis();
        if run >= TRUTHFUL_FROM {
            all.first().copied()
        } else if is_down {
            let outage: Vec<_> = all.iter().filter(|it| it.is_outage()).collect();
            self.rng.choice(outage).copied()
        } else if flow % 4 == 1 && self.rng.f64() < 0.9 {
            // A fault that lasts: each beside each, over the flows.
            all.get(flow / 4 % all.len()).copied()
        } else if self.rng.f64() < self.faults {
            self.rng.choice(all).copied()
        } else {
            all.first().copied()
        }
    }

    fn pace(&mut self, reaction: Reaction) -> Pace {
        let answer = match reaction {
            Reaction::Look(Look::Lost) | Reaction::Creation(_, CreationAnswer::Lost) => {
                self.between(0.0, 60.0)
            }
            // Mostly a fraction of a second.
            _ => Duration::from_secs_f64(0.02 + 3.0 * self.rng.f64().powi(4)),
        };
        Pace {
            answer,
            creation: self.between(1.0, 30.0),
            late_creation: self.between(30.0, 400.0),
        }
    }

    fn takeover(&mut self) -> (usize, Duration) {
        let after = match self.rng.u8(..4) {
            0 => self.between(60.0, 3600.0),
            _ => self.between(0.01, 20.0),
        };
        (self.replica(), after)
    }

    fn held_up(&mut self) -> Duration {
        match self.rng.u8(..) {
            0 => self.between(0.1, 400.0),
            _ => Duration::ZERO,
        }
    }
}
