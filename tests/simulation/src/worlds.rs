//! Worlds drawn at random, a few at a time, and the account of them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crate::invariant::{Invariant, Violation};
use crate::options::Worlds;
use crate::world::{Seed, World, random};

/// Flows of a world.
const SIZE: usize = 10_000;

/// What came of the worlds.
#[derive(Default)]
struct Account {
    counts: Vec<(&'static str, usize)>,
    /// What did not hold: in which world, and for which of its flows.
    failures: BTreeMap<Invariant, Vec<(u64, usize, Violation)>>,
}

/// Runs all worlds; true if everything held.
pub(crate) fn run(options: &Worlds) -> bool {
    let began = Instant::now();
    let worlds = options.flows.div_ceil(SIZE) as u64;
    let (first, end) = options.world.map_or((0, worlds), |one| (one, one + 1));
    let next = AtomicU64::new(first);
    let account = Mutex::new(Account::default());
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= end {
                return;
            }
            let run = |world: World<'_, _>| (world.counts(), world.failures);
            let (counts, failures) = random(seed(options, number), None, run);
            if let Ok(mut account) = account.lock() {
                account.add(number, counts, failures);
            }
        }
    };
    std::thread::scope(|scope| (0..options.threads).for_each(|_| drop(scope.spawn(work))));
    let Account { counts, failures } = account.into_inner().unwrap_or_default();
    let (replicas, seed) = (options.replicas, options.seed);
    println!("{} worlds of {replicas} replicas, seed {seed}", end - first);
    for (what, count) in counts {
        println!("  {what}: {count}");
    }
    println!("  wall time: {:.1} s", began.elapsed().as_secs_f64());
    println!(
        "  violations: {}",
        failures.values().map(Vec::len).sum::<usize>()
    );
    for failures in failures.values() {
        // Threads end in any order.
        let first = failures.iter().min_by_key(|(world, flow, _)| (world, flow));
        if let Some((world, flow, violation)) = first {
            println!("\n{violation}\n  the first of {}", failures.len());
            print_replay(options, *world, *flow);
        }
    }
    failures.is_empty()
}

impl Account {
    fn add(
        &mut self,
        world: u64,
        counts: [(&'static str, usize); 10],
        failures: Vec<(usize, Violation)>,
    ) {
        self.counts.resize(counts.len(), ("", 0));
        for (sum, (what, count)) in self.counts.iter_mut().zip(counts) {
            *sum = (what, sum.1 + count);
        }
        for (flow, violation) in failures {
            let known = self.failures.entry(violation.invariant).or_default();
            known.push((world, flow, violation));
        }
    }
}

/// All worlds are of one size, so that each can be run by itself.
fn seed(options: &Worlds, world: u64) -> Seed {
    Seed {
        seed: options.seed,
        world,
        flows: options.flows.min(SIZE),
        replicas: options.replicas,
    }
}

/// Says how to run the world again, and does so for the sake of this flow.
fn print_replay(options: &Worlds, world: u64, flow: usize) {
    let its = seed(options, world);
    println!(
        "  again: cargo run --release -p ce-simulation -- --seed {} --world {world} --flows {} \
         --replicas {}",
        its.seed, its.flows, its.replicas
    );
    let trace = random(its, Some(flow), |world| {
        world.slots[flow].flow.trace.clone()
    });
    trace.iter().flatten().for_each(|line| println!("{line}"));
}
