mod creation;
mod lists;

use std::cell::RefCell;
use std::time::Duration;

use ce_model::Instance;
use serde_json::json;

use crate::testing::{config, drive, instagram, pending, response, response_with};
use crate::{
    Config, ConnectRequest, Delivery, Error, FieldErrorKind, Input, Limits, Operation,
    OutcomeUnknown, PendingAuthorization, Request, Response, Step, TransportCause, TransportError,
};

type Answer = Result<Response, TransportError>;
type Found = Result<Instance, Error>;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A platform that may take this long to create an instance, and is searched for a minute.
fn platform(provisioning: Duration) -> Config {
    let limits = Limits::default()
        .timeout(seconds(5))
        .provisioning_timeout(provisioning)
        .recovery_timeout(seconds(60));
    config().with_limits(limits)
}

fn request() -> ConnectRequest {
    instagram().tag("own")
}

fn recoverable() -> PendingAuthorization {
    pending(&request().recoverable())
}

/// Searches on a platform that answers each look with `looked`. Returns the output, the time it took,
/// and the number of looks.
fn search(looked: impl Fn(Duration) -> Answer) -> (Found, Duration, usize) {
    let config = platform(seconds(50));
    let mut looks = 0;
    let (found, took) = drive(recoverable().reconcile(&config).unwrap(), |request, now| {
        looks += 1;
        let query = request.expose().uri().query().unwrap();
        assert!(query.starts_with("tags%5B%5D=flow-"), "{query}");
        looked(now)
    });
    (found, took, looks)
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Answer {
    Ok(response(status, body))
}

fn lost() -> Answer {
    let (delivery, cause) = (Delivery::MaybeSent, TransportCause::Interrupted);
    Err(TransportError::new(delivery, cause))
}

/// The platform's answer to a search without hits.
fn none_found() -> Answer {
    let body = r#"{"requestId":"r","message":"No element instances found"}"#;
    answer(404, body)
}

fn empty() -> Answer {
    answer(200, "[]")
}

/// The platform's wish to be asked so many seconds later.
fn busy(retry_after: u32) -> Answer {
    let busy = http::Response::builder().status(429);
    let busy = busy.header("retry-after", retry_after);
    Ok(busy.body("{}".into()).unwrap().into())
}

/// An instance with the tag that is searched for.
fn tagged(id: u64) -> serde_json::Value {
    let pending = recoverable();
    json!({"id": id, "token": "t", "element": {}, "tags": ["x", pending.correlation_tag()]})
}

fn ours() -> Answer {
    answer(200, json!([tagged(7)]).to_string())
}

const STRANGER: &str = r#"{"id":2,"name":"Bob","token":"u","element":{},"tags":["own"]}"#;

/// A page of instances, and what its headers say of the list.
fn page(body: impl Into<Vec<u8>>, next: Option<&str>, total: u32) -> Answer {
    let mut response = http::Response::builder().header("elements-total-count", total);
    if let Some(next) = next {
        response = response.header("elements-next-page-token", next);
    }
    Ok(response.body(body.into().into()).unwrap().into())
}

#[track_caller]
fn assert_unknown(output: Found) -> Box<OutcomeUnknown> {
    match output {
        Err(Error::OutcomeUnknown(unknown)) => unknown,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_lost_instance_is_found_as_soon_as_it_exists() {
    for none in [empty, none_found] {
        for exists_after in [0, 1, 26, 50].map(seconds) {
            let (output, took, _) = search(|now| if now >= exists_after { ours() } else { none() });
            assert_eq!(output.unwrap().token.expose(), "t");
            let late = took.saturating_sub(exists_after);
            assert!(late < seconds(6), "{exists_after:?}: {late:?}");
        }
    }
}

#[test]
fn a_search_that_is_shorter_than_a_creation_proves_nothing() {
    let search = |provisioning| {
        let config = platform(seconds(provisioning));
        drive(recoverable().reconcile(&config).unwrap(), |_, _| empty()).0
    };
    assert!(matches!(search(55), Err(Error::NotCreated)));
    // A short search leaves a quarter of its time for the last look.
    let limits = Limits::default().recovery_timeout(seconds(40));
    let config = config().with_limits(limits.provisioning_timeout(seconds(29)));
    let (output, _) = drive(recoverable().reconcile(&config).unwrap(), |_, _| empty());
    assert!(matches!(output, Err(Error::NotCreated)), "{output:?}");
    let unknown = assert_unknown(search(56));
    assert!(unknown.is_recoverable());
    let cause = unknown.reason().to_string();
    let times = "55.0 s, and the platform may take 56.0 s";
    assert!(cause.contains(times), "{cause}");
}

#[test]
fn a_look_that_fails_in_passing_is_repeated() {
    #[rustfmt::skip]
    let failures = [
        lost, || answer(503, ""), || answer(200, "<html>"), || answer(204, ""), || answer(404, "<html>"),
    ];
    for failed in failures {
        let (found, ..) = search(|now| if now < seconds(20) { failed() } else { ours() });
        assert!(found.is_ok(), "{found:?}");
        let (none, ..) = search(|now| if now < seconds(20) { failed() } else { empty() });
        assert!(matches!(none, Err(Error::NotCreated)), "{none:?}");
        let (unknown, took, _) = search(|_| failed());
        assert_unknown(unknown);
        assert!(took <= seconds(61), "{took:?}");
    }
}

#[test]
fn the_platform_is_not_asked_sooner_than_it_wants() {
    let times = RefCell::new(Vec::new());
    let (output, ..) = search(|now| {
        times.borrow_mut().push(now);
        if times.borrow().len() > 1 {
            return ours();
        }
        busy(20)
    });
    assert_eq!(output.unwrap().id.get(), 7);
    let times = times.into_inner();
    assert!(times[1] - times[0] >= seconds(20), "{times:?}");
}

#[test]
fn a_search_that_wakes_when_the_time_is_up_tells_what_it_knew() {
    let config = platform(seconds(50));
    let mut reconcile = recoverable().reconcile(&config).unwrap();
    reconcile.step(Input::Start, Duration::ZERO);
    reconcile.step(Input::Response(none_found()), Duration::ZERO);
    let Step::Done(output) = reconcile.step(Input::SleepFinished, seconds(3600)) else {
        panic!("it looks again")
    };
    let unknown = assert_unknown(output);
    assert!(matches!(unknown.reason(), Error::NotFoundYet { .. }));
}

#[test]
fn a_flow_without_a_tag_can_not_be_reconciled() {
    // An instance that is authorized again is known.
    let known = request().recoverable().reauthorize(7);
    for (request, kind) in [
        (request(), FieldErrorKind::NotRecoverable),
        (known, FieldErrorKind::Reauthorized),
    ] {
        let refused = pending(&request).reconcile(&config()).map(drop);
        assert_eq!(refused.unwrap_err().errors()[0].kind(), kind);
    }
}
