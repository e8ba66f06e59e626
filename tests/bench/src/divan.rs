//! Tables of what the benches measure: divan prints times and allocations.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use ce_bench::documents::{INSTANCES, PAGE};
use ce_bench::server;
use duct::Expression;

const HEADER: &str =
    "| what | against | measured | bar | figures |\n| --- | --- | --- | --- | --- |";
/// A group of benches, who else is in it, over which documents, and how many times as quick ours must be.
const TIMES: [(&str, &str, &[&str], f64); 14] = [
    ("decode", "serde_json/Value", &INSTANCES, 2.0),
    ("decode", "serde_json/Dropping", &INSTANCES, 0.85),
    ("decode", "simd_json", &INSTANCES, 1.0),
    ("decode", "sonic_rs", &INSTANCES, 1.0),
    ("decode", "serde_json/Value", &[PAGE], 2.0),
    ("decode", "serde_json/Dropping", &[PAGE], 0.85),
    ("decode", "simd_json", &[PAGE], 1.0),
    ("decode", "sonic_rs", &[PAGE], 1.0),
    ("write", "value", &INSTANCES, 1.0),
    ("flow", "by_hand", &[""], 1.3),
    ("flow", "oauth2", &[""], 1.0),
    ("verify", "bare_hmac", &[""], 0.8),
    ("list", "by_hand", &[""], 1.5),
    ("provision", "by_hand", &[""], 0.95),
];
/// Who else is in a group, over which document, and the most allocations that ours may make.
const ALLOCATIONS: [(&str, &str, &str, f64); 4] = [
    ("flow", "by_hand", "alloc:", 66.0),
    ("flow", "oauth2", "alloc:", 66.0),
    ("decode", "serde_json/Value", "3 KB/alloc:", 20.0),
    ("decode", "serde_json/Value", "a page/alloc:", 3_802.0),
];

pub fn print_times(runs: usize) -> anyhow::Result<()> {
    let skipped = ["--skip=in_flight", "--skip=on_threads"];
    let benches = [&["--bench=work", "--bench=loopback", "--"][..], &skipped];
    let times = Measured::by(&bench(&benches.concat()), runs)?;
    println!("{HEADER}");
    for (group, peer, documents, bar) in TIMES {
        times.print(group, peer, documents, bar)?;
    }
    // Ten thousand, 64 at a time, of 20 ms each.
    let ideal = 10_000.0 / 64.0 * 0.02 / times.get(&["provision", "ours"])?;
    println!("| provision | ideal | {ideal:.2}× | ≥ 0.95× | |");
    let more = times.get(&["call", "boxed"])? - times.get(&["call", "direct"])?;
    let nanoseconds = more / 1e3 * 1e9; // of a thousand calls
    println!("| call, boxed | direct | {nanoseconds:.0} ns more | ≤ 600 ns | |");
    Ok(())
}

/// Over TCP, then over TLS.
pub fn print_flows(runs: usize) -> anyhow::Result<()> {
    let certificate = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])?;
    // The clients trust what the system does: on this machine, what this file holds.
    let trusted = tempfile::NamedTempFile::new()?;
    std::fs::write(&trusted, certificate.cert.pem())?;
    for certificate in [None, Some(certificate)] {
        let base_url = server::start(server::platform(0, Duration::ZERO), certificate);
        let bench = bench(&["--bench=loopback", "--", "in_flight", "on_threads"])
            .env("CE_BENCH_BASE_URL", &base_url)
            .env("SSL_CERT_FILE", trusted.path());
        let times = Measured::by(&bench, runs)?;
        println!("\n{base_url}\n\n{HEADER}");
        for (group, sizes) in [("in_flight", [1, 64, 512]), ("on_threads", [1, 16, 64])] {
            for size in sizes {
                let group = format!("{group}/{size}");
                times.print(&group, "by_hand", &[""], 0.97)?;
                let ratio = times.get(&[&group, "kept"])? / times.get(&[&group, "ours"])?;
                println!("| {group} | kept | {ratio:.2}× | | |");
            }
        }
    }
    Ok(())
}

