use std::time::{Duration, SystemTime};

use crate::execution::{Input, Operation, Step};
use crate::{
    CallbackOutcome, Config, ConnectRequest, Credentials, Delivery, Entropy, Error, Limits,
    PendingAuthorization, Request, Response, TransportCause, TransportError,
};

type Answer = Result<Response, TransportError>;

fn config() -> Config {
    platform_where_creation_takes(Duration::from_secs(50))
}

fn platform_where_creation_takes(time: Duration) -> Config {
    let limits = Limits::default()
        .timeout(Duration::from_secs(5))
        .provisioning_timeout(time)
        .recovery_timeout(Duration::from_secs(60));
    Config::new("https://a.example", Credentials::new("u", "o"))
        .unwrap()
        .with_limits(limits)
        .with_jitter_seed(7)
}

fn connect() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key("k")
        .api_secret("s")
        .callback_url("https://app.example/cb")
        .name("n")
        .tag("own")
        .state("st")
}

fn pending(connect: &ConnectRequest) -> PendingAuthorization {
    PendingAuthorization::new(connect, &Entropy::from([3; 48]), SystemTime::UNIX_EPOCH)
}

/// Drives a procedure on a clock of its own; each request takes a tenth of a second.
fn drive<P: Operation>(
    mut operation: P,
    mut network: impl FnMut(&Request, Duration) -> Answer,
) -> (P::Output, Duration) {
    let (mut now, mut input) = (Duration::ZERO, Input::Start);
    loop {
        input = match operation.step(input, now) {
            Step::Done(output) => return (output, now),
            Step::Sleep(time) => {
                now += time;
                Input::SleepFinished
            }
            Step::Send(attempt) => {
                now += Duration::from_millis(100).min(attempt.timeout);
                Input::Response(network(&attempt.request, now))
            }
        };
    }
}

fn answer(status: u16, body: String) -> Answer {
    let response = http::Response::builder().status(status);
    Ok(response.body(body.into()).unwrap().into())
}

fn lost() -> Answer {
    let error = TransportError::new(Delivery::MaybeSent, TransportCause::Interrupted);
    Err(error)
}

fn list(tags: &[&str]) -> Answer {
    let items: Vec<_> = tags
        .iter()
        .map(|tag| serde_json::json!({"id": 7, "name": "n", "token": "t", "element": {}, "tags": ["x", tag]}))
        .collect();
    answer(200, serde_json::json!(items).to_string())
}

/// Creates with a platform that answers the creation with `created` and each look with `looked`.
/// Returns what came of it, how long it took, and how many creations and looks there were.
fn create(
    connect: &ConnectRequest,
    created: impl Fn() -> Answer,
    looked: impl Fn(Duration) -> Answer,
) -> (Result<ce_model::Instance, Error>, Duration, usize, usize) {
    let config = config();
    let returned = pending(connect).read_callback("code=c&state=st", SystemTime::UNIX_EPOCH);
    let Ok(CallbackOutcome::Granted(granted)) = returned else {
        panic!("{returned:?}")
    };
    let (mut creations, mut looks) = (0, 0);
    let (output, took) = drive(connect.create(&config, granted).unwrap(), |request, now| {
        if request.method() == http::Method::POST {
            creations += 1;
            created()
        } else {
            looks += 1;
            assert!(
                request
                    .expose()
                    .uri()
                    .query()
                    .unwrap()
                    .starts_with("tags%5B%5D=flow-")
            );
            looked(now)
        }
    });
    (output, took, creations, looks)
}

fn tag() -> String {
    let pending = pending(&connect().recoverable());
    pending.correlation_tag().unwrap().to_owned()
}

#[test]
fn a_lost_instance_is_found_as_soon_as_it_exists() {
    let tag = tag();
    for exists_after in [0, 1, 26, 50] {
        let (output, took, creations, _) = create(&connect().recoverable(), lost, |now| {
            let exists = now >= Duration::from_secs(exists_after);
            if exists { list(&[&tag]) } else { list(&[]) }
        });
        assert_eq!(output.unwrap().token.expose(), "t");
        assert_eq!(creations, 1);
        let late = took.saturating_sub(Duration::from_secs(exists_after));
        assert!(late < Duration::from_secs(6), "{exists_after}: {late:?}");
    }
}

#[test]
fn every_unknown_outcome_is_looked_into_and_no_other() {
    let tag = tag();
    for (status, body, looked_into) in [
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
        let created = || answer(status, body.to_owned());
        let (output, _, _, looks) = create(&connect().recoverable(), created, |_| list(&[&tag]));
        assert_eq!(looks > 0, looked_into, "{status}");
        assert_eq!(output.is_ok(), looked_into, "{status}");
    }
}

