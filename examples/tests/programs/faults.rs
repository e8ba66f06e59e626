//! `connect` at a platform that misbehaves: it ends, in time, and prints no secret.

use std::sync::Mutex;

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::program::{CLIENTS, Ends as _, connect_at};

const USER: &str = "Zk3vQ8xJ1mWnB6tRy+0Lc/9HsEaUgDpF4oN7iYqS2zM=";
const ORGANIZATION: &str = "v9TgXeKr5BjPwA2dLh8y/UcQ1s+3ZnOf6mIaE0kVtRo=";
const API_SECRET: &str = "Jm7cW4hYqP0zXrG9uT2nKfS5bLd8eVaI1o6iRtCwQx3yMvBk";
const PASSWORD: &str = "pD5&R1x=o?9wZ#q7u_e3hN+c/L0tGyKjV8mB2sFaXiE6QdTr";

/// Runs it once, and looks for parts of every secret in what it prints.
fn run(client: &str, method: &str, fault: &Fault, operation: Operation) {
    let what = format!("{client}, {method}, {}, {operation:?}", fault.name());
    let sandbox = Sandbox::builder()
        .user_secret(USER)
        .organization_secret(ORGANIZATION)
        .fault(FaultRule::new(fault.clone()).on(operation))
        .start()
        .unwrap();
    let arguments = format!(
        "--client {client} --oauth-url-method {method} --timeout 1 --json --config password={PASSWORD}"
    );
    let output = connect_at(sandbox.base_url(), &arguments)
        .env("CE_USER_SECRET", USER)
        .env("CE_ORGANIZATION_SECRET", ORGANIZATION)
        .env("CE_API_SECRET", API_SECRET)
        .output()
        .unwrap();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 4 | 5 | 6)), "{what}: {code:?}");
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(!printed.contains("panicked"), "{what}: {printed}");
    let instances = sandbox.instances();
    let tokens = instances.iter().map(|instance| instance.expose_token());
    let secrets = [USER, ORGANIZATION, API_SECRET, PASSWORD].into_iter();
    for secret in secrets.chain(tokens) {
        for part in secret.as_bytes().chunks_exact(8) {
            let part = std::str::from_utf8(part).unwrap();
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
    let runs = Mutex::new(runs);
    // A run waits more than it works.
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let next = || runs.lock().unwrap().pop();
                while let Some((client, method, fault, operation)) = next() {
                    run(client, method, &fault, operation);
                }
            });
        }
    });
}

#[test]
fn the_timeout_is_that_of_the_whole_call() {
    for client in CLIENTS {
        for (operation, code, sentence) in [
            (Operation::OAuthUrl, 6, "did not answer in time"),
            (Operation::CreateInstance, 5, "it is not known"),
        ] {
            let stalled = FaultRule::new(Fault::StallBeforeAnswer).on(operation);
            let sandbox = Sandbox::builder().fault(stalled).start().unwrap();
            let arguments = format!("--client {client} --timeout 0.5");
            connect_at(sandbox.base_url(), &arguments).ends(code, sentence);
        }
    }
}
