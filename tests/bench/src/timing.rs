//! Times of several contestants, taken in turns, so that whatever else the machine does falls on
//! all of them alike.

use std::time::{Duration, Instant};

/// Takes one turn, and says how long one call took in it, in nanoseconds.
pub type Turn<'a> = Box<dyn FnMut() -> f64 + 'a>;

/// Per contestant, the time of one call in each round, in nanoseconds. The first is ours.
pub struct Times(Vec<Vec<f64>>);

impl Times {
    /// Takes `rounds` turns of every contestant.
    pub fn take(rounds: usize, mut contestants: Vec<Turn<'_>>) -> Self {
        let mut times = vec![Vec::with_capacity(rounds); contestants.len()];
        for round in 0..rounds {
            // Who goes first changes, so that nobody always runs on a cache that another left.
            for place in 0..contestants.len() {
                let index = (place + round) % contestants.len();
                times[index].push(contestants[index]());
            }
        }
        Self(times)
    }

    /// Takes the rounds in several settings, each made anew: where the system puts threads and
    /// memory in one of them favours somebody, and does so until its end.
    pub fn in_settings(
        settings: usize,
        rounds: usize,
        mut take: impl FnMut(usize) -> Self,
    ) -> Self {
        let mut all: Vec<Vec<f64>> = Vec::new();
        for _ in 0..settings {
            let Self(times) = take(rounds.div_ceil(settings));
            all.resize_with(times.len(), Vec::new);
            for (all, times) in all.iter_mut().zip(times) {
                all.extend(times);
            }
        }
        Self(all)
    }

    /// The median of a contestant.
    pub fn median(&self, contestant: usize) -> f64 {
        median(self.0[contestant].clone())
    }

    /// How many times faster ours is than this contestant: the median over the rounds.
    pub fn ratio(&self, contestant: usize) -> f64 {
        let of_round = |(ours, theirs): (&f64, &f64)| theirs / ours;
        let rounds = self.0[0].iter().zip(&self.0[contestant]);
        median(rounds.map(of_round).collect())
    }
}

/// A contestant that is called again and again, for about `turn` each time.
pub fn repeated<'a>(turn: Duration, mut call: impl FnMut() + 'a) -> Turn<'a> {
    let mut calls = 0;
    Box::new(move || {
        if calls == 0 {
            calls = calls_within(turn, &mut call);
        }
        let began = Instant::now();
        for _ in 0..calls {
            call();
        }
        began.elapsed().as_nanos() as f64 / f64::from(calls)
    })
}

/// A contestant whose turn is so many calls, however it makes them.
pub fn counted<'a>(calls: usize, mut make: impl FnMut(usize) + 'a) -> Turn<'a> {
    Box::new(move || {
        let began = Instant::now();
        make(calls);
        began.elapsed().as_nanos() as f64 / calls as f64
    })
}

fn calls_within(turn: Duration, call: &mut impl FnMut()) -> u32 {
    let mut calls = 1;
    loop {
        let began = Instant::now();
        for _ in 0..calls {
            call();
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
