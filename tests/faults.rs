//! The fault table: every fault, on both clients, at step 1, at step 2, at a safe call, and at
//! step 2 of a recoverable flow. Each cell ends as documented, in time, without a duplicate.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ce_core::calls::GetInstance;
use ce_core::{ConnectOutcome, ConnectRequest, Error, Limits};
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_tests::{AnyClient, instagram, on_both_clients};

on_both_clients! {
    every_cell_ends_as_documented,
}

/// Where a fault comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Step1,
    Step2,
    Step2OfARecoverableFlow,
    ASafeCall,
}

/// Those that take longest come first.
const COLUMNS: [At; 4] = [
    At::Step2OfARecoverableFlow,
    At::ASafeCall,
    At::Step1,
    At::Step2,
];

/// What a call ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Well,
    Transport,
    Unavailable,
    DecodeError,
    Redirected,
    Unknown,
    NotCreated,
    Other,
}
use End::{DecodeError, NotCreated, Redirected, Transport, Unavailable, Unknown, Well};

/// One row: the fault; how a safe call ends; how a creation ends, without recovery and with it.
const TABLE: [(&str, End, End, End); 23] = [
    ("refuse", Transport, Transport, Transport),
    ("accept-and-close", Transport, Unknown, NotCreated),
    ("close-after-headers", Transport, Unknown, Well),
    ("close-mid-body", Transport, Unknown, Well),
    ("truncated-json", DecodeError, Unknown, Well),
    ("html-bad-gateway", Unavailable, Unknown, NotCreated),
    ("empty-ok", DecodeError, Unknown, Well),
    ("no-content", DecodeError, Unknown, Well),
    ("wrong-content-type", Well, Well, Well),
    ("wrong-length", DecodeError, Unknown, Well),
    ("invalid-utf8", Well, Well, Well),
    ("huge-body", Transport, Unknown, Well),
    ("gzip-bomb", DecodeError, Unknown, Well),
    ("stall-before-answer", Transport, Unknown, NotCreated),
    ("stall-during-answer", Transport, Unknown, Well),
    ("trickle", Transport, Unknown, Well),
    ("too-many-requests", Unavailable, Unknown, NotCreated),
    ("too-many-requests-date", Unavailable, Unknown, NotCreated),
    ("unavailable", Unavailable, Unknown, NotCreated),
    ("redirect", Redirected, Unknown, NotCreated),
    ("slow-provisioning", Well, Unknown, Well),
    ("lose-answer", Transport, Unknown, Well),
    ("create-and-bad-gateway", Unavailable, Unknown, Well),
];

/// Short enough for a table, long enough for a busy machine.
fn limits() -> Limits {
    Limits::default()
        .timeout(Duration::from_secs(2))
        .attempt_timeout(Duration::from_secs(1))
        .provisioning_timeout(Duration::from_millis(1500))
        .recovery_timeout(Duration::from_secs(4))
        .max_attempts(2)
        .backoff(Duration::from_millis(5))
        .max_body_bytes(1024 * 1024)
}

fn client<C: AnyClient>(sandbox: &Sandbox, limits: Limits) -> C {
    C::of(ce_tests::config(sandbox).with_limits(limits))
}

fn end<T>(result: &Result<T, Error>) -> End {
    match result {
        Ok(_) => Well,
        Err(Error::Transport(_)) => Transport,
        Err(Error::Unavailable(_)) => Unavailable,
        Err(Error::Decode(_)) => DecodeError,
        Err(Error::Redirected(_)) => Redirected,
        Err(Error::OutcomeUnknown(_)) => Unknown,
        Err(Error::NotCreated) => NotCreated,
        Err(_) => End::Other,
    }
}

/// Every fault of the sandbox has its row.
fn cells() -> Vec<(At, Fault, End)> {
    let faults = Fault::all();
    assert_eq!(faults.len(), TABLE.len());
    let mut cells = Vec::new();
    for at in COLUMNS {
        for fault in &faults {
            let row = TABLE.iter().find(|row| row.0 == fault.name());
            let (_, safe, once, recovered) =
                row.unwrap_or_else(|| panic!("no row: {}", fault.name()));
            let end = match at {
                // A URL that came damaged is not handed on.
                At::Step1 if fault.name() == "invalid-utf8" => &DecodeError,
                At::Step1 | At::ASafeCall => safe,
                At::Step2 => once,
                At::Step2OfARecoverableFlow => recovered,
            };
            cells.push((at, fault.clone(), *end));
        }
    }
    cells
}

