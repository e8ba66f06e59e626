//! Many at once on one client: none is lost, none is mixed up with another.

use std::collections::HashSet;
use std::sync::{Arc, Barrier};
use std::time::Duration;

use ce_core::model::Instance;
use ce_core::{Config, ConnectOutcome, ConnectRequest, Limits};
use ce_sandbox::Sandbox;
use ce_tests::AnyClient as _;

fn sandbox() -> Arc<Sandbox> {
    // Long enough that all are being created at the same time.
    let provisioning = Duration::from_millis(300);
    let sandbox = Sandbox::builder().provisioning(provisioning).start();
    Arc::new(sandbox.unwrap())
}

fn config(sandbox: &Sandbox) -> Config {
    let config = ce_tests::config(sandbox);
    let a_while = Duration::from_secs(120);
    config.with_limits(
        Limits::default()
            .timeout(a_while)
            .attempt_timeout(a_while)
            .connect_timeout(a_while),
    )
}

fn connect(name: &str) -> ConnectRequest {
    ce_tests::instagram().name(name)
}

fn connected(finished: ConnectOutcome, name: &str) -> Instance {
    let ConnectOutcome::Connected(instance) = finished else {
        panic!("{finished:?}")
    };
    assert_eq!(instance.name.as_deref(), Some(name));
    *instance
}

#[track_caller]
fn each_is_there_once(sandbox: &Sandbox, returned: &[Instance]) {
    let told: HashSet<_> = returned.iter().map(|it| it.token.expose()).collect();
    let existing = sandbox.instances();
    let there: HashSet<_> = existing.iter().map(|it| it.expose_token()).collect();
    assert_eq!(told.len(), returned.len());
    assert_eq!(told, there);
}

#[tokio::test]
async fn a_thousand_flows_at_once_on_one_async_client() {
    // Each has a connection, and both ends of it are here.
    let enough = rlimit::increase_nofile_limit(4096).unwrap();
    assert!(
        enough >= 2200,
        "this test needs 2,200 open files at once: raise the limit (ulimit -n)"
    );
    let flows = 1000;
    let sandbox = sandbox();
    let client = ce_async::Client::of(config(&sandbox));
    let all_begun = Arc::new(tokio::sync::Barrier::new(flows));
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..flows {
        let (client, sandbox, all_begun) = (client.clone(), sandbox.clone(), all_begun.clone());
        tasks.spawn(async move {
            let name = number.to_string();
            let connect = connect(&name);
            let redirect = client.begin(&connect).await.unwrap();
            let callback = sandbox.allow(redirect.url.as_str()).unwrap();
            all_begun.wait().await;
            let finished = client.finish(&connect, &redirect.pending, &callback).await;
            connected(finished.unwrap(), &name)
        });
    }
    let returned = tasks.join_all().await;
    assert_eq!(returned.len(), flows);
    each_is_there_once(&sandbox, &returned);
}

#[test]
fn sixty_four_threads_on_one_blocking_client() {
    let sandbox = sandbox();
    let client = ce_blocking::Client::of(config(&sandbox));
    let all_begun = Barrier::new(64);
    let returned: Vec<Instance> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..64)
            .map(|thread| {
                let (client, sandbox, all_begun) = (&client, &sandbox, &all_begun);
                scope.spawn(move || {
                    let flow = |number: usize| {
                        let name = format!("{thread}.{number}");
                        let connect = connect(&name);
                        let redirect = client.begin(&connect).unwrap();
                        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
                        all_begun.wait();
                        let finished = client.finish(&connect, &redirect.pending, &callback);
                        connected(finished.unwrap(), &name)
                    };
                    (0..4).map(flow).collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(returned.len(), 256);
    each_is_there_once(&sandbox, &returned);
}
