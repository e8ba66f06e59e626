//! One async client in several runtimes: what its documentation says of it.

use ce_tests::prelude::*;

fn in_a_runtime_of_its_own<F: Future>(future: F) -> F::Output {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future)
}

#[test]
fn what_is_not_idempotent_needs_no_connection_of_another_runtime() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 50;
    let sandbox = Sandbox::start().unwrap();
    let config = config(&sandbox).with_limits(Limits::default().max_attempts(1));
    let client = on_reqwest(config);
    let instance = in_a_runtime_of_its_own(client.provision(&sales("n"))).unwrap();
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    in_a_runtime_of_its_own(async {
                        client.provision(&sales("n")).await.unwrap();
                        // Its connection is kept for whoever comes next, and ends with this runtime.
                        let got = client.send(GetInstance::new(instance.id)).await;
                        failures.lock().unwrap().extend(got.err());
                    });
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    println!("{} of {} failed", failures.len(), THREADS * ROUNDS);
    for error in failures {
        // Told as what it is: an answer that did not come.
        assert!(matches!(error, Error::Transport(_)), "{error:?}");
    }
}
