//! What grows with what. Each point is measured in a process of its own.

mod replicas;

use std::time::{Duration, Instant};

use anyhow::Context as _;
use ce_async::Client;
use ce_bench::{client, connect, flow, many, runtime, server};
use ce_core::Credentials;
use duct::Expression;
use futures_util::{StreamExt as _, stream};
use procfs::process::{FDTarget, Process, Status};

use crate::cargo;

/// The curves, over what, and over which sizes.
pub const CURVES: [(&str, &str, &[usize]); 8] = [
    ("items", "items", &[1_000, 10_000, 100_000, 1_000_000]),
    ("in-flight", "in flight", &[1, 10, 100, 1_000, 10_000]),
    ("tenants", "tenants", &[1, 10, 100, 1_000, 10_000]),
    ("replicas", "replicas", &[1, 2, 4]),
    ("rate-limit", "ms between requests", &[1, 40, 60, 80, 120]),
    ("simulated", "replicas", &[1, 2, 4, 8, 16, 32, 64]),
    ("accounts", "accounts", &[1_000, 10_000, 100_000, 1_000_000]),
    (
        "own-accounts",
        "accounts of one owner",
        &[10, 100, 1_000, 10_000, 100_000],
    ),
];

/// What is measured of one size, by its name.
type Point = Vec<(&'static str, f64)>;

/// Measures a curve, prints it, and draws it.
pub fn print_curve(name: &str) -> anyhow::Result<()> {
    let curve = CURVES.iter().find(|curve| curve.0 == name);
    let (_, over, sizes) = curve.context("there is no such curve")?;
    let mut table = String::new();
    for &size in *sizes {
        let text = &size.to_string();
        let point = match name {
            "simulated" => cargo(&["run", "-rpce-simulation", "replicas", "--replicas", text]),
            "accounts" | "own-accounts" => {
                cargo(&["bench", "-pce-webapp", "--bench=accounts", "--", name, text])
            }
            _ => {
                let base_url = server::start(server::platform(size, Duration::ZERO), None);
                child(name, &base_url, size)?
            }
        };
        let point: Vec<(String, f64)> = serde_json::from_str(&point.read()?)?;
        if table.is_empty() {
            let names: String = point.iter().map(|(name, _)| format!(" {name} |")).collect();
            table = format!("| {over} |{names}\n|{}\n", " --- |".repeat(1 + point.len()));
            print!("{table}");
        }
        let numbers: String = point.iter().map(|(_, it)| format!(" {it:.1} |")).collect();
        let row = format!("| {size} |{numbers}\n");
        print!("{row}");
        table += &row;
    }
    println!();
    let script = include_str!("plot.gnuplot");
    let script = format!("$table << END\n{table}END\nset xlabel '{over}'\n{script}");
    let file = format!("{}/plots/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    let gnuplot = duct::cmd!("gnuplot").stdin_bytes(script);
    gnuplot.stdout_path(file).run()?;
    Ok(())
}

/// What a process of its own measures for [`print_curve`].
#[derive(clap::Args)]
pub struct Measurement {
    name: String,
    base_url: String,
    size: usize,
}

impl Measurement {
    pub fn print(&self) -> anyhow::Result<()> {
        let (base_url, size) = (&self.base_url, self.size);
        let point = match self.name.as_str() {
            "items" => items(base_url, size)?,
            "in-flight" => in_flight(base_url, size)?,
            "tenants" => tenants(base_url, size)?,
            "replicas" => replicas::several(base_url, size, 0)?,
            "replica" => return replicas::print_one(base_url, size),
            "rate-limit" => replicas::limited(size)?,
            _ => unreachable!("another program measures it"),
        };
        println!("{}", serde_json::to_string(&point)?);
        Ok(())
    }
}

/// This program again.
fn child(name: &str, base_url: &str, size: usize) -> anyhow::Result<Expression> {
    let arguments = ["point", name, base_url, &size.to_string()];
    Ok(duct::cmd(std::env::current_exe()?, arguments))
}

fn items(base_url: &str, items: usize) -> anyhow::Result<Point> {
    let (client, runtime) = (client(base_url), runtime());
    // How far a connection has read ahead is chance, so each gets as many pages to show its worst.
    let lists = (1_000_000 / items).max(1);
    let began = Instant::now();
    runtime.block_on(many(lists, 1, async || {
        ce_bench::list(&client, items).await
    }));
    let each = began.elapsed().as_secs_f64() * 1e6 / (lists * items) as f64;
    let peak = memory(|status| status.vmhwm)?;
    Ok(vec![("µs an item", each), ("KB at the peak", peak)])
}

fn in_flight(base_url: &str, at_a_time: usize) -> anyhow::Result<Point> {
    let (client, connect, runtime) = (client(base_url), connect(), runtime());
    let flows = (3 * at_a_time).max(2_000);
    let flow = async || drop(flow(&client, &connect).await.expect("an outcome"));
    runtime.block_on(flow());
    let (began, before) = (Instant::now(), memory(|status| status.vmhwm)?);
    runtime.block_on(many(flows, at_a_time, flow));
    let rate = flows as f64 / began.elapsed().as_secs_f64();
    let each = (memory(|status| status.vmhwm)? - before) / at_a_time as f64;
    Ok(vec![("flows a second", rate), ("KB a flow", each)])
}

fn tenants(base_url: &str, tenants: usize) -> anyhow::Result<Point> {
    let (client, connect, runtime) = (client(base_url), connect(), runtime());
    let begin = async |client: &Client| drop(client.begin(&connect).await.expect("a redirect"));
    runtime.block_on(many(64, 16, async || begin(&client).await));
    let before = memory(|status| status.vmrss)?;
    let credentials = |number| Credentials::new(format!("user {number}"), "organization");
    let tenants = (0..tenants).map(|number| client.with_credentials(credentials(number)));
    let tenants = tenants.collect::<Result<Vec<_>, _>>()?;
    // Sixteen of them at a time.
    runtime.block_on(stream::iter(&tenants).for_each_concurrent(16, begin));
    let files = Process::myself()?.fd()?.flatten();
    let sockets = files.filter(|file| matches!(file.target, FDTarget::Socket(_)));
    let more = memory(|status| status.vmrss)? - before;
    let sockets = sockets.count() as f64;
    Ok(vec![("KB of memory", more), ("sockets", sockets)])
}

/// Kilobytes of memory: `vmhwm` at its peak, `vmrss` now.
fn memory(field: impl FnOnce(Status) -> Option<u64>) -> anyhow::Result<f64> {
    let kilobytes = field(Process::myself()?.status()?);
    Ok(kilobytes.context("the memory of a process")? as f64)
}
