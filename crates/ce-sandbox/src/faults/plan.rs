use super::operation::Operation;
use super::rule::FaultRule;

/// Keeps what faults draw apart from what codes and tokens are made of, so that neither changes
/// with the other.
const SALT: u64 = 0x6661_756c_7473;

/// The rules that stand, and the draws that decide between them.
pub(crate) struct FaultPlan {
    rules: Vec<FaultRule>,
    random: fastrand::Rng,
    /// Grows whenever the rules change.
    generation: u64,
    initial: Vec<FaultRule>,
    seed: Option<u64>,
}

impl FaultPlan {
    pub(crate) fn new(seed: Option<u64>, rules: Vec<FaultRule>) -> Self {
        Self {
            random: random(seed),
            generation: 0,
            initial: rules.clone(),
            rules,
            seed,
        }
    }

    pub(crate) fn set(&mut self, rules: Vec<FaultRule>) {
        self.rules = rules;
        self.generation += 1;
    }

    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
        self.generation += 1;
    }

    /// As at the start.
    pub(crate) fn reset(&mut self) {
        self.set(self.initial.clone());
        self.random = random(self.seed);
    }

    pub(crate) fn len(&self) -> usize {
        self.rules.len()
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether the port is to be closed as long as these rules stand.
    pub(crate) fn closes_the_port(&self) -> bool {
        self.rules.iter().any(FaultRule::closes_the_port)
    }

    /// One call's draw: the rule that applies, and the generation of rules that it is of.
    ///
    /// It takes one number from the generator, from which each rule has a draw of its own: what
    /// applies to a call depends neither on what calls before it were for, nor on rules after the
    /// one that applies.
    pub(crate) fn draw(&mut self, operation: Operation) -> Option<(FaultRule, u64)> {
        if self.rules.is_empty() {
            return None;
        }
        let mut draws = fastrand::Rng::with_seed(self.random.u64(..));
        let rule = self.rules.iter_mut().find(|rule| {
            let wins = draws.f64() < rule.probability;
            wins && rule.times != Some(0) && rule.is_for(operation)
        })?;
        if let Some(left) = &mut rule.times {
            *left -= 1;
        }
        Some((rule.clone(), self.generation))
    }
}

fn random(seed: Option<u64>) -> fastrand::Rng {
    seed.map_or_else(fastrand::Rng::new, |seed| {
        fastrand::Rng::with_seed(seed ^ SALT)
    })
}
