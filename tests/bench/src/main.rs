//! What the clients cost, beside what people would write instead of them.

mod divan;
mod flows;
mod growth;
mod interleave;
mod table;

use std::process::{Command, ExitCode, Stdio};
use std::time::SystemTime;

use ce_core::{Entropy, PendingAuthorization};
use clap::{Parser, Subcommand};
use table::{Bar, Table};

/// What the clients cost, beside what people would write instead of them. A table a command.
///
/// Exit codes: 0 measured; 1 a count is over its bar; 2 it could not be measured.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    measured: Measured,
}

#[derive(Subcommand)]
enum Measured {
    /// Times that divan measures: decoding, a flow's own work, lists, many instances
    Times {
        /// How often divan's benches are run; the quickest counts
        #[arg(long, default_value_t = 7)]
        runs: usize,
    },
    /// Allocations that divan counts. They must be within their bar
    Allocations,
    /// Bytes of a flow while its user is away. They must be within their bar
    Stored,
    /// Flows a second over TCP and TLS 1.3
    Flows {
        /// How often connections are made anew, and all take nine turns on them
        #[arg(long, default_value_t = 7)]
        settings: usize,
    },
    /// Curves, into `plots/`
    Growth {
        #[arg(required = true)]
        sizes: Vec<growth::Size>,
    },
    /// Replicas on a platform that limits the rate
    RateLimit,
    #[command(hide = true)]
    FlowsAt { base_url: String, settings: usize },
    #[command(hide = true)]
    Point {
        size: growth::Size,
        base_url: String,
        value: usize,
    },
}

fn main() -> ExitCode {
    // The same for all that is compared.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
    match run(Options::parse().measured) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("ce-bench: {error}");
            ExitCode::from(2)
        }
    }
}

/// Prints a table; whether every count is within its bar.
fn run(measured: Measured) -> Result<bool, String> {
    match measured {
        Measured::Times { runs } => divan::times(runs)?,
        Measured::Allocations => return divan::allocations(),
        Measured::Stored => return Ok(stored()),
        Measured::Flows { settings } => flows::run(settings)?,
        Measured::FlowsAt { base_url, settings } => flows::rows(&base_url, settings),
        Measured::Growth { sizes } => {
            let mut met = true;
            for size in sizes {
                met &= growth::run(size)?;
                println!();
            }
            return Ok(met);
        }
        Measured::RateLimit => growth::rate_limit()?,
        Measured::Point {
            size,
            base_url,
            value,
        } => growth::measure(size, &base_url, value),
    }
    Ok(true)
}

/// A flow with all that it can hold, as it is stored; whether it is small enough.
fn stored() -> bool {
    let connect = ce_bench::connect().recoverable();
    let entropy = Entropy::from_system().expect("random bytes");
    let pending = PendingAuthorization::new(&connect, &entropy, SystemTime::now());
    let json = serde_json::to_vec(&pending).expect("JSON");
    let message_pack = rmp_serde::to_vec_named(&pending).expect("MessagePack");
    let mut table = Table::begin();
    for (format, bytes) in [("JSON", json), ("MessagePack", message_pack)] {
        table.row(
            "bytes of a flow, stored",
            format,
            bytes.len() as f64,
            Bar::Count(512),
            "",
        );
    }
    table.met
}

/// Cargo, as it was run to run this.
fn cargo(command: &str) -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo.args([command, "--quiet", "--locked"]);
    cargo
}

/// This program again, for what needs a process of its own.
fn child(arguments: &[&str]) -> Command {
    let mut child = Command::new(std::env::current_exe().expect("a path"));
    child.args(arguments);
    child
}

/// What a command prints, if it succeeds.
fn output(command: &mut Command) -> Result<String, String> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .status
        .success()
        .then_some(printed)
        .ok_or(format!("{command:?}: {}", output.status))
}
