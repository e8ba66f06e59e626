//! Soak: many connections at once through a platform that gives a share of its answers a fault, by every
//! fault there is, with recovery on. It then looks at the platform for what became of each.
//!
//! `cargo run --release -p ce-soak -- --help`

mod account;
mod flow;
mod options;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use account::Account;
use ce_async::Config;
use ce_sandbox::{Fault, FaultRule, Sandbox};
use clap::Parser as _;
use options::{Kind, Options};

fn main() -> ExitCode {
    let options = Options::parse();
    let mut passed = true;
    for kind in options.clients() {
        let sandbox = match sandbox(&options) {
            Ok(sandbox) => Arc::new(sandbox),
            Err(error) => {
                eprintln!("ce-soak: {error}");
                return ExitCode::FAILURE;
            }
        };
        let began = Instant::now();
        let account = match kind {
            Kind::Async => run_async(&options, &sandbox),
            Kind::Blocking => run_blocking(&options, &sandbox),
        };
        passed &= account.print(kind, &sandbox, began.elapsed());
    }
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// A sandbox that gives this share of its answers a fault, all faults alike.
fn sandbox(options: &Options) -> Result<Sandbox, ce_sandbox::StartError> {
    let faults = Fault::all();
    let mut left = 1.0;
    let each = options.share / faults.len() as f64;
    let mut builder = Sandbox::builder().seed(options.seed);
    for fault in faults {
        // Rules are drawn one after the other, so that each must take its share of what is left.
        builder = builder.fault(FaultRule::new(fault).probability(f64::min(each / left, 1.0)));
        left -= each;
    }
    builder.start()
}

fn config(sandbox: &Sandbox) -> Config {
    let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
    let credentials = ce_async::Credentials::new(user, organization);
    match Config::new(sandbox.base_url(), credentials) {
        Ok(config) => config.with_limits(flow::limits()),
        Err(error) => unreachable!("the sandbox's own address and secrets: {error}"),
    }
}

/// Tasks on one client, so many at a time.
fn run_async(options: &Options, sandbox: &Arc<Sandbox>) -> Account {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => unreachable!("no runtime: {error}"),
    };
    let client = ce_tests::Kind::Async.client(config(sandbox));
    let next = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let workers: Vec<_> = (0..options.at_a_time)
            .map(|_| {
                let (client, sandbox, next) = (client.clone(), sandbox.clone(), next.clone());
                let provisions = options.provisions;
                tokio::spawn(async move {
                    let mut account = Account::default();
                    while let Some(number) = take(&next, provisions) {
                        flow::connect(&client, &sandbox, number, &mut account).await;
                    }
                    account
                })
            })
            .collect();
        let mut whole = Account::default();
        for worker in workers {
            match worker.await {
                Ok(account) => whole.add(account),
                Err(_) => whole.panicked += 1,
            }
        }
        whole
    })
}

/// Threads on one client, each with one connection after the other.
fn run_blocking(options: &Options, sandbox: &Arc<Sandbox>) -> Account {
    let client = ce_tests::Kind::Blocking.client(config(sandbox));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..options.at_a_time)
            .map(|_| {
                scope.spawn(|| {
                    // The blocking client's futures are ready at once.
                    let runtime = tokio::runtime::Builder::new_current_thread().build();
                    let mut account = Account::default();
                    if let Ok(runtime) = runtime {
                        while let Some(number) = take(&next, options.provisions) {
                            let flow = flow::connect(&client, sandbox, number, &mut account);
                            runtime.block_on(flow);
                        }
                    }
                    account
                })
            })
            .collect();
        let mut whole = Account::default();
        for worker in workers {
            match worker.join() {
                Ok(account) => whole.add(account),
                Err(_) => whole.panicked += 1,
            }
        }
        whole
    })
}

fn take(next: &AtomicUsize, of: usize) -> Option<usize> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    (number < of).then_some(number)
}
