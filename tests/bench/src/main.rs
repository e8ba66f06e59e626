//! What the clients cost, beside what people would write instead of them.

mod divan;
mod growth;

use anyhow::ensure;
use ce_core::{Entropy, PendingAuthorization};
use clap::{Parser, Subcommand};
use duct::Expression;

/// What the clients cost, beside what people would write instead of them. A table a command.
///
/// Fails if it can't be measured, or if a count is over its bar.
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    measured: Measured,
}

#[derive(Subcommand)]
enum Measured {
    /// Times: decoding, a flow's own work, lists, many instances
    Times(Repeated),
    /// Flows over TCP and TLS
    Flows(Repeated),
    /// Allocations. They must be within their bar
    Allocations,
    /// Bytes of a flow while its user is away. They must be within their bar
    Stored,
    /// Curves, into `plots/`
    Growth {
        #[arg(required = true, value_parser = growth::CURVES.map(|curve| curve.0))]
        curves: Vec<String>,
    },
    #[command(hide = true)]
    Point(growth::Measurement),
}

#[derive(clap::Args)]
struct Repeated {
    /// How often it is measured; of each bench the quickest run counts
    #[arg(long, default_value_t = 7)]
    runs: usize,
}

fn main() -> anyhow::Result<()> {
    ce_bench::install_provider();
    match Options::parse().measured {
        Measured::Times(Repeated { runs }) => divan::print_times(runs),
        Measured::Allocations => divan::print_allocations(),
        Measured::Stored => print_stored(),
        Measured::Flows(Repeated { runs }) => divan::print_flows(runs),
        Measured::Growth { curves } => curves.iter().try_for_each(|it| growth::print_curve(it)),
        Measured::Point(measurement) => measurement.print(),
    }
}

/// A flow with all that it can hold, as it is stored. Fails if it is too large.
fn print_stored() -> anyhow::Result<()> {
    let connect = ce_bench::connect().recoverable();
    let (entropy, now) = (Entropy::from_system()?, std::time::SystemTime::now());
    let pending = PendingAuthorization::new(&connect, &entropy, now);
    let json = serde_json::to_vec(&pending)?.len();
    let message_pack = rmp_serde::to_vec_named(&pending)?.len();
    println!("bytes of a flow, stored: {json} as JSON, {message_pack} as MessagePack, ≤ 512");
    ensure!(json.max(message_pack) <= 512, "a flow takes too many bytes");
    Ok(())
}

/// Cargo, for what programs of their own measure.
fn cargo(arguments: &[&str]) -> Expression {
    let arguments = [&["--quiet", "--locked"], arguments].concat();
    duct::cmd(env!("CARGO"), arguments).dir(env!("CARGO_MANIFEST_DIR"))
}