/// Fails if ours are more than they were.
pub fn print_allocations() -> anyhow::Result<()> {
    let counted = Measured::by(&bench(&["--bench=work", "--features=allocations", "--"]), 1)?;
    println!("| allocations | against | measured | at most | theirs |");
    println!("| --- | --- | --- | --- | --- |");
    let mut are_kept = true;
    for (group, peer, document, most) in ALLOCATIONS {
        let ours = counted.get(&[group, "ours", document])?;
        let theirs = counted.get(&[group, peer, document])?;
        println!("| {group} {document} | {peer} | {ours} | {most} | {theirs} |");
        are_kept &= ours <= most;
    }
    ensure!(are_kept, "there are more allocations than there were");
    Ok(())
}

fn bench(arguments: &[&str]) -> Expression {
    crate::cargo(&[&["bench"], arguments, &["--min-time=0.05"]].concat())
}

/// By name, such as `decode/ours/3 KB`: the median seconds of the quickest run. What is counted has a name below,
/// such as `flow/ours/alloc:`.
struct Measured(HashMap<String, f64>);

impl Measured {
    /// Reads divan's trees, where a name has its times beside it, and its counts below it.
    fn by(bench: &Expression, runs: usize) -> anyhow::Result<Self> {
        let mut measured = HashMap::new();
        let trees = (0..runs).map(|_| bench.read());
        let trees = trees.collect::<Result<Vec<_>, _>>()?.join("\n");
        let (mut path, mut counted) = (Vec::new(), "");
        for line in trees.lines() {
            let text = line.trim_start_matches(|c| "│├╰─ ".contains(c));
            let depth = (line.chars().count() - text.chars().count()) / 3;
            let columns: Vec<_> = text.split('│').map(str::trim).collect();
            // The fastest time follows the name.
            let name = columns[0].split("  ").next().unwrap_or_default();
            let median = columns.get(2).copied().unwrap_or_default();
            let seconds = seconds(median);
            if name.ends_with(':') {
                counted = name;
            } else if let Ok(count) = median.parse() {
                measured.insert(format!("{}/{counted}", path.join("/")), count);
            } else if median.is_empty() || seconds.is_some() {
                path.truncate(depth.saturating_sub(1));
                path.push(name);
            }
            if let Some(seconds) = seconds {
                let quickest = measured.entry(path.join("/")).or_insert(seconds);
                *quickest = quickest.min(seconds);
            }
        }
        Ok(Self(measured))
    }

    /// Of a group, one in it, and what that is given, if it is given anything.
    fn get(&self, path: &[&str]) -> anyhow::Result<f64> {
        let path = path.join("/").replace("//", "/");
        let measured = self.0.get(path.trim_end_matches('/')).copied();
        measured.with_context(|| format!("divan has not measured {path}"))
    }

    fn print(&self, group: &str, peer: &str, documents: &[&str], bar: f64) -> anyhow::Result<()> {
        let (mut logarithms, mut figures) = (0.0, Vec::new());
        for document in documents {
            let ours = self.get(&[group, "ours", document])?;
            let theirs = self.get(&[group, peer, document])?;
            let ratio = theirs / ours;
            logarithms += ratio.ln();
            let [ours, theirs] = [ours, theirs].map(Duration::from_secs_f64);
            figures.push(format!(
                "{document} {ratio:.2}× ({ours:.2?}, theirs {theirs:.2?})"
            ));
        }
        let mean = (logarithms / documents.len() as f64).exp();
        let mark = if mean < bar { " **short**" } else { "" };
        let figures = figures.join(", ");
        println!("| {group} | {peer} | {mean:.2}×{mark} | ≥ {bar:.2}× | {figures} |");
        Ok(())
    }
}

fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once(' ')?;
    let units = [("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)];
    let (_, unit) = units.into_iter().find(|(name, _)| *name == unit)?;
    Some(number.parse::<f64>().ok()? * unit)
}
