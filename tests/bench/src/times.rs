//! Times of ours beside those of others, who take turns.

use std::hint::black_box;
use std::time::Instant;

use ce_bench::contests::{self, Contest, Contestants};
use ce_bench::documents::{INSTANCES, PAGE};
use ce_bench::table::{Bar, Table, time};

use crate::interleave::Times;

/// So long a turn lasts at least, in seconds.
const TURN: f64 = 0.005;
/// Turns of a run, unless one turn is longer.
const TURNS: usize = 9;
/// Ten thousand instances, 64 at a time, of 20 ms each.
const IDEAL_PROVISIONING: f64 = 10_000.0 / 64.0 * 0.02;

/// Prints the rows. Of each contestant the quickest turn counts, which nothing has disturbed.
pub fn run(runs: usize) {
    let decode = [
        ("value", 2.0),
        ("dropping", 0.85),
        ("simd_json", 1.0),
        ("sonic_rs", 1.0),
    ];
    let rows: [(_, Contest, &[_], &[_]); 6] = [
        ("decode", contests::decode, &INSTANCES, &decode),
        ("decode", contests::decode, &[PAGE], &decode),
        ("write", contests::write, &INSTANCES, &[("value", 1.0)]),
        (
            "flow",
            contests::flow,
            &[""],
            &[("by_hand", 1.3), ("oauth2", 1.0)],
        ),
        ("verify", contests::verify, &[""], &[("bare_hmac", 0.8)]),
        ("list", contests::list, &[""], &[("by_hand", 1.5)]),
    ];
    // The allocator keeps what is freed from now on, as in a program that has run for a while; before, it gave a page's
    // memory back to the system each time.
    drop(black_box(vec![0_u8; 16 << 20]));
    let mut table = Table::begin();
    for (what, contest, documents, peers) in rows {
        let measured: Vec<_> = documents
            .iter()
            .map(|it| measure(contest(it), runs))
            .collect();
        for (peer, (name, bar)) in (1..).zip(peers) {
            let ratios = measured
                .iter()
                .map(|times| times.quickest(peer) / times.quickest(0));
            let mean = (ratios.clone().map(f64::ln).sum::<f64>() / documents.len() as f64).exp();
            let figures = documents.iter().zip(&measured).zip(ratios);
            let figures = figures.map(|((document, times), ratio)| {
                let [ours, theirs] = [0, peer].map(|who| time(times.quickest(who)));
                format!("{document} {ratio:.2}× ({ours}, theirs {theirs})")
            });
            let figures = figures.collect::<Vec<_>>().join(", ");
            table.row(what, name, mean, Bar::AtLeast(*bar), figures.trim());
        }
    }
    let times = measure(contests::provision(""), runs);
    let [ours, theirs] = [0, 1].map(|who| times.quickest(who));
    let figures = format!("{}, by hand {}", time(ours), time(theirs));
    let ratio = IDEAL_PROVISIONING / ours;
    table.row("provision", "ideal", ratio, Bar::AtLeast(0.95), &figures);
    let times = measure(contests::call(""), runs);
    let [boxed, direct, loopback] = [0, 1, 2].map(|who| times.quickest(who));
    let (part, each) = ((boxed - direct) / loopback, time((boxed - direct) / 1e3));
    let figures = format!("{each} a call");
    table.row(
        "call, boxed",
        "direct",
        1.0 + part,
        Bar::AtMost(1.01),
        &figures,
    );
}

fn measure(mut contestants: Contestants, runs: usize) -> Times {
    contestants[0](); // what is done once in a process
    let began = Instant::now();
    contestants[0]();
    let calls = (TURN / began.elapsed().as_secs_f64()).ceil() as usize;
    let rounds = if calls == 1 { runs } else { runs * TURNS };
    let mut times = Times::default();
    times.take(rounds, calls, contestants);
    times
}
