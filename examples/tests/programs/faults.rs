//! `connect` at a platform that misbehaves: it ends, in time, and prints no secret.

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};

use crate::program::{CANARY, at, has_none};

/// Cut wherever it may be, it shows.
const SECRET: &str = "c4n4ryc4n4ryc4n4ryc4n4ryc4n4ryc4n4ryc4n4ryc4n4ry";

/// Runs it once, and looks for secrets in what it prints.
fn run(client: &str, method: &str, fault: &Fault, operation: Operation) {
    let what = format!("{client}, {method}, {}, {operation:?}", fault.name());
    let sandbox = Sandbox::builder()
        .user_secret(SECRET)
        .organization_secret(SECRET)
        .fault(FaultRule::new(fault.clone()).on(operation));
    let sandbox = sandbox.start().unwrap();
    let words = format!("connect --client {client} --oauth-url-method {method} --timeout 1 --json");
    let output = at(sandbox.base_url(), &words)
        .args(["--config", &format!("password={SECRET}")])
        .env("CE_USER_SECRET", SECRET)
        .env("CE_ORGANIZATION_SECRET", SECRET)
        .env("CE_API_SECRET", SECRET)
        .output()
        .unwrap();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 4 | 5 | 6)), "{what}: {code:?}");
    let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let instances = sandbox.instances();
    let tokens = instances.iter().map(|instance| instance.expose_token());
    let words: Vec<_> = tokens.chain([CANARY, "panicked"]).collect();
    has_none(&format!("{what}: {printed}"), &words);
}

#[test]
fn no_fault_makes_it_print_a_secret() {
    // A run waits more than it works. So many need more open files than macOS grants unasked.
    let _ = rlimit::increase_nofile_limit(4096);
    std::thread::scope(|scope| {
        for fault in Fault::all() {
            for operation in [
                Operation::OAuthUrl,
                Operation::CreateInstance,
                Operation::Ping,
            ] {
                let fault = fault.clone();
                scope.spawn(move || {
                    run("async", "post", &fault, operation);
                    run("blocking", "get", &fault, operation);
                });
            }
        }
    });
}
