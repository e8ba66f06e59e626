//! Ratios of what the benches measure: divan prints times and allocations.

use std::collections::BTreeMap;

use ce_bench::documents::{INSTANCES, PAGE};

use crate::output;
use crate::table::{Bar, Table, time};

/// By name, such as `decode/ours/3 KB`: seconds, and allocations if they are counted.
#[derive(Default)]
struct Measured(BTreeMap<String, [f64; 2]>);

/// A bench without a document.
const ONE: &[&str] = &[""];
/// A group of the benches, the peer in it, over which documents, and what the ratio must be.
const TIMES: [(&str, &str, &[&str], f64); 13] = [
    ("decode", "value", &INSTANCES, 2.0),
    ("decode", "dropping", &INSTANCES, 0.85),
    ("decode", "simd_json", &INSTANCES, 1.0),
    ("decode", "sonic_rs", &INSTANCES, 1.0),
    ("decode", "value", &[PAGE], 2.0),
    ("decode", "dropping", &[PAGE], 0.85),
    ("decode", "simd_json", &[PAGE], 1.0),
    ("decode", "sonic_rs", &[PAGE], 1.0),
    ("write", "value", &INSTANCES, 1.0),
    ("flow", "by_hand", ONE, 1.3),
    ("flow", "oauth2", ONE, 1.0),
    ("verify", "bare_hmac", ONE, 0.8),
    ("list", "by_hand", ONE, 1.5),
];
/// The same of allocations, and the most that ours may make.
const ALLOCATIONS: [(&str, &str, &str, f64, f64); 4] = [
    ("flow", "by_hand", "", 0.5, 66.0),
    ("flow", "oauth2", "", 1.0, 66.0),
    ("decode", "value", "3 KB", 0.5, 20.0),
    ("decode", "value", PAGE, 0.5, 3_802.0),
];
/// Ten thousand instances, 64 at a time, of 20 ms each.
const IDEAL_PROVISIONING: f64 = 10_000.0 / 64.0 * 0.02;

/// Times, each the quickest of several runs, in which all take turns.
pub fn times(runs: usize) -> Result<(), String> {
    let mut best = Measured::default();
    for _ in 0..runs {
        best.run(&["--bench=work", "--bench=loopback"])?;
    }
    let mut table = Table::begin();
    for (group, peer, documents, bar) in TIMES {
        let (mut logarithms, mut figures) = (0.0, Vec::new());
        for document in documents {
            let [ours, theirs] = best
                .pair(group, peer, document)?
                .map(|[seconds, _]| seconds);
            let ratio = theirs / ours;
            logarithms += ratio.ln();
            let (ours, theirs) = (time(ours), time(theirs));
            figures.push(format!("{document} {ratio:.2}× ({ours}, theirs {theirs})"));
        }
        let mean = (logarithms / documents.len() as f64).exp();
        table.row(group, peer, mean, Bar::AtLeast(bar), &figures.join(", "));
    }
    let [[ours, _], [theirs, _]] = best.pair("provision", "by_hand", "")?;
    let figures = format!("{}, by hand {}", time(ours), time(theirs));
    table.row(
        "provision",
        "ideal",
        IDEAL_PROVISIONING / ours,
        Bar::AtLeast(0.95),
        &figures,
    );
    let [[boxed, _], [direct, _]] = best.pair("call", "direct", "")?;
    let [_, [loopback, _]] = best.pair("call", "loopback", "")?;
    let (part, each) = ((boxed - direct) / loopback, time((boxed - direct) / 1e3));
    table.row(
        "call, boxed",
        "direct",
        1.0 + part,
        Bar::AtMost(1.01),
        &format!("{each} a call"),
    );
    Ok(())
}

/// Allocations; whether ours are no more than they were.
pub fn allocations() -> Result<bool, String> {
    let mut counted = Measured::default();
    counted.run(&["--bench=work", "--features=allocations"])?;
    let (mut table, mut kept) = (Table::begin(), true);
    for (group, peer, document, bar, most) in ALLOCATIONS {
        let [ours, theirs] = counted.pair(group, peer, document)?.map(|[_, count]| count);
        let figures = format!("{document} {ours}, at most {most}; theirs {theirs}");
        table.row(group, peer, ours / theirs, Bar::AtMost(bar), figures.trim());
        kept &= ours <= most;
    }
    Ok(kept)
}

impl Measured {
    fn run(&mut self, benches: &[&str]) -> Result<(), String> {
        let mut cargo = crate::cargo("bench");
        cargo.arg("--package=ce-bench").args(benches);
        self.read(&output(cargo.args(["--", "--min-time=0.05"]))?);
        Ok(())
    }

    /// Reads divan's tree, whose first column is the fastest. Allocations stand below it.
    fn read(&mut self, printed: &str) {
        let (mut path, mut leaf, mut allocations_follow) = (Vec::new(), String::new(), false);
        for line in printed.lines() {
            let branches = line.chars().take_while(|c| "│├╰─ ".contains(*c)).count();
            let column: String = line
                .chars()
                .skip(branches)
                .take_while(|c| *c != '│')
                .collect();
            let (name, fastest) = column
                .trim()
                .split_once("  ")
                .unwrap_or((column.trim(), ""));
            if let Some(seconds) = seconds(fastest) {
                path.truncate(branches / 3);
                leaf = [&path[1..], &[name.to_owned()]].concat().join("/");
                let best = self.0.entry(leaf.clone()).or_insert([seconds, f64::NAN]);
                best[0] = best[0].min(seconds);
            } else if allocations_follow {
                let count = name.parse().unwrap_or(f64::NAN);
                self.0
                    .entry(leaf.clone())
                    .and_modify(|best| best[1] = count);
            } else {
                path.truncate(branches / 3);
                path.push(name.to_owned());
            }
            allocations_follow = name == "alloc:";
        }
    }

    /// Ours and the peer's.
    fn pair(&self, group: &str, peer: &str, document: &str) -> Result<[[f64; 2]; 2], String> {
        let of = |who: &str| {
            let path = format!("{group}/{who}/{document}");
            let measured = self.0.get(path.trim_end_matches('/'));
            measured
                .copied()
                .ok_or(format!("divan has not measured {path}"))
        };
        Ok([of("ours")?, of(peer)?])
    }
}

fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let units = [("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)];
    let (_, unit) = units.into_iter().find(|(name, _)| *name == unit)?;
    Some(number.parse::<f64>().ok()? * unit)
}
