//! Simulation: the operations of ce-core on a modelled platform, in virtual time. There is no socket, no
//! sleep and no clock.
//!
//! `cargo run --release -p ce-simulation -- --help`

mod exhaustive;
mod flow;
mod invariant;
mod options;
mod platform;
mod replicas;
mod run;
mod setting;
mod world;
mod worlds;

use std::process::ExitCode;

use clap::Parser as _;

use options::{Command, Options};

fn main() -> ExitCode {
    let options = Options::parse();
    let has_held = match options.command {
        Some(Command::Exhaustive(options)) => exhaustive::run(&options),
        Some(Command::Replicas(options)) => replicas::run(&options),
        None => worlds::run(&options.worlds),
    };
    match has_held {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
