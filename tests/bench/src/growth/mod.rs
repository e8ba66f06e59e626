//! What grows with what. Each point is measured in a process of its own.

mod accounts;
mod plot;
mod replica;
mod simulated;

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ce_bench::server::{Behaviour, Server};
use ce_bench::{config, connect, many, runtime, work};
use ce_core::Credentials;
use clap::ValueEnum;
use procfs::process::{FDTarget, Process, Status};

use crate::flows::flow;
use plot::Plot;
pub use replica::rate_limit;

/// What grows.
#[derive(Clone, Copy, ValueEnum)]
pub enum Size {
    /// Items of a list
    Items,
    /// Flows in flight on one client
    InFlight,
    /// Tenants on one transport
    Tenants,
    /// Processes
    Replicas,
    /// Accounts in the web application
    Accounts,
    /// Accounts of one owner there
    OwnAccounts,
    /// Replicas in virtual time
    Simulated,
}

/// Measures a curve, prints it, and draws it; whether nothing happened that must not.
pub fn run(size: Size) -> Result<bool, String> {
    let tens = |powers: RangeInclusive<u32>| powers.map(|power| 10_usize.pow(power)).collect();
    let (x, lines, values): (_, _, Vec<usize>) = match size {
        Size::Items => ("items", "µs an item, KB at the peak", tens(3..=6)),
        Size::InFlight => ("in flight", "flows a second, KB a flow", tens(0..=4)),
        Size::Tenants => ("tenants", "KB of memory, sockets", tens(0..=4)),
        Size::Replicas => (
            "replicas",
            "flows a second, µs of a processor a flow",
            vec![1, 2, 4],
        ),
        Size::Accounts => (
            "accounts",
            "ms a page, its p99, ms a callback, its p99, ms of the database a flow",
            tens(3..=6),
        ),
        Size::OwnAccounts => (
            "accounts of one owner",
            "ms a page, its p99, KB a page",
            tens(1..=5),
        ),
        Size::Simulated => (
            "replicas",
            "flows a second without a limit, at will, 429 a second, unknown a second, within shares, 429, unknown",
            vec![1, 2, 4, 8, 16, 32, 64],
        ),
    };
    let lines: Vec<_> = lines.split(", ").collect();
    let server = Server::start(Behaviour::default());
    let mut plot = Plot::begin(size.name(), x, &lines);
    let mut met = true;
    for value in values {
        let mut numbers = match size {
            Size::Replicas => replica::several(&server, value, 0)?,
            Size::Accounts => accounts::of_many(value)?,
            Size::OwnAccounts => accounts::of_one(value)?,
            Size::Simulated => simulated::replicas(value),
            _ => point(size, &server.with_instances(value), value)?,
        };
        // What more is counted must be none: failures, or tables that are read from end to end.
        met &= numbers
            .split_off(lines.len())
            .iter()
            .all(|count| *count == 0.0);
        plot.add(value, numbers);
    }
    plot.draw().map_err(|error| error.to_string())?;
    Ok(met)
}

impl Size {
    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |name| name.get_name().to_owned())
    }
}

/// The numbers of one point, from a process of its own.
fn point(size: Size, base_url: &str, value: usize) -> Result<Vec<f64>, String> {
    let mut child = crate::child(&["point", &size.name(), base_url, &value.to_string()]);
    let printed = crate::output(&mut child)?;
    let numbers: Result<_, _> = printed.split_whitespace().map(str::parse).collect();
    numbers.map_err(|_| format!("not numbers: {printed}"))
}

/// Prints the numbers of one point.
pub fn measure(size: Size, base_url: &str, value: usize) {
    let client = ce_async::Client::new(config(base_url)).expect("a client");
    let [first, second] = match size {
        Size::Items => items(&client, value),
        Size::InFlight => in_flight(&client, value),
        Size::Tenants => tenants(&client, value),
        Size::Replicas => return replica::work(base_url, value),
        _ => unreachable!("it has no process of its own"),
    };
    println!("{first} {second}");
}

fn items(client: &ce_async::Client, items: usize) -> [f64; 2] {
    // How far a connection has read ahead is chance, so each gets as many pages to show its worst.
    let lists = (1_000_000 / items).max(1);
    let runtime = runtime();
    let began = Instant::now();
    runtime.block_on(many(lists, 1, async || work::list(client, items).await));
    let each = began.elapsed().as_secs_f64() * 1e6 / (lists * items) as f64;
    [each, memory(|status| status.vmhwm)]
}

fn in_flight(client: &ce_async::Client, at_a_time: usize) -> [f64; 2] {
    let (runtime, connect) = (runtime(), connect());
    let flows = (3 * at_a_time).max(2_000);
    let flow = async || flow(client, &connect).await;
    runtime.block_on(flow());
    let (began, before) = (Instant::now(), memory(|status| status.vmhwm));
    runtime.block_on(many(flows, at_a_time, flow));
    let rate = flows as f64 / began.elapsed().as_secs_f64();
    let more = memory(|status| status.vmhwm) - before;
    [rate, more / at_a_time as f64]
}

/// Sixteen of the tenants at a time.
fn tenants(client: &ce_async::Client, tenants: usize) -> [f64; 2] {
    let (runtime, connect) = (runtime(), connect());
    let begin =
        async |client: &ce_async::Client| drop(client.begin(&connect).await.expect("a URL"));
    runtime.block_on(many(64, 16, async || begin(client).await));
    let before = memory(|status| status.vmrss);
    let tenant = |number| {
        let credentials = Credentials::new(format!("user {number}"), "organization");
        client.with_credentials(credentials).expect("a client")
    };
    let tenants: Vec<_> = (0..tenants).map(tenant).collect();
    let next = AtomicUsize::new(0);
    let begin = async || begin(&tenants[next.fetch_add(1, Ordering::Relaxed)]).await;
    runtime.block_on(many(tenants.len(), 16, begin));
    let files = process().fd().expect("its files").flatten();
    let sockets = files.filter(|file| matches!(file.target, FDTarget::Socket(_)));
    [
        memory(|status| status.vmrss) - before,
        sockets.count() as f64,
    ]
}

fn process() -> Process {
    Process::myself().expect("a Linux system")
}

/// Kilobytes of memory: `vmhwm` at its peak, `vmrss` now.
fn memory(field: impl FnOnce(Status) -> Option<u64>) -> f64 {
    field(process().status().expect("its status")).unwrap_or_default() as f64
}
