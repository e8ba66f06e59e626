//! Contestants take turns, so that whatever else the machine does falls on all alike.

use std::time::Instant;

/// One turn of a contestant.
pub type Turn<'a> = Box<dyn FnMut() + 'a>;

/// Of each contestant the seconds of each turn.
#[derive(Default)]
pub struct Times(Vec<Vec<f64>>);

impl Times {
    /// Takes turns; the first of each, which opens connections, is not counted.
    pub fn take(&mut self, rounds: usize, mut contestants: Vec<Turn<'_>>) {
        self.0.resize_with(contestants.len(), Vec::new);
        contestants.iter_mut().for_each(|turn| turn());
        for round in 0..rounds {
            // Who goes first changes, so that nobody always runs on a cache that another left.
            for place in 0..contestants.len() {
                let index = (place + round) % contestants.len();
                let began = Instant::now();
                contestants[index]();
                self.0[index].push(began.elapsed().as_secs_f64());
            }
        }
    }

    /// The median turn of a contestant.
    pub fn median(&self, contestant: usize) -> f64 {
        median(self.0[contestant].iter().copied())
    }

    /// How many times longer one's turns last than another's: the median over the rounds.
    pub fn ratio(&self, slower: usize, faster: usize) -> f64 {
        let rounds = self.0[slower].iter().zip(&self.0[faster]);
        median(rounds.map(|(slower, faster)| slower / faster))
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
