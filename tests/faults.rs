//! The fault table: every fault, on both clients, at step 1, at step 2, at a safe call, and at
//! step 2 of a recoverable flow. Each cell ends as documented, in time, without a duplicate.

use std::time::{Duration, Instant};

use ce_core::calls::GetInstance;
use ce_core::{Connect, Credentials, Error, Finished, Limits, Platform};
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_tests::{AnyClient, on_both_clients};

on_both_clients! {
    at_step_1,
    at_step_2,
    at_step_2_of_a_recoverable_flow,
    at_a_safe_call,
}

/// What a call ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Well,
    Transport,
    Unavailable,
    Unreadable,
    Redirected,
    Unknown,
    NotCreated,
    Other,
}
use End::{NotCreated, Redirected, Transport, Unavailable, Unknown, Unreadable, Well};

/// One row: the fault; how a safe call ends; how a creation ends, without recovery and with it.
const TABLE: [(&str, End, End, End); 23] = [
    ("refuse", Transport, Transport, Transport),
    ("accept-and-close", Transport, Unknown, NotCreated),
    ("close-after-headers", Transport, Unknown, Well),
    ("close-mid-body", Transport, Unknown, Well),
    ("truncated-json", Unreadable, Unknown, Well),
    ("html-bad-gateway", Unavailable, Unknown, NotCreated),
    ("empty-ok", Unreadable, Unknown, Well),
    ("no-content", Unreadable, Unknown, Well),
    ("wrong-content-type", Well, Well, Well),
    ("wrong-length", Unreadable, Unknown, Well),
    ("invalid-utf8", Unreadable, Unknown, Well),
    ("huge-body", Transport, Unknown, Well),
    ("gzip-bomb", Unreadable, Unknown, Well),
    ("stall-before-answer", Transport, Unknown, NotCreated),
    ("stall-during-answer", Transport, Unknown, Well),
    ("trickle", Transport, Unknown, Well),
    ("too-many-requests", Unavailable, Unavailable, Unavailable),
    (
        "too-many-requests-date",
        Unavailable,
        Unavailable,
        Unavailable,
    ),
    ("unavailable", Unavailable, Unknown, NotCreated),
    ("redirect", Redirected, Redirected, Redirected),
    ("slow-provisioning", Well, Unknown, Well),
    ("lose-answer", Transport, Unknown, Well),
    ("create-and-bad-gateway", Unavailable, Unknown, Well),
];

/// Short enough for a table, long enough for a busy machine.
fn limits() -> Limits {
    Limits::default()
        .timeout(Duration::from_millis(1500))
        .attempt_timeout(Duration::from_millis(700))
        .provisioning_timeout(Duration::from_millis(1500))
        .recovery_timeout(Duration::from_secs(4))
        .max_attempts(2)
        .backoff(Duration::from_millis(5))
        .max_body_bytes(1024 * 1024)
}

fn client<C: AnyClient>(sandbox: &Sandbox) -> C {
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let platform = Platform::new(sandbox.base_url(), credentials).unwrap();
    C::of(platform.limits(limits()))
}

fn connect() -> Connect {
    Connect::new("instagram")
        .api_key("k")
        .api_secret("s")
        .callback_url("https://app.example/callback")
        .name("n")
}

fn end<T>(result: &Result<T, Error>) -> End {
    match result {
        Ok(_) => Well,
        Err(Error::Transport { .. }) => Transport,
        Err(Error::Unavailable(_)) => Unavailable,
        Err(Error::Unreadable(_)) => Unreadable,
        Err(Error::Redirected(_)) => Redirected,
        Err(Error::OutcomeUnknown(_)) => Unknown,
        Err(Error::NotCreated) => NotCreated,
        Err(_) => End::Other,
    }
}

/// Every fault of the sandbox has its row, and is set for one operation.
fn rows(operation: Operation) -> impl Iterator<Item = (Fault, FaultRule, (End, End, End))> {
    let faults = Fault::all();
    assert_eq!(faults.len(), TABLE.len());
    faults.into_iter().map(move |fault| {
        let row = TABLE.iter().find(|row| row.0 == fault.name()).copied();
        let (_, safe, once, recovered) = row.unwrap_or_else(|| panic!("no row: {}", fault.name()));
        let rule = FaultRule::new(fault.clone()).on(operation);
        (fault, rule, (safe, once, recovered))
    })
}

