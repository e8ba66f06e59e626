//! Allocations of ours, and of others. They must be no more than they were.

use std::alloc::System;
use std::process::ExitCode;

use ce_bench::contests::{self, Contest};
use ce_bench::documents::PAGE;
use ce_bench::table::{Bar, Table};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATIONS: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    // Ours may make so many; which peer of each, and what the ratio must be.
    let rows: [(_, Contest, _, _, &[_]); 3] = [
        (
            "flow",
            contests::flow,
            "",
            68,
            &[(1, "by_hand", 0.5), (2, "oauth2", 1.0)],
        ),
        ("decode", contests::decode, "3 KB", 21, &[(1, "value", 0.5)]),
        (
            "decode",
            contests::decode,
            PAGE,
            4_002,
            &[(1, "value", 0.5)],
        ),
    ];
    let (mut table, mut kept) = (Table::begin(), true);
    for (what, contest, document, most, peers) in rows {
        let mut contestants = contest(document);
        let counts: Vec<_> = contestants
            .iter_mut()
            .map(|contestant| {
                contestant(); // what is done once in a process
                let region = Region::new(ALLOCATIONS);
                contestant();
                region.change().allocations
            })
            .collect();
        let ours = counts[0];
        kept &= ours <= most;
        for (peer, name, bar) in peers {
            let theirs = counts[*peer];
            let figures = format!("{document} {ours}, at most {most}; theirs {theirs}");
            let ratio = ours as f64 / theirs as f64;
            table.row(what, name, ratio, Bar::AtMost(*bar), figures.trim());
        }
    }
    if kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
