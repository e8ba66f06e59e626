//! Simulation: the operations of ce-core on a modelled platform, in virtual time. There is no socket, no
//! sleep and no clock.
//!
//! `cargo run --release -p ce-simulation -- --help`

mod exhaustive;
mod flow;
mod invariant;
mod options;
mod platform;
mod run;
mod setting;
mod world;
mod worlds;

use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match options::parse() {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("ce-simulation: {error}; see --help");
            return ExitCode::from(2);
        }
    };
    let has_held = match options.exhaustive {
        true => exhaustive::run(&options),
        false => worlds::run(&options),
    };
    match has_held {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
