//! `connect` at a platform that misbehaves: it ends, in time, and nothing it says is a secret.

use std::sync::atomic::{AtomicUsize, Ordering};

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::run::{ends, program, run_at, text};

const USER: &str = "Zk3vQ8xJ1mWnB6tRy+0Lc/9HsEaUgDpF4oN7iYqS2zM=";
const ORGANIZATION: &str = "v9TgXeKr5BjPwA2dLh8y/UcQ1s+3ZnOf6mIaE0kVtRo=";
const API_SECRET: &str = "Jm7cW4hYqP0zXrG9uT2nKfS5bLd8eVaI1o6iRtCwQx3yMvBk";
const PASSWORD: &str = "pD5&R1x=o?9wZ#q7u e3hN+c/L0tGyKjV8mB2sFaXiE6QdTr";

/// Runs it once, and looks for parts of every secret in what it prints.
fn run(client: &str, method: &str, fault: &Fault, operation: Operation) {
    let rule = FaultRule::new(fault.clone()).on(operation);
    let sandbox = Sandbox::builder()
        .user_secret(USER)
        .organization_secret(ORGANIZATION)
        .fault(rule)
        .start()
        .unwrap();
    let output = program("connect")
        .args(["--client", client, "--oauth-url-method", method])
        .args(["--base-url", sandbox.base_url(), "--timeout", "1", "--json"])
        .args(["--config", &format!("password={PASSWORD}")])
        .env("CE_USER_SECRET", USER)
        .env("CE_ORGANIZATION_SECRET", ORGANIZATION)
        .env("CE_API_KEY", "client id")
        .env("CE_API_SECRET", API_SECRET)
        .output()
        .unwrap();
    let what = format!("{client}, {method}, {}, {operation:?}", fault.name());
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 4 | 5 | 6)), "{what}: {code:?}");
    let printed = [output.stdout, output.stderr].concat();
    let printed = text(&printed);
    assert!(!printed.contains("panicked"), "{what}: {printed}");
    let instances = sandbox.instances();
    let tokens = instances.iter().map(|instance| instance.expose_token());
    for secret in [USER, ORGANIZATION, API_SECRET, PASSWORD]
        .into_iter()
        .chain(tokens)
    {
        for part in secret.as_bytes().chunks_exact(8) {
            let part = text(part);
            assert!(!printed.contains(part), "{what}: {part} in {printed}");
        }
    }
}

#[test]
fn no_fault_makes_it_print_a_secret() {
    let mut runs = Vec::new();
    for fault in Fault::all() {
        for operation in [
            Operation::OAuthUrl,
            Operation::CreateInstance,
            Operation::Ping,
        ] {
            for (client, method) in [("async", "post"), ("blocking", "get")] {
                runs.push((client, method, fault.clone(), operation));
            }
        }
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while let Some(one) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run(one.0, one.1, &one.2, one.3);
                }
            });
        }
    });
    println!("{} runs", runs.len());
}

#[test]
fn the_timeout_is_that_of_the_whole_call() {
    for client in ["async", "blocking"] {
        for (operation, code, sentence) in [
            (Operation::OAuthUrl, 6, "did not answer in time"),
            (Operation::CreateInstance, 5, "it is not known"),
        ] {
            let stalled = FaultRule::new(Fault::StallBeforeAnswer).on(operation);
            let sandbox = Sandbox::builder().fault(stalled).start().unwrap();
            let arguments = ["--client", client, "--timeout", "0.5"];
            let output = run_at(sandbox.base_url(), sandbox.user_secret(), &arguments);
            ends(&output, code, sentence);
        }
    }
}