/// Most of a cell's time is waiting, so several are played at once; each has its own sandbox.
async fn every_cell_ends_as_documented<C: AnyClient>() {
    let cells = cells();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (at, fault, expected) = cell;
                    runtime.block_on(play::<C>(*at, fault, *expected));
                }
            });
        }
    });
    println!("{} cells", cells.len());
}

async fn play<C: AnyClient>(at: At, fault: &Fault, expected: End) {
    let what = format!("{at:?}, {}", fault.name());
    match at {
        At::Step1 => at_step_1::<C>(fault, expected, &what).await,
        At::Step2 => at_step_2::<C>(fault, expected, &what).await,
        At::Step2OfARecoverableFlow => {
            at_step_2_of_a_recoverable_flow::<C>(fault, expected, &what).await;
        }
        At::ASafeCall => at_a_safe_call::<C>(fault, expected, &what).await,
    }
}

/// Within its deadline: what is left over is for a machine that has much else to do.
async fn in_time<T>(what: &str, deadline: Duration, call: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let result = call.await;
    let took = began.elapsed();
    assert!(took < deadline + Duration::from_secs(5), "{what}: {took:?}");
    result
}

async fn at_step_1<C: AnyClient>(fault: &Fault, expected: End, what: &str) {
    let rule = FaultRule::new(fault.clone()).on(Operation::OAuthUrl);
    let sandbox = Sandbox::builder().fault(rule).start().unwrap();
    let client: C = client(&sandbox, limits());
    let result = in_time(what, limits().timeout, client.begin(&instagram())).await;
    assert_eq!(end(&result), expected, "{what}: {result:?}");
}

async fn at_a_safe_call<C: AnyClient>(fault: &Fault, expected: End, what: &str) {
    let sandbox = Sandbox::start().unwrap();
    let patient: C = client(&sandbox, Limits::default());
    let redirect = patient.begin(&instagram()).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let finished = patient
        .finish(&instagram(), &redirect.pending, &callback)
        .await;
    let Ok(ConnectOutcome::Connected(instance)) = finished else {
        panic!("{finished:?}")
    };
    let client: C = client(&sandbox, limits());
    sandbox.set_faults([FaultRule::new(fault.clone()).on(Operation::Instances)]);
    let get = client.send(GetInstance::new(instance.id));
    let result = in_time(what, limits().timeout, get).await;
    assert_eq!(end(&result), expected, "{what}: {result:?}");
    // What was passing is over.
    sandbox.clear_faults();
    patient.send(GetInstance::new(instance.id)).await.unwrap();
}

async fn at_step_2<C: AnyClient>(fault: &Fault, expected: End, what: &str) {
    let sandbox = Sandbox::start().unwrap();
    let result = create::<C>(&sandbox, instagram(), fault, what).await;
    assert_eq!(end(&result), expected, "{what}: {result:?}");
    // Never more than one, and none where the fault comes first.
    assert!(sandbox.created() <= u64::from(fault.executes()), "{what}");
    if expected == Well {
        assert_eq!(sandbox.created(), 1, "{what}");
    }
}

async fn at_step_2_of_a_recoverable_flow<C: AnyClient>(fault: &Fault, expected: End, what: &str) {
    let sandbox = Sandbox::start().unwrap();
    let result = create::<C>(&sandbox, instagram().recoverable(), fault, what).await;
    assert_eq!(end(&result), expected, "{what}: {result:?}");
    let instances = sandbox.instances();
    match &result {
        Ok(ConnectOutcome::Connected(instance)) => {
            assert_eq!(instances.len(), 1, "{what}");
            assert_eq!(instances[0].expose_token(), instance.token.expose());
        }
        Ok(ConnectOutcome::Denied(denied)) => panic!("{denied}"),
        Err(_) => assert!(instances.is_empty(), "{what}"),
    }
}

/// Goes through the flow with a fault that begins after the user has allowed.
async fn create<C: AnyClient>(
    sandbox: &Sandbox,
    connect: ConnectRequest,
    fault: &Fault,
    what: &str,
) -> Result<ConnectOutcome, Error> {
    let patient: C = client(sandbox, Limits::default());
    let redirect = patient.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let client: C = client(sandbox, limits());
    sandbox.set_faults([FaultRule::new(fault.clone()).on(Operation::CreateInstance)]);
    let deadline = limits().provisioning_timeout + limits().recovery_timeout;
    let finish = client.finish(&connect, &redirect.pending, &callback);
    in_time(what, deadline, finish).await
}
