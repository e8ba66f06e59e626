//! The fault table: every fault at step 1, at step 2, at step 2 of a recoverable flow, and at a safe
//! call. Each ends as documented, in time, without a duplicate.

use ce_tests::prelude::*;
use libtest_mimic::Trial;

use crate::on_both;

/// A row: the fault, as the sandbox reads it; how a safe call ends; how a creation ends, without recovery and with it.
#[rustfmt::skip] // A row a case.
const TABLE: [[&str; 4]; 26] = [
    ["refuse", "Connect", "Connect", "Connect"],
    ["accept-and-close", "Interrupted", "unknown", "not created"],
    ["close-after-headers", "Interrupted", "unknown", "done"],
    ["close-mid-body", "Interrupted", "unknown", "done"],
    ["truncated-json", "decode", "unknown", "done"],
    ["html-bad-gateway", "unavailable", "unknown", "not created"],
    ["empty-ok", "decode", "unknown", "done"],
    ["no-content", "decode", "unknown", "done"],
    ["wrong-content-type", "done", "done", "done"],
    ["wrong-length", "decode", "unknown", "done"],
    ["invalid-utf8", "done", "done", "done"],
    ["huge-body", "TooLarge", "unknown", "done"],
    ["gzip-bomb", "decode", "unknown", "done"],
    ["stall-before-answer", "Timeout", "unknown", "not created"],
    ["stall-during-answer", "Timeout", "unknown", "done"],
    ["trickle", "Timeout", "unknown", "done"],
    ["too-many-requests", "unavailable", "unknown", "not created"],
    ["too-many-requests-date", "unavailable", "unknown", "not created"],
    ["unavailable", "unavailable", "unknown", "not created"],
    ["redirect", "redirected", "unknown", "not created"],
    ["slow-provisioning", "done", "unknown", "done"],
    ["lose-answer", "Interrupted", "unknown", "done"],
    ["create-and-bad-gateway", "unavailable", "unknown", "done"],
    // A gateway may answer in the place of a platform that has done its work.
    ["too-many-requests,when=after", "unavailable", "unknown", "done"],
    ["unavailable,when=after", "unavailable", "unknown", "done"],
    ["redirect,when=after", "redirected", "unknown", "done"],
];

/// Short enough for a table, long enough for a busy machine.
fn limits(fault: &str) -> Limits {
    // On Windows a connection is refused only after seconds.
    let time = |milliseconds| match fault {
        "refuse" => Duration::from_millis(10 * milliseconds),
        _ => Duration::from_millis(milliseconds),
    };
    Limits::default()
        .timeout(time(2000))
        .attempt_timeout(time(1000))
        .provisioning_timeout(time(1500))
        .recovery_timeout(time(4000))
        .max_attempts(2)
        .backoff(Duration::from_millis(5))
        .max_body_bytes(1024 * 1024)
}

pub fn cases() -> Vec<Trial> {
    for fault in Fault::all() {
        let name = fault.name();
        assert!(TABLE.iter().any(|row| row[0] == name), "no row: {name}");
    }
    let cases = TABLE.map(|[fault, safe, once, recovered]| {
        // A URL that came damaged is not handed on.
        let url = match fault {
            "invalid-utf8" => "decode",
            _ => safe,
        };
        let is_created = recovered == "done";
        let name = |what| format!("{what} / {fault}");
        [
            on_both(&name("authorization url"), move |kind| {
                begin(kind, fault, url)
            }),
            on_both(&name("get"), move |kind| get(kind, fault, safe)),
            on_both(&name("create"), move |kind| {
                create(kind, fault, once, is_created)
            }),
            on_both(&name("create, recoverable"), move |kind| {
                create_recoverable(kind, fault, recovered)
            }),
        ]
    });
    cases.into_iter().flatten().flatten().collect()
}

/// Misbehaves so from now on.
fn misbehave(sandbox: &Sandbox, fault: &str, operation: Operation) {
    let rule: FaultRule = fault.parse().unwrap();
    sandbox.set_faults([rule.on(operation)]);
}

/// Within its deadline: what is left over is for a machine that has much else to do.
async fn in_time<T>(deadline: Duration, call: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let result = call.await;
    let took = began.elapsed();
    assert!(took < deadline + Duration::from_secs(5), "{took:?}");
    result
}

async fn begin(kind: Kind, fault: &str, expected: &str) {
    let limits = limits(fault);
    let (sandbox, client) = kind.start_within(limits);
    misbehave(&sandbox, fault, Operation::OAuthUrl);
    let begun = in_time(limits.timeout, client.begin(&instagram())).await;
    assert_eq!(end(&begun), expected, "{begun:?}");
}

async fn get(kind: Kind, fault: &str, expected: &str) {
    let limits = limits(fault);
    let (sandbox, patient) = kind.start();
    let id = patient.connect(&sandbox, &instagram()).await.id;
    let hasty = kind.client(config(&sandbox).with_limits(limits));
    misbehave(&sandbox, fault, Operation::Instances);
    let got = in_time(limits.timeout, hasty.send(GetInstance::new(id))).await;
    assert_eq!(end(&got), expected, "{got:?}");
    // What was passing is over.
    sandbox.clear_faults();
    patient.ok(GetInstance::new(id)).await;
}

async fn create(kind: Kind, fault: &str, expected: &str, is_created: bool) {
    let (sandbox, finished) = flow(kind, instagram(), fault).await;
    assert_eq!(end(&finished), expected, "{finished:?}");
    // Never more than one, and none where the fault comes first.
    assert!(sandbox.created() <= u64::from(is_created));
    if expected == "done" {
        assert_eq!(sandbox.created(), 1);
    }
}

async fn create_recoverable(kind: Kind, fault: &str, expected: &str) {
    let (sandbox, finished) = flow(kind, instagram().recoverable(), fault).await;
    assert_eq!(end(&finished), expected, "{finished:?}");
    // What there is, is what was told.
    let existing = sandbox.instances();
    let existing: Vec<_> = existing.iter().map(|it| it.expose_token()).collect();
    let told = finished.ok().map(|done| connected(Ok(done)).token);
    let told: Vec<_> = told.iter().map(|it| it.expose()).collect();
    assert_eq!(existing, told);
}

/// Goes through the flow with a fault that begins after the user has allowed.
async fn flow(
    kind: Kind,
    connect: ConnectRequest,
    fault: &str,
) -> (Sandbox, Result<ConnectOutcome, Error>) {
    let limits = limits(fault);
    let (sandbox, patient) = kind.start();
    let (pending, callback) = patient.consent(&sandbox, &connect).await;
    let hasty = kind.client(config(&sandbox).with_limits(limits));
    misbehave(&sandbox, fault, Operation::CreateInstance);
    let deadline = limits.provisioning_timeout + limits.recovery_timeout;
    let finished = in_time(deadline, hasty.finish(&connect, &pending, &callback)).await;
    (sandbox, finished)
}
