//! One async client in several runtimes: a connection whose runtime has ended costs an attempt, not the
//! call.

use ce_tests::prelude::*;

fn in_a_runtime_of_its_own<F: Future>(future: F) -> F::Output {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future)
}

#[test]
fn no_call_fails_over_a_connection_of_another_runtime() {
    const THREADS: usize = 8;
    const ROUNDS: usize = 50;
    let sandbox = Sandbox::start().unwrap();
    // A creation has a connection of its own, and other calls have one after an attempt that failed.
    let config = config(&sandbox).with_limits(Limits::default().max_attempts(2));
    let client = on_reqwest(config);
    let instance = in_a_runtime_of_its_own(client.provision(&sales("n"))).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    in_a_runtime_of_its_own(async {
                        client.provision(&sales("n")).await.unwrap();
                        // Its connection is kept for whoever comes next, and ends with this runtime.
                        client.send(GetInstance::new(instance.id)).await.unwrap();
                    });
                }
            });
        }
    });
}
