use std::cell::{Cell, RefCell};
use std::time::Duration;

use ce_model::Instance;
use serde_json::json;

use crate::testing::{NOW, assert_ended, config, drive, instagram, pending, response};
use crate::{
    CallbackOutcome, Config, ConnectRequest, Delivery, Error, FieldErrorKind, Input, Limits,
    Operation, PendingAuthorization, Response, Step, TransportCause, TransportError,
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
    instagram().tag("own").state("st")
}

fn recoverable() -> PendingAuthorization {
    pending(&request().recoverable())
}

fn tag() -> String {
    recoverable().correlation_tag().unwrap().to_owned()
}

/// Creates with a platform that answers the creation with `created` and each look with `looked`.
/// Returns the output, the time it took, and the number of looks.
fn create(
    request: &ConnectRequest,
    created: impl Fn() -> Answer,
    looked: impl Fn(Duration) -> Answer,
) -> (Found, Duration, usize) {
    let config = platform(seconds(50));
    let outcome = pending(request).read_callback("code=c&state=st", NOW);
    let Ok(CallbackOutcome::Granted(grant)) = outcome else {
        panic!("{outcome:?}")
    };
    let mut looks = 0;
    let (output, took) = drive(request.create(&config, grant).unwrap(), |request, now| {
        if request.method() == http::Method::POST {
            return created();
        }
        looks += 1;
        let query = request.expose().uri().query().unwrap();
        assert!(query.starts_with("tags%5B%5D=flow-"), "{query}");
        looked(now)
    });
    (output, took, looks)
}