/// Runs one cell; a call that a fault could hold would not come back by itself.
async fn cell<T>(
    what: &str,
    deadline: Duration,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let began = Instant::now();
    let result = call.await;
    let took = began.elapsed();
    assert!(took < deadline + Duration::from_secs(5), "{what}: {took:?}");
    result
}

async fn at_step_1<C: AnyClient>() {
    let mut cells = 0;
    for (fault, rule, (safe, ..)) in rows(Operation::OAuthUrl) {
        let sandbox = Sandbox::builder().fault(rule).start().unwrap();
        let client: C = client(&sandbox);
        let result = cell(fault.name(), limits().timeout, client.begin(&connect())).await;
        assert_eq!(end(&result), safe, "{}: {result:?}", fault.name());
        cells += 1;
    }
    println!("step 1: {cells} cells");
}

async fn at_a_safe_call<C: AnyClient>() {
    let mut cells = 0;
    for (fault, rule, (safe, ..)) in rows(Operation::Instances) {
        let sandbox = Sandbox::start().unwrap();
        let client: C = client(&sandbox);
        let redirect = client.begin(&connect()).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        let finished = client
            .finish(&connect(), &redirect.pending, &callback)
            .await;
        let Ok(Finished::Connected(instance)) = finished else {
            panic!("{finished:?}")
        };
        sandbox.set_faults([rule]);
        let get = client.send(GetInstance::new(instance.id));
        let result = cell(fault.name(), limits().timeout, get).await;
        assert_eq!(end(&result), safe, "{}: {result:?}", fault.name());
        // What was passing is over.
        sandbox.clear_faults();
        client.send(GetInstance::new(instance.id)).await.unwrap();
        cells += 1;
    }
    println!("safe call: {cells} cells");
}

async fn at_step_2<C: AnyClient>() {
    let mut cells = 0;
    for (fault, rule, (_, once, _)) in rows(Operation::CreateInstance) {
        let sandbox = Sandbox::start().unwrap();
        let result = create::<C>(&sandbox, connect(), rule).await;
        assert_eq!(end(&result), once, "{}: {result:?}", fault.name());
        // Never more than one, and none where the fault comes first.
        let most = u64::from(fault.executes());
        assert!(sandbox.created() <= most, "{}", fault.name());
        if once == Well {
            assert_eq!(sandbox.created(), 1, "{}", fault.name());
        }
        cells += 1;
    }
    println!("step 2: {cells} cells");
}

async fn at_step_2_of_a_recoverable_flow<C: AnyClient>() {
    let mut cells = 0;
    for (fault, rule, (_, _, recovered)) in rows(Operation::CreateInstance) {
        let sandbox = Sandbox::start().unwrap();
        let result = create::<C>(&sandbox, connect().recoverable(), rule).await;
        assert_eq!(end(&result), recovered, "{}: {result:?}", fault.name());
        let instances = sandbox.instances();
        match &result {
            Ok(Finished::Connected(instance)) => {
                assert_eq!(instances.len(), 1);
                assert_eq!(instances[0].expose_token(), instance.token.expose());
            }
            Ok(Finished::Denied(denied)) => panic!("{denied}"),
            Err(_) => assert!(instances.is_empty(), "{}", fault.name()),
        }
        cells += 1;
    }
    println!("step 2, recoverable: {cells} cells");
}

/// Goes through the flow with a fault that begins after the user has allowed.
async fn create<C: AnyClient>(
    sandbox: &Sandbox,
    connect: Connect,
    rule: FaultRule,
) -> Result<Finished, Error> {
    let client: C = client(sandbox);
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let what = format!("{rule:?}");
    sandbox.set_faults([rule]);
    let deadline = limits().provisioning_timeout + limits().recovery_timeout;
    let finish = client.finish(&connect, &redirect.pending, &callback);
    cell(&what, deadline, finish).await
}
