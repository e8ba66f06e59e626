//! Connects a user's account at a provider, and shows every step.
//!
//! `cargo run --example connect`, or `-- --help` for what else it can do.

mod browser;
mod client;
mod failure;
mod listener;
mod options;
mod preflight;
mod steps;
mod story;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    // Not needed with the default features: these examples are built with ring, which is quicker.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    match steps::connect(&options::Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            story::say(format_args!("connect: {}", failure.sentence));
            ExitCode::from(failure.code)
        }
    }
}