/// Creates with a platform whose response to the creation is lost.
fn search(looked: impl Fn(Duration) -> Answer) -> (Found, Duration, usize) {
    let creations = Cell::new(0);
    let created = || {
        creations.set(creations.get() + 1);
        lost()
    };
    let found = create(&request().recoverable(), created, looked);
    assert_eq!(creations.get(), 1);
    found
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Answer {
    Ok(response(status, body))
}

fn lost() -> Answer {
    Err(TransportError::new(
        Delivery::MaybeSent,
        TransportCause::Interrupted,
    ))
}

/// The platform's answer to a search without hits.
fn none_found() -> Answer {
    let body = r#"{"requestId":"r","message":"No element instances found"}"#;
    answer(404, body)
}

fn empty() -> Answer {
    answer(200, "[]")
}

fn ours() -> Answer {
    let instance = json!({"id": 7, "token": "t", "element": {}, "tags": ["x", tag()]});
    answer(200, json!([instance]).to_string())
}

/// A page of instances, and what its headers say of the list.
fn page(body: impl Into<Vec<u8>>, next: Option<&str>, total: u32) -> Answer {
    let mut response = http::Response::builder().header("elements-total-count", total);
    if let Some(next) = next {
        response = response.header("elements-next-page-token", next);
    }
    Ok(response.body(body.into().into()).unwrap().into())
}

#[track_caller]
fn assert_unknown(output: Found) -> Box<crate::OutcomeUnknown> {
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
fn every_unknown_outcome_is_searched_for_and_no_other() {
    for (status, body, searched) in [
        (500, "{}", true),
        (502, "<html>", true),
        (408, "", true),
        (200, "", true),
        (204, "", true),
        (303, "", true),
        (400, "{}", false),
        (401, "{}", false),
        (429, "{}", false),
        (302, "", false),
    ] {
        let created = || answer(status, body);
        let (output, _, looks) = create(&request().recoverable(), created, |_| ours());
        assert_eq!(
            (looks > 0, output.is_ok()),
            (searched, searched),
            "{status}"
        );
    }
    let (output, _, looks) = create(&request(), lost, |_| empty());
    assert_unknown(output);
    assert_eq!(looks, 0);
}

#[test]
fn an_instance_that_never_appears_was_not_created() {
    for none in [empty, none_found] {
        let (output, took, looks) = search(|_| none());
        assert!(matches!(output, Err(Error::NotCreated)), "{output:?}");
        // The last look begins when provisioning must be over, and there was time for it.
        assert!((seconds(54)..seconds(61)).contains(&took), "{took:?}");
        assert!((10..60).contains(&looks), "{looks}");
    }
}

#[test]
fn a_search_that_is_shorter_than_a_creation_proves_nothing() {
    let long_enough = platform(seconds(55));
    let (output, _) = drive(recoverable().reconcile(&long_enough).unwrap(), |_, _| {
        empty()
    });
    assert!(matches!(output, Err(Error::NotCreated)), "{output:?}");
    let too_short = platform(seconds(56));
    let (output, _) = drive(recoverable().reconcile(&too_short).unwrap(), |_, _| empty());
    let unknown = assert_unknown(output);
    assert!(unknown.is_recoverable());
    let cause = unknown.reason().to_string();
    let times = "55.0 s, and the platform may take 56.0 s";
    assert!(cause.contains(times), "{cause}");
}

#[test]
fn another_404_proves_nothing() {
    for body in [
        "",
        "<html>No instances found</html>",
        r#"{"message":"Not found"}"#,
        r#"{"message":"No such path"}"#,
        r#"{"message":null}"#,
        r#"["No instances found"]"#,
    ] {
        assert_unknown(search(|_| answer(404, body)).0);
    }
}

#[test]
fn an_oddity_in_a_list_does_not_hide_the_instance() {
    let ours = format!(
        r#"{{"id":7,"token":"t","element":{{}},"tags":["{}",null]}}"#,
        tag()
    );
    let stranger = r#"{"id":2,"name":"Bob","token":"u","element":{},"tags":["own"]}"#;
    let mut cut = format!("[{stranger},{ours}]").into_bytes();
    let name = cut.windows(3).position(|three| three == b"Bob").unwrap();
    cut[name] = 0xc3;
    for odd in [
        format!("[{ours}]").into_bytes(),
        format!("\u{feff}[{ours}]").into_bytes(),
        format!(r#"[{stranger},7,{{"id":2,"tags":null}},{{"id":"3","tags":[7]}},{ours}]"#).into(),
        cut,
    ] {
        let (output, ..) = search(|_| page(odd.clone(), Some("next"), 1));
        assert_eq!(output.unwrap().id.get(), 7);
    }
}

#[test]
fn a_list_that_ignores_the_filter_is_read_to_its_end() {
    let strangers = vec![r#"{"id":2,"token":"u","element":{},"tags":["own"]}"#; 200].join(",");
    let config = platform(seconds(50));
    let search = |second: &dyn Fn() -> Answer| {
        let reconcile = recoverable().reconcile(&config).unwrap();
        let network = |request: &crate::Request, _| match request.expose().uri().query() {
            Some(query) if query.ends_with("nextPage=p2") => second(),
            Some(query) if query.contains("nextPage=") => page("[]", None, 201),
            _ => page(format!("[{strangers}]"), Some("p2"), 201),
        };
        drive(reconcile, network).0
    };
    let found = search(&|| page(ours().unwrap().body().to_vec(), Some("p3"), 201));
    assert_eq!(found.unwrap().id.get(), 7);
    let unknown = assert_unknown(search(&|| page("[]", None, 201)));
    assert!(matches!(unknown.reason(), Error::SearchInconclusive));
}

#[test]
fn a_list_that_may_lack_something_proves_nothing() {
    let stranger = r#"[{"id":2,"token":"u","element":{},"tags":["own"]}]"#;
    for (body, next, total) in [
        (stranger, None, 1),
        (stranger, Some("same"), 1),
        (r#"[{"id":2,"token":"u","tags":7}]"#, None, 1),
        ("[7]", None, 0),
        ("[]", None, 1),
    ] {
        let (output, took, _) = search(|_| page(body, next, total));
        assert_unknown(output);
        assert!(took <= seconds(61), "{took:?}");
    }
}

#[test]
fn several_instances_with_the_tag_are_not_taken_for_one() {
    let instance = |id| json!({"id": id, "token": "t", "element": {}, "tags": [tag()]});
    let search = |second| {
        let list = json!([instance(7), instance(second)]).to_string();
        search(|_| answer(200, list.as_str())).0
    };
    let unknown = assert_unknown(search(8));
    assert!(matches!(unknown.reason(), Error::SeveralInstances));
    // The same twice is one.
    assert_eq!(search(7).unwrap().id.get(), 7);
}

#[test]
fn the_platform_is_not_asked_sooner_than_it_wants() {
    let times = RefCell::new(Vec::new());
    let (output, ..) = search(|now| {
        times.borrow_mut().push(now);
        if times.borrow().len() > 1 {
            return ours();
        }
        let mut busy = http::Response::new("{}".into());
        *busy.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
        busy.headers_mut().insert("retry-after", 20.into());
        Ok(busy.into())
    });
    assert_eq!(output.unwrap().id.get(), 7);
    let times = times.into_inner();
    assert!(times[1] - times[0] >= seconds(20), "{times:?}");
}

/// Failures of a look that may be gone at the next.
const PASSING: [fn() -> Answer; 4] = [
    lost,
    || answer(503, ""),
    || answer(200, "<html>"),
    || answer(204, ""),
];

#[test]
fn a_look_that_fails_in_passing_is_repeated() {
    for failed in PASSING {
        let (found, ..) = search(|now| if now < seconds(20) { failed() } else { ours() });
        assert!(found.is_ok(), "{found:?}");
        let (none, ..) = search(|now| if now < seconds(20) { failed() } else { empty() });
        assert!(matches!(none, Err(Error::NotCreated)), "{none:?}");
    }
}

#[test]
fn a_search_whose_looks_all_fail_proves_nothing() {
    let refused: fn() -> Answer = || answer(401, "{}");
    for failed in PASSING.into_iter().chain([refused]) {
        let (output, took, _) = search(|_| failed());
        // The cause is that of the creation.
        let cause = assert_unknown(output).reason().to_string();
        assert!(cause.contains("create the instance"), "{cause}");
        assert!(took <= seconds(61), "{took:?}");
    }
}

#[test]
fn a_stored_flow_is_reconciled_later_and_elsewhere() {
    let stored = serde_json::to_string(&recoverable()).unwrap();
    let pending: PendingAuthorization = serde_json::from_str(&stored).unwrap();
    let config = platform(seconds(50));
    let (found, _) = drive(pending.reconcile(&config).unwrap(), |_, _| ours());
    assert_eq!(found.unwrap().token.expose(), "t");
}

#[test]
fn an_input_that_was_not_asked_for_ends_the_search() {
    let config = platform(seconds(50));
    let answered = || Input::Response(none_found());
    for (inputs, began) in [
        (vec![Input::SleepFinished], false),
        (vec![answered()], false),
        (vec![Input::Start, Input::Start], true),
        (vec![Input::Start, Input::SleepFinished], true),
        (vec![Input::Start, answered(), Input::Start], true),
        (vec![Input::Start, answered(), answered()], true),
    ] {
        let mut reconcile = recoverable().reconcile(&config).unwrap();
        let steps = inputs
            .into_iter()
            .map(|it| reconcile.step(it, Duration::ZERO));
        match steps.last() {
            // The instance may exist.
            Some(Step::Done(Err(Error::OutcomeUnknown(unknown)))) => {
                assert!(began && matches!(unknown.reason(), Error::UnexpectedInput));
            }
            Some(Step::Done(Err(Error::UnexpectedInput))) => assert!(!began),
            other => panic!("{other:?}"),
        }
        assert_ended(&mut reconcile);
    }
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
    assert_ended(&mut reconcile);
}

#[test]
fn a_flow_without_a_tag_can_not_be_reconciled() {
    for (request, kind) in [
        (request(), FieldErrorKind::NotRecoverable),
        // Its instance is known.
        (
            request().recoverable().reauthorize(7),
            FieldErrorKind::Reauthorized,
        ),
    ] {
        let refused = pending(&request).reconcile(&config()).map(drop);
        assert_eq!(refused.unwrap_err().errors()[0].kind(), kind);
    }
}
