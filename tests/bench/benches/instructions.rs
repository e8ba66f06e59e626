//! Instructions, counted by callgrind: the same on a busy machine, and nearly so on another.
//!
//! Each limit is 5 % above what was counted with rustc 1.95; a benchmark that exceeds its own fails.

use std::hint::black_box;

use ce_bench::documents;
use ce_bench::work::{self, Script};
use ce_core::{Config, ConnectOutcome, ConnectRequest, Response, model::Instance};
use gungraun::prelude::*;
use gungraun::{Callgrind, EventKind};

/// Fails above so many instructions, and 5 %.
fn counted(instructions: u64) -> LibraryBenchmarkConfig {
    let mut callgrind = Callgrind::default();
    callgrind.hard_limits([(EventKind::Ir, instructions * 105 / 100)]);
    LibraryBenchmarkConfig::default().tool(callgrind).clone()
}

fn answer(bytes: usize) -> Response {
    let answer = work::answer(documents::instance(bytes));
    drop(work::decode(&answer)); // what is done once in a process
    answer
}

#[library_benchmark]
#[bench::of_1_kb(args = (1_000), setup = answer, config = counted(60_710))]
#[bench::of_10_kb(args = (10_000), setup = answer, config = counted(260_654))]
fn decode(answer: Response) -> Instance {
    work::decode(black_box(&answer))
}

fn instance(bytes: usize) -> Instance {
    let instance = work::decode(&answer(bytes));
    drop(instance.to_json());
    instance
}

#[library_benchmark]
#[bench::of_3_kb(args = (3_000), setup = instance, config = counted(40_835))]
fn write(instance: Instance) -> String {
    black_box(&instance).to_json()
}

fn whole_flow() -> (Config, ConnectRequest, Script) {
    // A clock's seed would be another one each time.
    let config = ce_bench::config(work::BASE_URL).with_jitter_seed(7);
    let (connect, script) = (ce_bench::connect(), Script::default());
    drop(work::flow(&config, &connect, &script));
    (config, connect, script)
}

#[library_benchmark]
#[bench::whole(args = (), setup = whole_flow, config = counted(145_427))]
fn flow((config, connect, script): (Config, ConnectRequest, Script)) -> ConnectOutcome {
    work::flow(&config, &connect, &script)
}

#[library_benchmark]
#[bench::of_2_kb(args = (), setup = work::signature, config = counted(105_328))]
fn verify(header: String) {
    work::verify(black_box(&header));
}

library_benchmark_group!(name = work_of, benchmarks = [decode, write, flow, verify]);
main!(library_benchmark_groups = work_of);
