//! One flow, and every fault that the platform, the network and the replicas may have on its way, so
//! many at most: all of it, not a sample.

use std::hash::{Hash, Hasher};
use std::time::{Duration, Instant};

use ce_core::Limits;
use stateright::{Checker as _, HasDiscoveries, Model, Property};

use crate::flow::{Flow, Told};
use crate::invariant::{Invariant, Violation};
use crate::options::Exhaustive;
use crate::platform::{Look, Pace, Reaction};
use crate::setting::Setting;
use crate::world::{Decider, World};

/// Explores all states; true if everything held.
pub(crate) fn run(options: &Exhaustive) -> bool {
    let began = Instant::now();
    let checker = FlowModel::new(options.faults).checker();
    let checker = checker.threads(options.threads);
    let checker = checker.finish_when(HasDiscoveries::AnyFailures);
    let checker = checker.spawn_bfs().join();
    let (states, took) = (checker.unique_state_count(), began.elapsed());
    println!("every flow of at most {} faults", options.faults);
    println!("  states: {states}");
    println!("  longest way: {} choices", checker.max_depth());
    println!("  wall time: {:.1} s", took.as_secs_f64());
    let model = checker.model();
    let (mut never_seen, mut violations) = (Vec::new(), 0);
    for property in model.properties() {
        match checker.discovery(property.name) {
            Some(path) if property.expectation.discovery_is_failure() => {
                violations += 1;
                let (state, trace) = model.replay(&path.last_state().choices, true);
                let violation = state.violation.map(|violation| violation.to_string());
                println!("\n{}", violation.unwrap_or_default());
                trace.iter().for_each(|line| println!("{line}"));
            }
            None if !property.expectation.discovery_is_failure() => never_seen.push(property.name),
            _ => {}
        }
    }
    // What never comes about is not checked; a violation ends the search before all is seen.
    if violations == 0 && !never_seen.is_empty() {
        println!("\nnever seen: {}", never_seen.join(", "));
    }
    violations == 0 && never_seen.is_empty()
}

#[derive(Debug)]
struct FlowModel {
    setting: Setting,
    faults: usize,
}

/// The choices that led here: an operation can neither be copied nor compared, so that a state is reached
/// by making them anew.
#[derive(Clone, Debug, Default)]
struct State {
    choices: Vec<Reaction>,
    /// What may be chosen next.
    open: Vec<Reaction>,
    violation: Option<Violation>,
    told: Option<Told>,
    was_unknown: bool,
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.choices == other.choices
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.choices.hash(state);
    }
}

impl State {
    fn holds(&self, invariant: Invariant) -> bool {
        let violation = self.violation.as_ref();
        violation.is_none_or(|violation| violation.invariant != invariant)
    }
}

impl FlowModel {
    /// With limits in which a search has few looks, since lists are slow.
    fn new(faults: usize) -> Self {
        let limits = Limits::default()
            .timeout(Duration::from_secs(20))
            .attempt_timeout(Duration::from_secs(20))
            .provisioning_timeout(Duration::from_secs(30))
            .recovery_timeout(Duration::from_secs(50))
            .max_attempts(2);
        let setting = Setting::new(limits, 1, 1);
        Self { setting, faults }
    }

    fn replay(&self, choices: &[Reaction], is_traced: bool) -> (State, Vec<String>) {
        let decider = Choices {
            left: choices,
            faults: self.faults,
            open: Vec::new(),
        };
        // A page holds one, so that ours is on the second.
        let mut world = World::new(&self.setting, decider, 1);
        let mut flow = Flow::new(&self.setting, true, [7; 48]);
        flow.trace = is_traced.then(Vec::new);
        world.add(flow, 0, Duration::ZERO);
        world.run();
        let state = State {
            choices: choices.to_vec(),
            open: world.decider.open,
            violation: world.failures.pop().map(|(_, violation)| violation),
            told: world.slots[0].told,
            was_unknown: world.slots[0].was_unknown,
        };
        (state, world.slots[0].flow.trace.take().unwrap_or_default())
    }
}

/// The choices that are yet to be made; then the truth, once the faults are used up.
struct Choices<'a> {
    left: &'a [Reaction],
    faults: usize,
    open: Vec<Reaction>,
}

impl Decider for Choices<'_> {
    fn reaction(&mut self, all: &[Reaction], _: usize, _: u32, _: Duration) -> Option<Reaction> {
        let truth = *all.first()?;
        if self.faults == 0 {
            return Some(truth);
        }
        let Some((choice, left)) = self.left.split_first() else {
            self.open = all.to_vec();
            return None;
        };
        self.left = left;
        self.faults -= usize::from(*choice != truth);
        Some(*choice)
    }

    fn pace(&mut self, reaction: Reaction) -> Pace {
        use Look::{Busy, Lost, NextPage, NotSent, Status};
        let is_slow = match reaction {
            Reaction::Look(Status(_) | Busy(_) | NotSent | Lost | NextPage) => false,
            Reaction::Look(_) => true,
            _ => false,
        };
        Pace {
            answer: Duration::from_millis(if is_slow { 8800 } else { 10 }),
            creation: Duration::from_secs(10),
            late_creation: Duration::MAX,
        }
    }

    fn takeover(&mut self) -> (usize, Duration) {
        (0, Duration::from_millis(10))
    }
}

/// The properties that these invariants hold. Conditions are functions, which keep no values.
macro_rules! always {
    ($($invariant:ident),*) => {
        [$(Property::<FlowModel>::always(stringify!($invariant), |_, state: &State| {
            state.holds(Invariant::$invariant)
        })),*]
    };
}

impl Model for FlowModel {
    type State = State;
    type Action = Reaction;

    fn init_states(&self) -> Vec<State> {
        vec![self.replay(&[], false).0]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Reaction>) {
        actions.extend(&state.open);
    }

    fn next_state(&self, last: &State, action: Reaction) -> Option<State> {
        let choices = [last.choices.as_slice(), &[action]].concat();
        Some(self.replay(&choices, false).0)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        #[rustfmt::skip]
        let always = always![
            OneInstance, CreationSentOnce, NotCreatedIsTrue, TokenIsKept, InstanceIsOwn,
            WithinDeadline, Reconcilable, DoneStaysDone
        ];
        let sometimes = [
            Property::sometimes("connected by the answer", |_, state: &State| {
                state.told == Some(Told::Connected)
            }),
            Property::sometimes("unknown, then connected", |_, state: &State| {
                state.was_unknown && state.told == Some(Told::Recovered)
            }),
            Property::sometimes("unknown, then not created", |_, state: &State| {
                state.was_unknown && state.told == Some(Told::NotCreated)
            }),
        ];
        always.into_iter().chain(sometimes).collect()
    }
}
