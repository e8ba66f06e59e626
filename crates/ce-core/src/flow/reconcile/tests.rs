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

/// A list with our instance, altered.
fn ours_as(alter: impl Fn(&mut serde_json::Value)) -> String {
    let mut ours = tagged(7);
    alter(&mut ours);
    json!([ours]).to_string()
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
fn an_instance_that_never_appears_was_not_created() {
    // One that promises a page after none of none is believed, and not followed.
    let total = || page("[]", Some("2"), 0);
    for none in [empty, none_found, total] {
        let (output, took, looks) = search(|_| none());
        assert!(matches!(output, Err(Error::NotCreated)), "{output:?}");
        // The last look begins when provisioning must be over, and there was time for it.
        assert!((seconds(54)..seconds(61)).contains(&took), "{took:?}");
        assert!((10..60).contains(&looks), "{looks}");
    }
}

#[test]
fn the_look_that_proves_is_not_left_out() {
    // However long a look takes, the last begins when provisioning must be over.
    for slow in 1..80 {
        let config = platform(seconds(55));
        let mut reconcile = recoverable().reconcile(&config).unwrap();
        let (mut now, mut input) = (Duration::ZERO, Input::Start);
        let output = loop {
            input = match reconcile.step(input, now) {
                Step::Done(output) => break output,
                Step::Sleep(time) => {
                    now += time;
                    Input::SleepFinished
                }
                Step::Send(_) => {
                    now += Duration::from_millis(37 * slow);
                    Input::Response(empty())
                }
            };
        };
        assert!(
            matches!(output, Err(Error::NotCreated)),
            "{slow}: {output:?}"
        );
        assert!(now <= seconds(61), "{now:?}");
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
fn what_may_be_said_although_the_instance_exists_proves_nothing() {
    let stranger = format!("[{STRANGER}]");
    #[rustfmt::skip] // A row a case.
    let answers: [&dyn Fn(Duration) -> Answer; 19] = [
        // Another 404.
        &|_| answer(404, ""),
        &|_| answer(404, "<html>No instances found</html>"),
        &|_| answer(404, r#"{"message":"Not found"}"#),
        &|_| answer(404, r#"{"message":"No such path"}"#),
        &|_| answer(404, r#"{"message":null}"#),
        &|_| answer(404, r#"["No instances found"]"#),
        &|_| answer(404, r#"{"message":"No handler found for GET /elements/api-v2/instances"}"#),
        &|_| answer(401, "{}"),
        &|_| busy(3600),
        // A list that ignores the filter, has no end, or lacks something.
        &|_| page(stranger.as_str(), None, 1),
        &|_| page(stranger.as_str(), Some("same"), 1),
        &|now| page(stranger.as_str(), Some(&format!("{now:?}")), 1),
        &|_| page(r#"[{"id":2,"token":"u","tags":7}]"#, None, 1),
        &|_| page("[7]", None, 0),
        &|_| page("[]", None, 1),
        &|_| page("[]", Some("2"), 1),
        // Its pages never end.
        &|_| Ok(response_with(200, &[("elements-next-page-token", "same")], "[]")),
        &|now| {
            let next = format!("{now:?}");
            Ok(response_with(200, &[("elements-next-page-token", &next)], "[]"))
        },
        // Ours, and nothing that it could be used by.
        &|_| answer(200, ours_as(|it| it["token"] = json!(null))),
    ];
    for answer in answers {
        let (output, took, _) = search(answer);
        assert_unknown(output);
        assert!(took <= seconds(61), "{took:?}");
    }
    let (_, _, pages) = search(|_| page(stranger.as_str(), Some("same"), 1));
    assert!(pages < 100, "{pages}");
    // It would be refused again.
    let (_, _, looks) = search(|_| answer(401, "{}"));
    assert_eq!(looks, 1);
}

#[test]
fn a_list_without_an_end_is_left_for_the_next_look() {
    let limits = Limits::default().recovery_timeout(seconds(300));
    let config = config().with_limits(limits);
    let (mut looks, mut pages) = (0, 0);
    let (output, _) = drive(recoverable().reconcile(&config).unwrap(), |request, now| {
        let query = request.expose().uri().query().unwrap();
        pages += 1;
        looks += usize::from(!query.contains("nextPage"));
        page(format!("[{STRANGER}]"), Some(&format!("{now:?}")), 1)
    });
    assert_unknown(output);
    assert!(looks >= 2 && pages > 2000, "{looks} looks, {pages} pages");
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
fn an_oddity_in_a_list_does_not_hide_the_instance() {
    let ours = tagged(7).to_string().replace(r#""x""#, "null");
    let mut cut = format!("[{STRANGER},{ours}]").into_bytes();
    let name = cut.windows(3).position(|three| three == b"Bob").unwrap();
    cut[name] = 0xc3;
    for odd in [
        format!("[{ours}]").into_bytes(),
        format!("\u{feff}[{ours}]").into_bytes(),
        format!(r#"[{STRANGER},7,{{"id":2,"tags":null}},{{"id":"3","tags":[7]}},{ours}]"#).into(),
        cut,
    ] {
        let (output, ..) = search(|_| page(odd.clone(), Some("next"), 1));
        assert_eq!(output.unwrap().id.get(), 7);
    }
}

#[test]
fn a_list_that_ignores_the_filter_is_read_to_its_end() {
    let strangers = vec![STRANGER; 200].join(",");
    let config = platform(seconds(50));
    let search = |second: &dyn Fn() -> Answer| {
        let reconcile = recoverable().reconcile(&config).unwrap();
        let network = |request: &Request, _| match request.expose().uri().query() {
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
    // A total that is contradicted by the page itself is no end.
    let reconcile = recoverable().reconcile(&config).unwrap();
    let (found, _) = drive(reconcile, |request, _| {
        match request.expose().uri().query() {
            Some(query) if query.contains("nextPage=") => ours(),
            _ => page(format!("[{STRANGER}]"), Some("p2"), 0),
        }
    });
    assert_eq!(found.unwrap().id.get(), 7);
}

#[test]
fn an_empty_page_that_promises_another_is_followed() {
    let config = platform(seconds(50));
    let search = |second: fn() -> Answer| {
        let reconcile = recoverable().reconcile(&config).unwrap();
        let network = |request: &Request, _| match request.expose().uri().query() {
            Some(query) if query.ends_with("nextPage=p2") => second(),
            _ => Ok(response_with(
                200,
                &[("elements-next-page-token", "p2")],
                "[]",
            )),
        };
        drive(reconcile, network).0
    };
    assert_eq!(search(ours).unwrap().id.get(), 7);
    // Some platforms promise a page after the last.
    assert!(matches!(search(empty), Err(Error::NotCreated)));
}

#[test]
fn an_instance_of_another_element_is_not_taken_for_ours() {
    for (element, is_ours) in [
        (json!({"key": "instagram"}), true),
        (json!({"key": "Instagram", "id": 7}), true),
        (json!({"key": "box"}), false),
        (json!({"id": 7}), true),
        (json!(null), true),
    ] {
        let list = ours_as(|it| it["element"] = element.clone());
        let (output, ..) = search(|_| answer(200, list.as_str()));
        if is_ours {
            assert_eq!(output.unwrap().id.get(), 7, "{element}");
            continue;
        }
        let unknown = assert_unknown(output);
        assert!(matches!(unknown.reason(), Error::UnexpectedInstance { .. }));
        assert!(unknown.reason().may_have_side_effects());
    }
    // A flow that names its element by number.
    let numbered = ConnectRequest::new(74).name("n").recoverable();
    for (found, is_ours) in [
        (json!({"id": 74}), true),
        (json!({"id": 7, "key": "74"}), false),
    ] {
        let config = platform(seconds(50));
        let list = ours_as(|it| it["element"] = found.clone());
        let search = pending(&numbered).reconcile(&config).unwrap();
        let (output, _) = drive(search, |_, _| answer(200, list.as_str()));
        assert_eq!(output.is_ok(), is_ours, "{output:?}");
    }
}

#[test]
fn a_tag_is_found_in_any_form() {
    let tag = recoverable().correlation_tag().unwrap().to_owned();
    for tags in [
        json!([tag, null]),
        json!([7, format!(" {tag} ")]),
        json!(tag),
    ] {
        let list = ours_as(|it| it["tags"] = tags.clone());
        let (output, ..) = search(|_| answer(200, list.as_str()));
        assert_eq!(output.unwrap().id.get(), 7, "{tags}");
    }
}

#[test]
fn several_instances_with_the_tag_are_not_taken_for_one() {
    let found = |second: serde_json::Value| {
        let list = json!([tagged(7), second]).to_string();
        search(|_| answer(200, list.as_str())).0
    };
    let unknown = assert_unknown(found(tagged(8)));
    assert!(matches!(unknown.reason(), Error::SeveralInstances));
    assert!(unknown.reason().may_have_side_effects());
    // The same twice is one, though something of it has changed meanwhile.
    let mut changed = tagged(7);
    changed["valid"] = json!(false);
    for again in [tagged(7), changed] {
        assert_eq!(found(again).unwrap().id.get(), 7);
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

/// Creates an instance on a platform that answers the creation so, and each look with `looked`.
fn create(created: Answer, looked: impl Fn(Duration) -> Answer) -> (Found, Duration, usize) {
    let (config, request) = (platform(seconds(50)), request().recoverable());
    let create = request.create(&config, pending(&request).without_consent());
    let (mut created, mut looks) = (Some(created), 0);
    let (output, took) = drive(create.unwrap(), |sent, now| {
        created.take().unwrap_or_else(|| {
            assert_eq!(sent.method(), "GET", "it is created twice");
            looks += 1;
            looked(now)
        })
    });
    (output, took, looks)
}

#[test]
fn what_a_gateway_answers_to_a_creation_is_not_taken_for_its_outcome() {
    let redirect = || answer(301, "");
    for created in [
        busy(0),
        redirect(),
        answer(429, "{}"),
        answer(408, ""),
        answer(200, "<>"),
    ] {
        let (output, _, looks) = create(created, |_| ours());
        assert_eq!((output.unwrap().id.get(), looks), (7, 1));
    }
    let (output, ..) = create(redirect(), |_| none_found());
    assert!(matches!(output, Err(Error::NotCreated)), "{output:?}");
    // The platform is not asked sooner than it wants.
    let (_, took, _) = create(busy(20), |_| ours());
    assert!(took >= seconds(20), "{took:?}");
    let (output, _, looks) = create(busy(3600), |_| ours());
    assert!(matches!(
        assert_unknown(output).reason(),
        Error::Unavailable(_)
    ));
    assert_eq!(looks, 0);
}

#[test]
fn an_answer_with_another_flows_instance_proves_nothing() {
    let foreign = || answer(200, STRANGER);
    let (output, ..) = create(foreign(), |_| ours());
    assert_eq!(output.unwrap().id.get(), 7);
    // Ours, in any form, and one without tags is taken for it.
    let tag = recoverable().correlation_tag().unwrap().to_owned();
    for tags in [json!([tag]), json!([tag, null]), json!(null)] {
        let mut ours = tagged(7);
        ours["tags"] = tags;
        let (output, _, looks) = create(answer(200, ours.to_string()), |_| none_found());
        assert_eq!((output.unwrap().id.get(), looks), (7, 0));
    }
    // The platform may have dropped the tag.
    let (output, ..) = create(foreign(), |_| none_found());
    let unknown = assert_unknown(output);
    assert!(matches!(unknown.reason(), Error::UnexpectedInstance { .. }));
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
