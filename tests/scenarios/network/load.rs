//! Many at once on one client: none is lost, none is mixed up with another.

use std::collections::HashSet;
use std::sync::Barrier;

use ce_tests::prelude::*;

fn sandbox() -> Arc<Sandbox> {
    // Long enough that all are being created at the same time.
    let provisioning = Duration::from_millis(300);
    let sandbox = Sandbox::builder().provisioning(provisioning).start();
    Arc::new(sandbox.unwrap())
}

fn config(sandbox: &Sandbox) -> Config {
    let a_while = Duration::from_secs(120);
    let limits = Limits::default()
        .timeout(a_while)
        .attempt_timeout(a_while)
        .connect_timeout(a_while);
    ce_tests::fixture::config(sandbox).with_limits(limits)
}

/// Each is there once, and whoever began it has it.
#[track_caller]
fn check(sandbox: &Sandbox, returned: &[(String, Instance)], flows: usize) {
    assert_eq!(returned.len(), flows);
    for (name, instance) in returned {
        assert_eq!(instance.name.as_ref(), Some(name));
    }
    let told: HashSet<_> = returned.iter().map(|(_, it)| it.token.expose()).collect();
    let existing = sandbox.instances();
    let there: HashSet<_> = existing.iter().map(|it| it.expose_token()).collect();
    assert_eq!(told.len(), flows);
    assert_eq!(told, there);
}

#[tokio::test]
async fn a_thousand_flows_at_once_on_one_async_client() {
    const FLOWS: usize = 1000;
    // Each has a connection, and both ends of it are here.
    let files = rlimit::increase_nofile_limit(4096).unwrap();
    assert!(
        files >= 2200,
        "this test needs 2,200 open files: raise the limit (ulimit -n)"
    );
    let sandbox = sandbox();
    let client = on_reqwest(config(&sandbox));
    let all_begun = Arc::new(tokio::sync::Barrier::new(FLOWS));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..FLOWS {
        let (client, sandbox, all_begun) = (client.clone(), sandbox.clone(), all_begun.clone());
        tasks.spawn(async move {
            let name = number.to_string();
            let connect = instagram().name(&name);
            let redirect = client.begin(&connect).await.unwrap();
            let callback = sandbox.allow(redirect.url.as_str()).unwrap();
            all_begun.wait().await;
            let finished = client.finish(&connect, &redirect.pending, &callback).await;
            (name, connected(finished))
        });
    }
    check(&sandbox, &tasks.join_all().await, FLOWS);
}

#[test]
fn sixty_four_threads_on_one_blocking_client() {
    const THREADS: usize = 64;
    let sandbox = sandbox();
    let client = ce_blocking::Client::new(config(&sandbox)).unwrap();
    let all_begun = Barrier::new(THREADS);
    let flow = |name: String| {
        let connect = instagram().name(&name);
        let redirect = client.begin(&connect).unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        all_begun.wait();
        let finished = client.finish(&connect, &redirect.pending, &callback);
        (name, connected(finished))
    };
    let returned: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let flow = &flow;
                let names = (0..4).map(move |number| format!("{thread}.{number}"));
                scope.spawn(move || names.map(flow).collect::<Vec<_>>())
            })
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap());
        joined.flatten().collect()
    });
    check(&sandbox, &returned, 4 * THREADS);
}
