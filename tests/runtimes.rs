//! One client in several runtimes: what its documentation says of it.

use std::sync::Mutex;

use ce_core::Limits;
use ce_core::calls::GetInstance;
use ce_sandbox::Sandbox;
use ce_tests::sales;

fn in_a_runtime_of_its_own<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// The innermost source of an error.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[test]
fn what_is_not_idempotent_needs_no_connection_of_another_runtime() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 50;
    let sandbox = Sandbox::start().unwrap();
    let config = ce_tests::config(&sandbox);
    let client = ce_async::Client::new(config.with_limits(Limits::default().max_attempts(1)));
    let client = client.unwrap();
    let id = in_a_runtime_of_its_own(client.provision(&sales("n")));
    let id = id.unwrap().id;
    let reasons = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    in_a_runtime_of_its_own(async {
                        client.provision(&sales("n")).await.unwrap();
                        // Its connection is kept for whoever comes next, and ends with this runtime.
                        let got = client.send(GetInstance::new(id)).await;
                        let reason = got.err().map(|error| innermost(&error));
                        reasons.lock().unwrap().extend(reason);
                    });
                }
            });
        }
    });
    let reasons = reasons.into_inner().unwrap();
    println!("{} of {} failed", reasons.len(), THREADS * ROUNDS);
    for reason in reasons {
        assert_eq!(reason, "runtime dropped the dispatch task");
    }
}
