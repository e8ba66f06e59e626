//! The command line.

use clap::builder::RangedU64ValueParser;
use clap::{Parser, ValueEnum};

/// Runs the flow of ce-core on a modelled platform in virtual time, and checks what must always hold.
#[derive(Clone, Copy, Debug, Parser)]
#[command(name = "ce-simulation", version, args_override_self = true, after_help = EXIT_CODES)]
pub(crate) struct Options {
    /// What is simulated; without it worlds are drawn at random
    #[arg(value_enum)]
    pub(crate) mode: Option<Mode>,
    /// How many, in worlds of 10000
    #[arg(long, value_name = "N", default_value = "20000", value_parser = positive())]
    pub(crate) flows: usize,
    /// How many share a world's flows
    #[arg(long, value_name = "N", default_value = "10", value_parser = positive())]
    pub(crate) replicas: usize,
    /// The seed of every draw
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,
    /// This world alone
    #[arg(long, value_name = "N")]
    pub(crate) world: Option<u64>,
    /// Exhaustive: the most faults of a flow
    #[arg(long, value_name = "N", default_value = "3")]
    pub(crate) faults: usize,
    /// How many threads
    #[arg(long, value_name = "N", default_value = "2", value_parser = positive())]
    pub(crate) threads: usize,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all held
  1  something did not
  2  usage";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Mode {
    /// One flow, and every fault there is
    Exhaustive,
    /// How many flows the replicas connect at a rate that they share
    Replicas,
}

fn positive() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}
