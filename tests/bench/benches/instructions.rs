//! Instructions, counted by callgrind: the same on a busy machine, and nearly so on another.
//!
//! Each limit is 5 % above what was counted with rustc 1.95; a benchmark that exceeds its own fails.

use std::hint::black_box;

use ce_bench::documents::{self, NOTIFICATION, SIGNATURE_KEY};
use ce_bench::work::{self, Flow};
use ce_core::{ConnectOutcome, Response, events, model::Instance};
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

fn begun() -> Flow {
    let flow = Flow::fixed();
    drop(flow.run());
    flow
}

#[library_benchmark]
#[bench::whole(args = (), setup = begun, config = counted(145_427))]
fn flow(flow: Flow) -> ConnectOutcome {
    flow.run()
}

fn signature() -> String {
    events::signature(SIGNATURE_KEY, NOTIFICATION).expect("a key")
}

#[library_benchmark]
#[bench::of_2_kb(args = (), setup = signature, config = counted(105_328))]
fn verify(header: String) {
    let verified = events::verify(SIGNATURE_KEY, Some(&header), black_box(NOTIFICATION));
    verified.expect("the platform's");
}

library_benchmark_group!(name = work_of, benchmarks = [decode, write, flow, verify]);
main!(library_benchmark_groups = work_of);
