//! A world: flows over some replicas that share one platform, in virtual time. What is open in it, its
//! `Decider` decides.

mod decider;
mod random;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

pub(crate) use decider::Decider;
pub(crate) use random::{Seed, random};

use crate::flow::{Flow, Next, Told};
use crate::invariant::Violation;
use crate::platform::{Answer, Held, Reaction, Surroundings};
use crate::run::Asked;
use crate::setting::Setting;

/// Flows of one account, whose instances are in one list.
const ACCOUNT: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// What this operation of the flow waits for has come.
    Due(usize, u32),
    /// A replica dies with all that runs on it, and is there again at once.
    Crash(usize),
}

/// What a flow waits for.
enum Due {
    Begin,
    Answer(Answer),
    Wake,
}

/// A flow, and where it runs.
pub(crate) struct Slot<'a> {
    pub(crate) flow: Flow<'a>,
    replica: usize,
    /// Counts its operations.
    run: u32,
    due: Due,
    crashes: usize,
    pub(crate) was_unknown: bool,
    pub(crate) told: Option<Told>,
}

pub(crate) struct World<'a, D> {
    pub(crate) setting: &'a Setting,
    pub(crate) decider: D,
    /// How long the lists are that ignore a filter.
    pub(crate) page_size: usize,
    pub(crate) slots: Vec<Slot<'a>>,
    events: BinaryHeap<Reverse<(Duration, usize, Event)>>,
    order: usize,
    now: Duration,
    requests: usize,
    /// Flows for which an invariant did not hold.
    pub(crate) failures: Vec<(usize, Violation)>,
}

impl<'a, D: Decider> World<'a, D> {
    pub(crate) fn new(setting: &'a Setting, decider: D, page_size: usize) -> Self {
        Self {
            setting,
            decider,
            page_size,
            slots: Vec::new(),
            events: BinaryHeap::new(),
            order: 0,
            now: Duration::ZERO,
            requests: 0,
            failures: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, flow: Flow<'a>, replica: usize, begins: Duration) {
        self.at(begins, Event::Due(self.slots.len(), 0));
        self.slots.push(Slot {
            flow,
            replica,
            run: 0,
            due: Due::Begin,
            crashes: 0,
            was_unknown: false,
            told: None,
        });
    }

    pub(crate) fn at(&mut self, time: Duration, event: Event) {
        self.order += 1;
        self.events.push(Reverse((time, self.order, event)));
    }

    /// Goes on until nothing happens any more.
    pub(crate) fn run(&mut self) {
        while let Some(Reverse((now, _, event))) = self.events.pop() {
            self.now = now;
            let (number, run) = match event {
                Event::Crash(replica) => {
                    self.crash_all(replica);
                    continue;
                }
                Event::Due(number, run) => (number, run),
            };
            let slot = &mut self.slots[number];
            if slot.run != run {
                continue;
            }
            let next = match std::mem::replace(&mut slot.due, Due::Wake) {
                Due::Begin => slot.flow.begin(slot.replica, run == 0, now),
                Due::Answer(answer) => slot.flow.receive(answer, now),
                Due::Wake => slot.flow.wake(now),
            };
            if let Err(violation) = next.and_then(|next| self.go_on(number, next)) {
                self.slots[number].flow.stop();
                self.failures.push((number, violation));
            }
        }
    }

    fn go_on(&mut self, number: usize, next: Next) -> Result<(), Violation> {
        let slot = &mut self.slots[number];
        match next {
            Next::Send(asked) => return self.send(number, &asked),
            Next::Sleep(time) => {
                let late = self.decider.held_up();
                slot.flow.hold_up(late);
                self.wait(number, Due::Wake, time + late);
            }
            Next::Told(told) => {
                slot.told = Some(told);
                if told == Told::Unknown {
                    slot.was_unknown = true;
                    self.take_over(number);
                }
            }
        }
        Ok(())
    }

    /// The platform reacts to the request of a flow.
    fn send(&mut self, number: usize, asked: &Asked) -> Result<(), Violation> {
        let slot = &self.slots[number];
        let all = Reaction::all(asked, &slot.flow.held, self.now);
        let Some(reaction) = self.decider.reaction(&all, number, slot.run, self.now) else {
            return Ok(());
        };
        self.requests += 1;
        let strangers = self.strangers(number, reaction);
        let around = Surroundings {
            now: self.now,
            pace: self.decider.pace(reaction),
            provisioning_timeout: self.setting.limits.provisioning_timeout,
            strangers: &strangers,
            page_size: self.page_size,
            next_id: 1000 + self.requests as u64,
        };
        let slot = &mut self.slots[number];
        match slot
            .flow
            .react(asked, reaction, reaction == all[0], &around)?
        {
            Some(answer) => {
                let after = answer.after;
                self.wait(number, Due::Answer(answer), after);
            }
            None => {
                slot.crashes += 1;
                self.take_over(number);
            }
        }
        Ok(())
    }

    fn wait(&mut self, number: usize, due: Due, time: Duration) {
        let slot = &mut self.slots[number];
        slot.due = due;
        let event = Event::Due(number, slot.run);
        self.at(self.now + time, event);
    }

    /// Another replica goes on with what is stored.
    fn take_over(&mut self, number: usize) {
        let (replica, after) = self.decider.takeover();
        let slot = &mut self.slots[number];
        slot.replica = replica;
        slot.run += 1;
        self.wait(number, Due::Begin, after);
    }

    fn crash_all(&mut self, replica: usize) {
        for number in 0..self.slots.len() {
            let slot = &mut self.slots[number];
            if slot.replica == replica && slot.flow.is_running() {
                slot.flow.crash(self.now);
                slot.crashes += 1;
                self.take_over(number);
            }
        }
    }

    /// The instances of the same account's other flows, and one that was made by hand, where they are
    /// shown.
    fn strangers(&self, number: usize, reaction: Reaction) -> Vec<Held> {
        if !reaction.shows_strangers() {
            return Vec::new();
        }
        let by_hand = Held {
            id: 1,
            tags: vec!["flow-by-hand".to_owned()],
            exists_from: Duration::ZERO,
            shown_from: Duration::ZERO,
        };
        let first = number / ACCOUNT * ACCOUNT;
        let others = self.slots.iter().enumerate().skip(first).take(ACCOUNT);
        let others = others.filter(|(other, _)| *other != number);
        let held = others.flat_map(|(_, slot)| &slot.flow.held);
        let held = held.filter(|held| held.exists_from <= self.now);
        std::iter::once(by_hand).chain(held.cloned()).collect()
    }

    /// What became of the flows.
    pub(crate) fn counts(&self) -> [(&'static str, usize); 10] {
        let slots = &self.slots;
        let count = |is: &dyn Fn(&Slot<'_>) -> bool| slots.iter().filter(|it| is(it)).count();
        let told = |told| count(&|slot| slot.told == Some(told));
        let is_known = |slot: &Slot<'_>| slot.was_unknown && slot.told != Some(Told::Unknown);
        [
            ("flows", slots.len()),
            ("created", count(&|slot| !slot.flow.held.is_empty())),
            ("connected by the answer", told(Told::Connected)),
            ("connected by a search", told(Told::Recovered)),
            ("not created", told(Told::NotCreated)),
            ("unknown at first", count(&|slot| slot.was_unknown)),
            ("unknown, then reconciled", count(&is_known)),
            ("crashes", slots.iter().map(|slot| slot.crashes).sum()),
            ("requests", self.requests),
            ("hours of virtual time", self.now.as_secs() as usize / 3600),
        ]
    }
}
