//! `bulk`, ended in its midst and started again.

use std::process::Child;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ce_sandbox::{Builder, Fault, FaultRule, Operation, Sandbox};

use super::{Bulk, rows};
use crate::program::{Ends as _, has};

/// A sandbox that gives a fault to this share of its answers to creations and searches, and reports each
/// creation that reaches it.
fn sandbox(share: f64) -> (Builder, Receiver<()>) {
    let (sender, creations) = channel();
    let sender = Mutex::new(sender);
    let mut builder = Sandbox::builder().provisioning(Duration::from_millis(30));
    // What takes longer than --provisioning-timeout says, nobody can recover from.
    let mut faults = Fault::all().to_vec();
    faults.retain(|fault| !matches!(fault, Fault::SlowProvisioning { .. }));
    let of_searches = [Fault::LoseAnswer, Fault::CloseMidBody, Fault::InvalidUtf8];
    for (faults, operation) in [
        (&*faults, Operation::CreateInstance),
        (&of_searches, Operation::Instances),
    ] {
        for fault in faults {
            let rule = FaultRule::new(fault.clone()).on(operation);
            builder = builder.fault(rule.probability(share / faults.len() as f64));
        }
    }
    let report = move |served: &ce_sandbox::Served| {
        if served.method == "POST" {
            let _ = sender.lock().unwrap().send(());
        }
    };
    (builder.on_request(report), creations)
}

/// Starts it, and waits until so many creations have reached the sandbox.
fn run_until(bulk: &Bulk, creations: &Receiver<()>, number: u64) -> Child {
    while creations.try_recv().is_ok() {}
    let run = bulk.command().start();
    for _ in 0..number {
        creations.recv_timeout(Duration::from_secs(60)).unwrap();
    }
    run
}

/// `BULK_KILLS=50` kills it that often, over a thousand rows.
#[test]
fn killed_again_and_again_it_ends_with_each_row_once() {
    let kills = std::env::var("BULK_KILLS").map_or(6_u32, |kills| kills.parse().unwrap());
    // Enough that some are left at each.
    let number = (kills as usize * 20).max(150);
    let (sandbox, creations) = sandbox(0.1);
    let bulk = Bulk::new(sandbox, &rows(1..=number));
    // Where it is killed differs from run to run, and is drawn so that some rows are left.
    let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), number);
    println!("drawn: {seed}");
    for kill in 0..kills {
        let draw = seed.rotate_left(kill * 5) % 17;
        let mut run = run_until(&bulk, &creations, draw + 8);
        // SIGKILL, where there are signals.
        run.kill().unwrap();
        run.wait().unwrap();
    }
    bulk.completes(number);
    println!(
        "{number} rows, {kills} kills, {} requests",
        bulk.sandbox.served().len()
    );
    // Nothing is left to do, and nothing is done.
    let printed = bulk.ends(0, "");
    has(&printed.out, &[&format!("{number} of them done before")]);
    bulk.holds(number);
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_what_was_done_and_how_to_go_on() {
    let (sandbox, creations) = sandbox(0.0);
    let bulk = Bulk::new(sandbox, &rows(1..=200));
    let run = run_until(&bulk, &creations, 20);
    crate::program::interrupt(&run);
    let output = run.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{err}");
    let done = bulk.tokens().len();
    let done = format!("bulk: stopped; {done} of 200 rows have an instance");
    has(&err, &[&done, "to go on, run the same command again"]);
    bulk.completes(200);
}

/// A limit on the size of files does to a program what a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_stops_it_and_the_next_run_goes_on() {
    let bulk = Bulk::new(sandbox(0.0).0, &rows(1..=20));
    let command = bulk.command();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "ulimit -f 3; trap '' XFSZ; exec \"$0\" \"$@\""]);
    limited.arg(command.get_program()).args(command.get_args());
    let variables = command.get_envs();
    limited.envs(variables.filter_map(|(name, value)| Some((name, value?))));
    let printed = limited.ends(2, "File too large");
    let done = format!("; {} of 20 rows have an instance", bulk.tokens().len());
    has(&printed.err, &["bulk: stopped: ", &done]);
    // Half a line is no line, and is not left for the next one to be appended to.
    assert!(bulk.read("tokens.csv.journal").ends_with('\n'));
    bulk.completes(20);
}
