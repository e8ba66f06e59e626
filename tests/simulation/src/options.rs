//! The command line.

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};

/// Runs the flow of ce-core on a modelled platform in virtual time, and checks what must always hold.
///
/// Without a command, worlds are drawn at random.
#[derive(Debug, Parser)]
#[command(name = "ce-simulation", version, after_help = EXIT_CODES)]
#[command(args_override_self = true, args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) worlds: Worlds,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  all held
  1  something did not
  2  usage";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// One flow, and every fault there is
    Exhaustive(Exhaustive),
    /// How many flows replicas connect at a rate that they share
    Replicas(Replicas),
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Worlds {
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
    /// How many threads
    #[arg(long, value_name = "N", default_value = "2", value_parser = positive())]
    pub(crate) threads: usize,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Exhaustive {
    /// The most faults of a flow
    #[arg(long, value_name = "N", default_value = "3")]
    pub(crate) faults: usize,
    /// How many threads
    #[arg(long, value_name = "N", default_value = "2", value_parser = positive())]
    pub(crate) threads: usize,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Replicas {
    /// How many
    #[arg(long, value_name = "N", default_value = "10", value_parser = positive())]
    pub(crate) replicas: usize,
    /// The seed of every draw
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,
}

fn positive() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..)
}
