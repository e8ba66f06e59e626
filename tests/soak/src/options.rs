//! The command line.

use clap::{Parser, ValueEnum};

/// Connects accounts through a platform that misbehaves, and accounts for each of them.
#[derive(Parser)]
#[command(name = "ce-soak", version, args_override_self = true, after_help = EXIT_CODES)]
pub struct Options {
    /// How many, through each client
    #[arg(long, value_name = "N", default_value = "10000")]
    pub provisions: usize,
    /// How many at once
    #[arg(long, value_name = "N", default_value = "64")]
    pub at_a_time: usize,
    /// The share of answers that have a fault
    #[arg(long, value_name = "P", default_value = "0.25", value_parser = share)]
    pub share: f64,
    /// One client alone
    #[arg(long, value_enum)]
    client: Option<Kind>,
    /// The seed of every draw
    #[arg(long, value_name = "N", default_value = "1")]
    pub seed: u64,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing lost, duplicated or reported wrongly, and no call late
  1  otherwise
  2  usage";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    Async,
    Blocking,
}

impl Options {
    /// The clients to connect through.
    pub fn clients(&self) -> Vec<Kind> {
        match self.client {
            Some(kind) => vec![kind],
            None => vec![Kind::Async, Kind::Blocking],
        }
    }
}

fn share(text: &str) -> Result<f64, &'static str> {
    let share = text
        .parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share));
    share.ok_or("a share lies between 0 and 1")
}
