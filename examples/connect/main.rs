//! The whole job, told step by step: connects a user's account at a provider.
//!
//! `cargo run --example connect`, or `-- --help` for what else it can do.

mod browser;
mod consent_page;
mod driver;
mod failure;
mod listener;
mod options;
mod preflight;
mod progress;
mod redaction;
mod steps;
mod telling;

use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match options::parse(std::env::args_os()) {
        Ok(options::Asked::Run(options)) => *options,
        Ok(options::Asked::Help) => {
            telling::say(options::HELP);
            return ExitCode::SUCCESS;
        }
        Err(failure) => return failure.report(),
    };
    match steps::connect(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
