use std::time::Duration;

use ce_model::AuthenticationScheme::{Custom, OAuth1, OAuth2};
use ce_model::{CreateInstance, ElementKey, InstanceId};
use serde_json::{Value, json};

use crate::calls::{GetElement, GetInstance, ReplaceInstance};
use crate::testing::{NOW, config, instagram, pending, response};
use crate::{
    CallExecution, ConnectRequest, Delivery, Entropy, Error, Finish, Input, Operation, Request,
    Step, TransportCause, TransportError,
};

/// Two instances with the tag of one flow.
const SEVERAL: &str = r#"[
    {"id":7,"token":"t","element":{},"tags":["flow-AAAAAAAAAAAAAAAAAAAAAA"]},
    {"id":8,"token":"t","element":{},"tags":["flow-AAAAAAAAAAAAAAAAAAAAAA"]}
]"#;

/// What happens to an operation, in a word.
fn input(word: &str) -> Input {
    #[rustfmt::skip] // A row a case.
    let (status, body) = match word {
        "start" => return Input::Start,
        "slept" => return Input::SleepFinished,
        "unsent" => {
            let (delivery, cause) = (Delivery::NotSent, TransportCause::Connect);
            return Input::Response(Err(TransportError::new(delivery, cause)));
        }
        "token" => (200, r#"{"token":"rt","secret":"s"}"#),
        "blank-token" => (200, r#"{"token":" ","secret":"s"}"#),
        "blank-secret" => (200, r#"{"token":"rt","secret":""}"#),
        "url" => (200, r#"{"oauthUrl":"https://p.example/a?state=st"}"#),
        "foreign-url" => (200, r#"{"oauthUrl":"https://p.example/a?state=x"}"#),
        "damaged-url" => (200, "{\"oauthUrl\":\"https://p.example/\u{fffd}?state=st\"}"),
        "instance" => (200, r#"{"id":7,"token":"t","element":{}}"#),
        "none" => (200, "[]"),
        "several" => (200, SEVERAL),
        "refused" => (400, "{}"),
        "busy" => (429, "{}"),
        "foreign" => (200, r#"{"id":7,"token":"t","tags":["flow-of-another"]}"#),
        "blank" => (200, r#"{"id":7,"token":" "}"#),
        "lost" => (502, "<html>"),
        other => panic!("{other}"),
    };
    Input::Response(Ok(response(status, body)))
}

/// What an operation ended with, in a word.
fn word<T>(output: &Result<T, Error>) -> &'static str {
    match output {
        Ok(_) => "output",
        Err(Error::UnexpectedInput) => "unexpected",
        Err(Error::Decode(_)) => "unreadable",
        Err(Error::Refused(_)) => "refused",
        Err(Error::StateNotCarried { .. }) => "not carried",
        Err(Error::OutcomeUnknown(unknown)) => match (unknown.is_recoverable(), unknown.reason()) {
            (false, Error::UnexpectedInput) => "unknown",
            (true, Error::UnexpectedInput) => "recoverable",
            (true, Error::SeveralInstances) => "several",
            (true, Error::Unavailable(_)) => "recoverable, since lost",
            (true, Error::UnexpectedInstance { .. }) => "recoverable, since foreign",
            (false, Error::Unavailable(_)) => "unknown, since lost",
            (false, Error::Decode(_)) => "unknown, since unreadable",
            (false, Error::UnexpectedInstance { .. }) => "unknown, since foreign",
            (_, other) => panic!("{other}"),
        },
        Err(other) => panic!("{other}"),
    }
}

/// Checks that the last of these inputs ends the operation so, and that it stays done.
fn assert_end<T>(mut operation: impl Operation<Output = Result<T, Error>>, story: &str, end: &str) {
    let mut step = |input| operation.step(input, Duration::ZERO);
    let (before, last) = story.rsplit_once(' ').unwrap_or(("", story));
    for word in before.split_terminator(' ') {
        let is_done = matches!(step(input(word)), Step::Done(_));
        assert!(!is_done, "{story}: {word}");
    }
    for (last, end) in [(last, end), ("start", "unexpected"), (last, "unexpected")] {
        let Step::Done(output) = step(input(last)) else {
            panic!("{story}: it goes on")
        };
        assert_eq!(word(&output), end, "{story}");
    }
}

#[test]
fn an_operation_ends_with_its_output_or_an_input_that_was_not_asked_for() {
    let config = config();
    // One call: it may be sent again, or not.
    let (id, body) = (InstanceId::new(7), CreateInstance::new("x", "n").code("c"));
    #[rustfmt::skip] // A row a case.
    let calls = [
        ("start instance", "output", "output"),
        ("slept", "unexpected", "unexpected"),
        ("start unsent instance", "unexpected", "unexpected"),
        ("start start", "unexpected", "unknown"),
    ];
    for (story, idempotent, once) in calls {
        let get = CallExecution::new(&config, GetInstance::new(id));
        assert_end(get, story, idempotent);
        let replace = CallExecution::new(&config, ReplaceInstance::new(id, &body));
        assert_end(replace, story, once);
    }
    let (consent, denial) = ("code=c&state=st", "error=access_denied&state=st");
    let once = instagram().state("st");
    let recoverable = once.clone().recoverable();
    let (again, another) = (once.clone().reauthorize(7), once.clone().reauthorize(8));
    #[rustfmt::skip] // A row a case.
    let begins = [
        (OAuth2, "start url", "output"),
        (OAuth1, "start token url", "output"),
        (OAuth2, "start foreign-url", "not carried"),
        (OAuth2, "start damaged-url", "unreadable"),
        (OAuth1, "start blank-token", "unreadable"),
        (OAuth1, "start blank-secret", "unreadable"),
        (OAuth2, "url", "unexpected"),
        (OAuth1, "slept", "unexpected"),
        (OAuth2, "start slept", "unexpected"),
        (OAuth1, "start start", "unexpected"),
        (OAuth1, "start token start", "unexpected"),
    ];
    for (scheme, story, end) in begins {
        let request = once.clone().authentication(scheme);
        let begin = request.begin(&config, &Entropy::from([0; 48]), NOW);
        assert_end(begin.unwrap(), story, end);
    }
    #[rustfmt::skip]
    let finishes = [
        (&once, denial, "start", "output"),
        (&once, denial, "slept", "unexpected"),
        (&once, consent, "start instance", "output"),
        (&recoverable, consent, "start refused", "refused"),
        // Nothing is on its way.
        (&recoverable, consent, "slept", "unexpected"),
        (&recoverable, consent, "instance", "unexpected"),
        (&recoverable, consent, "start unsent start", "unexpected"),
        (&recoverable, consent, "start unsent instance", "unexpected"),
        // The request is on its way.
        (&once, consent, "start start", "unknown"),
        (&recoverable, consent, "start start", "recoverable"),
        (&recoverable, consent, "start slept", "recoverable"),
        // The instance is searched for.
        (&recoverable, consent, "start lost start", "recoverable, since lost"),
        (&recoverable, consent, "start lost slept", "recoverable, since lost"),
        (&recoverable, consent, "start lost none start", "recoverable, since lost"),
        (&recoverable, consent, "start lost none none", "recoverable, since lost"),
        (&recoverable, consent, "start lost several", "several"),
        (&recoverable, consent, "start busy start", "recoverable, since lost"),
        (&once, consent, "start busy", "unknown, since lost"),
        // The answer is another flow's, or of no use.
        (&recoverable, consent, "start foreign start", "recoverable, since foreign"),
        (&recoverable, consent, "start foreign several", "several"),
        (&once, consent, "start blank", "unknown, since unreadable"),
        (&again, "code=c&state=st", "start instance", "output"),
        (&another, "code=c&state=st", "start instance", "unknown, since foreign"),
    ];
    for (request, callback, story, end) in finishes {
        let finish = request.finish(&config, &pending(request), callback, NOW);
        assert_end(finish.unwrap(), story, end);
    }
    #[rustfmt::skip]
    let searches = [
        ("slept", "unexpected"),
        ("none", "unexpected"),
        // The instance may exist.
        ("start start", "recoverable"),
        ("start slept", "recoverable"),
        ("start none start", "recoverable"),
        ("start none none", "recoverable"),
    ];
    for (story, end) in searches {
        let reconcile = pending(&recoverable).reconcile(&config);
        assert_end(reconcile.unwrap(), story, end);
    }
}

fn first_request(mut operation: impl Operation) -> Request {
    match operation.step(Input::Start, Duration::ZERO) {
        Step::Send(attempt) => attempt.request,
        _ => panic!("nothing is sent"),
    }
}

#[test]
fn a_creation_sends_what_was_given_and_nothing_else() {
    let config = config();
    let named = |element| {
        ConnectRequest::new(element)
            .name("n")
            .authentication(Custom)
    };
    let bare = named(ElementKey::from(74));
    let reading = named("x".into()).retrieve_objects_after_instantiation(true);
    let again = instagram().state("st").tag("t").reauthorize(7);
    let finish = again.finish(&config, &pending(&again), "code=c&state=st", NOW);
    let Ok(Finish::Create(again)) = finish else {
        panic!("the user consented")
    };
    for (create, path, body) in [
        (
            bare.provision(&config, &pending(&bare)).unwrap(),
            "/elements/74/instances",
            json!({"name": "n"}),
        ),
        (
            reading.provision(&config, &pending(&reading)).unwrap(),
            "/instances",
            json!({"element": {"key": "x"}, "name": "n", "retrieveObjectsAfterInstantiation": true}),
        ),
        // What the instance is and has stays as it is.
        (
            *again,
            "/instances/7",
            json!({"name": "n", "providerData": {"code": "c"}}),
        ),
    ] {
        let request = first_request(create);
        assert_eq!(request.path(), path);
        let sent: Value = serde_json::from_slice(request.expose().body()).unwrap();
        assert_eq!(sent, body);
    }
}

#[test]
fn the_proxy_is_named_and_gets_the_applications_url_as_the_state() {
    let config = config();
    let request = instagram()
        .state("st")
        .oauth_proxy("Ann", "https://app.example/cb");
    let begin = request.begin(&config, &Entropy::from([0; 48]), NOW);
    let sent = first_request(begin.unwrap());
    let query = sent.expose().uri().query().unwrap();
    assert!(
        query.starts_with("isOauthProxy=true&oauthProxyName=Ann&"),
        "{query}"
    );
    assert!(
        query.ends_with("&state=https://app.example/cb%3Fproxied_state%3Dst"),
        "{query}"
    );
}

#[test]
fn an_error_says_what_the_request_was_for_and_what_to_do_next() {
    fn said<T>(
        mut operation: impl Operation<Output = Result<T, Error>>,
        status: u16,
        body: &str,
    ) -> String {
        operation.step(Input::Start, Duration::ZERO);
        let answer = Input::Response(Ok(response(status, body)));
        match operation.step(answer, Duration::ZERO) {
            Step::Done(Err(error)) => match std::error::Error::source(&error) {
                Some(cause) => format!("{error}: {cause}"),
                None => error.to_string(),
            },
            _ => panic!("it goes on"),
        }
    }
    let (config, entropy, request) = (config(), Entropy::from([0; 48]), instagram().state("st"));
    let oauth1 = request.clone().authentication(OAuth1);
    let again = request.clone().reauthorize(7);
    let at_once = ConnectRequest::new("x").name("n").authentication(Custom);
    let begin = || request.begin(&config, &entropy, NOW).unwrap();
    let token = oauth1.begin(&config, &entropy, NOW).unwrap();
    let finish = || {
        let finish = request.finish(&config, &pending(&request), "code=c&state=st", NOW);
        finish.unwrap()
    };
    let again = again.finish(&config, &pending(&again), "code=c&state=st", NOW);
    let provision = at_once.provision(&config, &pending(&at_once)).unwrap();
    let search = pending(&request.clone().recoverable()).reconcile(&config);
    let element = CallExecution::new(&config, GetElement::new("instagramm"));
    let preflight = CallExecution::new(&config, request.preflight());
    let (none, short) = (r#"{"message":"None."}"#, r#"{"message":"Missing."}"#);
    let provider = r#"{"message":"No.","providerMessage":"It is used."}"#;
    let keys = "did nothing: None; ListElementKeys lists the elements' keys";
    #[rustfmt::skip] // A row a case.
    let table = [
        (said(begin(), 404, none), "refused to get the authorization URL (", keys),
        (said(element, 404, none), "refused to get the element (", keys),
        (said(preflight, 404, none), "refused to get what the element asks for (", keys),
        (said(begin(), 400, short), "(status 400)",
            "a parameter that is missing is given by `parameter`"),
        (said(begin(), 403, short), "(status 403)", "did nothing: Missing"),
        (said(token, 403, short), "refused to get a request token (", "did nothing: Missing"),
        (said(finish(), 400, provider), "refused to create the instance (",
            "If so, reconcile the flow or look among the instances; if not, begin again"),
        (said(finish(), 400, short), "(status 400)", "did nothing: Missing"),
        (said(provision, 400, provider), "(status 400)", "(the provider says: It is used.)"),
        (said(finish(), 502, "<>"), "look among its instances (calls::ListInstances) before trying again: ",
            "no result for the request to create the instance (status 502), and may have carried it out all the same"),
        (said(again.unwrap(), 502, "<>"), "let the user begin again, which does no harm: ",
            "to re-authorize the instance (status 502), and may have carried it out all the same"),
        (said(search.unwrap(), 401, none), "the search got no list: correct what its reason says",
            "refused to look for the instance (status 401), and did nothing: None"),
    ];
    for (said, part, end) in table {
        assert!(said.contains(part) && said.ends_with(end), "{said}");
    }
}
