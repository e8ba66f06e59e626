//! Times of several contestants, taken in turns, so that whatever else the machine does falls on
//! all of them alike.

use std::time::{Duration, Instant};

/// What is measured: it is called again and again.
pub type Contestant<'a> = &'a mut dyn FnMut();

/// Per contestant, the time of one call in each round, in nanoseconds.
pub struct Times(Vec<Vec<f64>>);

impl Times {
    /// Takes `rounds` turns, in each of which every contestant runs for about `turn`.
    pub fn take(rounds: usize, turn: Duration, contestants: &mut [Contestant<'_>]) -> Self {
        let calls: Vec<u32> = contestants
            .iter_mut()
            .map(|contestant| calls_within(turn, contestant))
            .collect();
        let mut times = vec![Vec::with_capacity(rounds); contestants.len()];
        for round in 0..rounds {
            // Who goes first changes, so that nobody always runs on a cache that another left.
            for place in 0..contestants.len() {
                let index = (place + round) % contestants.len();
                let began = Instant::now();
                for _ in 0..calls[index] {
                    contestants[index]();
                }
                times[index].push(began.elapsed().as_nanos() as f64 / f64::from(calls[index]));
            }
        }
        Self(times)
    }

    /// From times that were taken elsewhere.
    pub fn of(times: Vec<Vec<f64>>) -> Self {
        Self(times)
    }

    /// A contestant's median.
    pub fn median(&self, contestant: usize) -> f64 {
        median(self.0[contestant].clone())
    }

    /// How many times faster contestant 0 is than this one: the median over the rounds.
    pub fn ratio(&self, contestant: usize) -> f64 {
        let of_round = |(ours, theirs): (&f64, &f64)| theirs / ours;
        median(
            self.0[0]
                .iter()
                .zip(&self.0[contestant])
                .map(of_round)
                .collect(),
        )
    }
}

fn calls_within(turn: Duration, contestant: &mut Contestant<'_>) -> u32 {
    let mut calls = 1;
    loop {
        let began = Instant::now();
        for _ in 0..calls {
            contestant();
        }
        let took = began.elapsed();
        if took * 4 >= turn {
            let each = took.as_secs_f64() / f64::from(calls);
            return (turn.as_secs_f64() / each).max(1.0) as u32;
        }
        calls *= 2;
    }
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