#[test]
fn what_never_appears_was_not_created() {
    let (output, took, creations, looks) = create(&connect().recoverable(), lost, |_| list(&[]));
    assert!(matches!(output, Err(Error::NotCreated)), "{output:?}");
    assert_eq!(creations, 1);
    // The last look begins when provisioning must be over, and there was time for it.
    assert!(
        (Duration::from_secs(54)..Duration::from_secs(61)).contains(&took),
        "{took:?}"
    );
    assert!((10..60).contains(&looks), "{looks}");
}

#[test]
fn a_search_that_is_shorter_than_a_creation_knows_nothing() {
    let pending = pending(&connect().recoverable());
    for (takes, is_known) in [(55, true), (56, false)] {
        let config = platform_where_creation_takes(Duration::from_secs(takes));
        let (output, _) = drive(pending.reconcile(&config).unwrap(), |_, _| list(&[]));
        match output {
            Err(Error::NotCreated) => assert!(is_known),
            Err(Error::OutcomeUnknown(unknown)) => {
                assert!(!is_known && unknown.is_recoverable());
                let cause = unknown.reason().to_string();
                assert!(
                    cause.contains("55.0 s, and the platform may take 56.0 s"),
                    "{cause}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn anothers_odd_instance_does_not_hide_ours() {
    let ours = serde_json::json!({"id": 7, "token": "t", "element": {}, "tags": [tag()]});
    let listed = serde_json::json!([{"id": 2, "tags": null}, {"id": "3", "tags": [7]}, ours]);
    let (output, ..) = create(&connect().recoverable(), lost, |_| {
        answer(200, listed.to_string())
    });
    assert_eq!(output.unwrap().id.get(), 7);
}

/// What the platform answers a search without hits.
fn none_found() -> Answer {
    answer(
        404,
        r#"{"requestId":"r","message":"No element instances found"}"#.to_owned(),
    )
}

#[test]
fn a_search_without_hits_is_a_404_of_the_platforms_own() {
    let tag = tag();
    for exists_after in [1, 26, 50] {
        let (output, _, creations, looks) = create(&connect().recoverable(), lost, |now| {
            let exists = now >= Duration::from_secs(exists_after);
            if exists { list(&[&tag]) } else { none_found() }
        });
        assert_eq!(output.unwrap().token.expose(), "t");
        assert!(creations == 1 && looks > 1);
    }
    let (output, _, _, looks) = create(&connect().recoverable(), lost, |_| none_found());
    assert!(matches!(output, Err(Error::NotCreated)), "{output:?}");
    assert!(looks > 10, "{looks}");
}

#[test]
fn any_other_404_proves_nothing() {
    for body in [
        "",
        "<html>No instances found</html>",
        r#"{"message":"Not found"}"#,
        r#"{"message":"No such path"}"#,
        r#"{"message":null}"#,
        r#"["No instances found"]"#,
        r#"{"error":"No instances found"}"#,
        "No instances found",
    ] {
        let looked = |_| answer(404, body.to_owned());
        let (output, ..) = create(&connect().recoverable(), lost, looked);
        assert!(
            matches!(output, Err(Error::OutcomeUnknown(_))),
            "{body}: {output:?}"
        );
    }
}

/// A page with these instances, and what its headers say of it.
fn page(body: impl Into<Vec<u8>>, next: Option<&str>, total: u32) -> Answer {
    let mut response = http::Response::builder().header("elements-total-count", total);
    if let Some(next) = next {
        response = response.header("elements-next-page-token", next);
    }
    Ok(response.body(body.into().into()).unwrap().into())
}

#[test]
fn what_is_odd_in_a_list_does_not_hide_ours() {
    let tag = tag();
    let ours = format!(r#"{{"id":7,"token":"t","element":{{}},"tags":["{tag}",null]}}"#);
    let stranger = r#"{"id":2,"name":"Bob","token":"u","element":{},"tags":["own"]}"#;
    let mut cut = format!("[{stranger},{ours}]").into_bytes();
    let name = cut.windows(3).position(|three| three == b"Bob").unwrap();
    cut[name] = 0xc3;
    for odd in [
        format!("[{ours}]").into_bytes(),
        format!("\u{feff}[{ours}]").into_bytes(),
        format!("[{stranger},7,{ours}]").into_bytes(),
        cut,
    ] {
        let looked = |_| page(odd.clone(), Some("next"), 1);
        let (output, ..) = create(&connect().recoverable(), lost, looked);
        assert_eq!(output.unwrap().id.get(), 7);
    }
}

#[test]
fn a_list_that_does_not_keep_to_the_tag_is_read_to_its_end() {
    let tag = tag();
    let strangers = vec![r#"{"id":2,"token":"u","element":{},"tags":["own"]}"#; 200].join(",");
    let pending = pending(&connect().recoverable());
    let config = config();
    let search = |ours: bool| {
        drive(
            pending.reconcile(&config).unwrap(),
            |request, _| match request.expose().uri().query() {
                Some(query) if query.ends_with("nextPage=p2") && ours => {
                    let body = list(&[&tag]).unwrap().body().to_vec();
                    page(body, Some("p3"), 201)
                }
                Some(query) if query.contains("nextPage=") => page("[]", None, 201),
                _ => page(format!("[{strangers}]"), Some("p2"), 201),
            },
        )
    };
    assert_eq!(search(true).0.unwrap().id.get(), 7);
    let (none, _) = search(false);
    let Err(Error::OutcomeUnknown(unknown)) = none else {
        panic!("{none:?}")
    };
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
        let looked = |_| page(body, next, total);
        let (output, took, ..) = create(&connect().recoverable(), lost, looked);
        assert!(
            matches!(output, Err(Error::OutcomeUnknown(_))),
            "{body}: {output:?}"
        );
        assert!(took <= Duration::from_secs(61), "{took:?}");
    }
}

#[test]
fn a_platform_that_asks_to_wait_is_not_asked_sooner() {
    let tag = tag();
    let times = std::cell::RefCell::new(Vec::new());
    let (output, ..) = create(&connect().recoverable(), lost, |now| {
        times.borrow_mut().push(now);
        if times.borrow().len() > 1 {
            return list(&[&tag]);
        }
        let response = http::Response::builder().status(429);
        let response = response.header("retry-after", "20").body("{}".into());
        Ok(response.unwrap().into())
    });
    assert_eq!(output.unwrap().id.get(), 7);
    let times = times.borrow();
    assert!(times[1] - times[0] >= Duration::from_secs(20), "{times:?}");
}

#[test]
fn a_look_that_fails_in_passing_is_taken_again() {
    let tag = tag();
    let failing: [fn() -> Answer; 4] = [
        lost,
        || answer(503, String::new()),
        || answer(200, "<html>".to_owned()),
        || answer(204, String::new()),
    ];
    for failed in failing {
        for exists in [true, false] {
            let (output, ..) = create(&connect().recoverable(), lost, |now| {
                if now < Duration::from_secs(20) {
                    failed()
                } else if exists {
                    list(&[&tag])
                } else {
                    list(&[])
                }
            });
            match output {
                Ok(_) => assert!(exists),
                Err(Error::NotCreated) => assert!(!exists),
                Err(error) => panic!("{error}"),
            }
        }
    }
}

#[test]
fn without_an_answer_to_any_look_it_stays_unknown() {
    let failing: [fn() -> Answer; 4] = [
        lost,
        || answer(503, String::new()),
        || answer(200, "<html>".to_owned()),
        || answer(401, "{}".to_owned()),
    ];
    for looked in failing {
        let (output, took, creations, _) = create(&connect().recoverable(), lost, |_| looked());
        let Err(Error::OutcomeUnknown(unknown)) = output else {
            panic!("{output:?}")
        };
        // The reason is that of the creation.
        assert!(unknown.reason().to_string().contains("create the instance"));
        assert_eq!(creations, 1);
        assert!(took <= Duration::from_secs(61), "{took:?}");
    }
    let (output, _, _, looks) = create(&connect(), lost, |_| list(&[]));
    assert!(matches!(output, Err(Error::OutcomeUnknown(_))));
    assert_eq!(looks, 0);
}

#[test]
fn a_stored_flow_is_reconciled_later_and_elsewhere() {
    let connect = connect().recoverable();
    let stored = serde_json::to_string(&pending(&connect)).unwrap();
    let pending: PendingAuthorization = serde_json::from_str(&stored).unwrap();
    let config = config();
    let tag = tag();
    let (found, _) = drive(pending.reconcile(&config).unwrap(), |_, _| list(&[&tag]));
    let instance = found.unwrap();
    let (none, _) = drive(pending.reconcile(&config).unwrap(), |_, _| list(&[]));
    assert!(matches!(none, Err(Error::NotCreated)));

    // Once it is safe, the tag comes off, and only that one.
    let execution = crate::CallExecution::new(&config, pending.untagged(&instance).unwrap());
    let (_, _) = drive(execution, |request, _| {
        assert_eq!(&request.expose().body()[..], br#"{"tags":["x"]}"#);
        list(&[])
    });
}

#[test]
fn a_flow_without_a_tag_can_not_be_reconciled() {
    for (connect, kind) in [
        (connect(), crate::FieldErrorKind::NotRecoverable),
        // It has none, since its instance is known.
        (
            connect().recoverable().reauthorize(7),
            crate::FieldErrorKind::Reauthorized,
        ),
    ] {
        let refused = pending(&connect).reconcile(&config()).map(drop);
        assert_eq!(refused.unwrap_err().errors()[0].kind(), kind);
    }
}
