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

use options::{Mode, Options};

fn main() -> ExitCode {
    let options = Options::parse();
    let has_held = match options.mode {
        Some(Mode::Exhaustive) => exhaustive::run(&options),
        Some(Mode::Replicas) => replicas::run(&options),
        None => worlds::run(&options),
    };
    match has_held {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
