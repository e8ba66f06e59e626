use CallbackError::{CodeMissing, Expired, StateMismatch, StateMissing, TooLong};

use super::*;
use crate::ConnectRequest;
use crate::testing::{NOW, config, instagram, pending};

fn request() -> ConnectRequest {
    instagram().state("st")
}

/// A flow whose request token is `rt`.
fn oauth1() -> PendingAuthorization {
    let mut pending = pending(&request());
    let token = serde_json::from_str(r#"{"token":"rt","secret":"canary"}"#).unwrap();
    pending.keep_request_token(token);
    pending
}

/// Reads a callback. Returns what proves the consent, or `denied`.
fn read(pending: &PendingAuthorization, callback: &str) -> Result<String, CallbackError> {
    Ok(match pending.read_callback(callback, NOW)? {
        CallbackOutcome::Granted(grant) => serde_json::to_string(&grant.found).unwrap(),
        CallbackOutcome::Denied(_) => "denied".to_owned(),
    })
}

#[test]
fn only_a_callback_of_the_flow_is_accepted() {
    let (consent, denied) = (r#"{"code":"c"}"#.to_owned(), "denied".to_owned());
    let long = format!("code=c&state=st&x={}", "x".repeat(60_000));
    let many = format!("code=c&state=st&{}", "0=1&".repeat(10_000));
    let too_long = format!("code=c&state=st&{}", "x=1&".repeat(20_000));
    for (callback, outcome) in [
        ("/cb?code=c&state=st#_", Ok(&consent)),
        ("error=access_denied&state=st", Ok(&denied)),
        ("error=access_denied&code=c&state=st", Ok(&denied)),
        ("code=c", Err(StateMissing)),
        ("code=c&state=", Err(StateMissing)),
        ("error=access_denied", Err(StateMissing)),
        ("code=c&state=other", Err(StateMismatch)),
        ("code=c&state=stA", Err(StateMismatch)),
        ("code=c&state=x&state=st", Err(StateMismatch)),
        ("error=e&state=other", Err(StateMismatch)),
        ("state=st", Err(CodeMissing)),
        ("code=&state=st", Err(CodeMissing)),
        // What is repeated or unknown does no harm, up to a length.
        ("code=&code=c&state=&state=st", Ok(&consent)),
        ("state=st&code=c&code=&denied=1", Ok(&consent)),
        (&long, Ok(&consent)),
        (&many, Ok(&consent)),
        (&too_long, Err(TooLong)),
    ] {
        let read = read(&pending(&request()), callback);
        assert_eq!(read.as_ref(), outcome.as_ref().copied(), "{callback:.99}");
    }
}

#[test]
fn an_oauth_1_callback_is_recognized_by_its_token_or_its_state() {
    let consent = r#"{"oauth_token":"rt","oauth_verifier":"v","secret":"canary"}"#.to_owned();
    let denied = "denied".to_owned();
    for (callback, outcome) in [
        ("oauth_token=rt&oauth_verifier=v", Ok(&consent)),
        ("oauth_token=rt&oauth_verifier=v&state=st", Ok(&consent)),
        ("oauth_verifier=v&state=st", Ok(&consent)),
        ("oauth_token=rt&oauth_verifier=v&denied=false", Ok(&consent)),
        ("denied=rt", Ok(&denied)),
        ("oauth_problem=user_refused&oauth_token=rt", Ok(&denied)),
        ("oauth_token=other&oauth_verifier=v", Err(StateMismatch)),
        (
            "oauth_token=other&oauth_verifier=v&state=st",
            Err(StateMismatch),
        ),
        (
            "oauth_token=rt&oauth_verifier=v&state=other",
            Err(StateMismatch),
        ),
        ("denied=other", Err(StateMismatch)),
        ("oauth_verifier=v", Err(StateMissing)),
        ("oauth_token=rt", Err(CodeMissing)),
        ("oauth_token=rt&code=c", Err(CodeMissing)),
    ] {
        let read = read(&oauth1(), callback);
        assert_eq!(read.as_ref(), outcome.as_ref().copied(), "{callback}");
    }
}

#[test]
fn a_callback_without_a_state_is_accepted_only_if_the_request_says_so() {
    let accepting = request().dangerously_accept_callbacks_without_state();
    // As it comes from the store.
    let stored = serde_json::to_string(&pending(&accepting)).unwrap();
    let accepting: PendingAuthorization = serde_json::from_str(&stored).unwrap();
    assert!(read(&accepting, "code=c").is_ok());
    assert!(read(&accepting, "code=c&state=st").is_ok());
    assert_eq!(read(&accepting, "code=c&state=other"), Err(StateMismatch));
    assert_eq!(read(&pending(&request()), "code=c"), Err(StateMissing));
}

#[test]
fn the_state_of_a_callback_is_read_before_the_flow_is_known() {
    for (callback, state) in [
        ("https://app.example/cb?code=c&state=s%74#_", Some("st")),
        ("/cb?error=access_denied&state=st", Some("st")),
        ("code=c&state=&state=st", Some("st")),
        ("/cb?code=c", None),
        ("/cb?code=c&state=", None),
        ("", None),
        (&"state=st&".repeat(10_000), None),
    ] {
        let read = PendingAuthorization::state_of_callback(callback);
        assert_eq!(read.as_deref(), state);
    }
}

#[test]
fn a_flow_expires_to_the_millisecond() {
    let pending = pending(&request().expires_after(Duration::from_millis(900)));
    for callback in ["code=c&state=st", "error=access_denied&state=st"] {
        for (after, in_time) in [(0, true), (899, true), (900, false), (5000, false)] {
            let read = pending.read_callback(callback, NOW + Duration::from_millis(after));
            assert_eq!(read.map(drop), if in_time { Ok(()) } else { Err(Expired) });
        }
    }
}

#[test]
fn a_lifetime_without_end_does_not_overflow() {
    let request = request().expires_after(Duration::MAX);
    let later = NOW + Duration::from_secs(1);
    let pending = PendingAuthorization::new(&request, &Entropy::from([0; 48]), later);
    let _ = pending.expires();
    assert!(read(&pending, "code=c&state=st").is_ok());
}

#[test]
fn untagged_removes_only_the_correlation_tag() {
    let pending = pending(&request().recoverable());
    let tag = pending.correlation_tag().unwrap();
    let instance = |tags: &str| -> Instance {
        let text = format!(r#"{{"id":1,"token":"t","element":{{}}{tags}}}"#);
        serde_json::from_str(&text).unwrap()
    };
    let tagged = instance(&format!(r#","tags":["a","{tag}","b"]"#));
    let patch = pending.untagged(&tagged).unwrap();
    let sent = crate::Call::request(&patch, &config()).unwrap();
    assert_eq!(&sent.expose().body()[..], br#"{"tags":["a","b"]}"#);
    // The other tags are unknown.
    for tags in ["", r#","tags":null"#, r#","tags":["a",null]"#] {
        let error = pending.untagged(&instance(tags)).unwrap_err();
        assert_eq!(error.errors()[0].kind(), FieldErrorKind::NotThere);
    }
}

/// One of each kind: OAuth 2, recoverable, OAuth 1.0a, of an existing instance.
fn kinds() -> [PendingAuthorization; 4] {
    [
        pending(&instagram()),
        pending(&request().recoverable()),
        oauth1(),
        pending(&request().reauthorize(u64::MAX).recoverable()),
    ]
}

#[test]
fn every_format_stores_a_flow_and_reads_it_back() {
    type Stored = fn(&PendingAuthorization) -> PendingAuthorization;
    let formats: [(&str, Stored); 6] = [
        ("JSON", |pending| {
            let stored = serde_json::to_string(pending).unwrap();
            assert!(stored.len() <= 512, "{stored}");
            serde_json::from_str(&stored).unwrap()
        }),
        ("a tree of JSON", |pending| {
            serde_json::from_value(serde_json::to_value(pending).unwrap()).unwrap()
        }),
        ("MessagePack", |pending| {
            rmp_serde::from_slice(&rmp_serde::to_vec(pending).unwrap()).unwrap()
        }),
        ("MessagePack with names", |pending| {
            rmp_serde::from_slice(&rmp_serde::to_vec_named(pending).unwrap()).unwrap()
        }),
        ("postcard", |pending| {
            postcard::from_bytes(&postcard::to_allocvec(pending).unwrap()).unwrap()
        }),
        ("RON", |pending| {
            ron::from_str(&ron::to_string(pending).unwrap()).unwrap()
        }),
    ];
    for (format, stored) in formats {
        for pending in kinds() {
            assert_eq!(stored(&pending), pending, "{format}");
        }
    }
}

#[test]
fn a_flow_that_an_earlier_version_stored_is_read() {
    let old: PendingAuthorization =
        serde_json::from_str(r#"{"element":"instagram","state":"st","expires":1}"#).unwrap();
    assert_eq!(old.expose_state(), "st");
    assert_eq!(old.reauthorizes(), None);
    assert_eq!(old.correlation_tag(), None);
    assert_eq!(read(&old, "code=c"), Err(StateMissing));
}

#[test]
fn an_existing_instance_is_remembered_and_gets_no_tag() {
    let pending = pending(&request().reauthorize(7).recoverable());
    assert_eq!(pending.reauthorizes(), Some(InstanceId::new(7)));
    assert_eq!(pending.correlation_tag(), None);
}

#[test]
fn debug_prints_no_secret() {
    let printed = format!("{:?} {:?}", oauth1(), pending(&instagram().state("canary")));
    assert!(!printed.contains("canary"), "{printed}");
    let outcome = oauth1().read_callback("oauth_token=rt&oauth_verifier=canary", NOW);
    assert!(!format!("{:?}", outcome.unwrap()).contains("canary"));
}

#[test]
fn an_error_while_reading_quotes_nothing_that_was_stored() {
    for stored in [
        r#"{"element":"e","state":"canary"}"#,
        r#"{"element":"e","state":["canary"],"expires":1}"#,
        r#"{"element":"e","state":4321,"expires":1}"#,
        r#"{"element":"e","state":"s","expires":"canary"}"#,
        r#"{"element":"e","state":"s","expires":1,"request":{"token":"canary"}}"#,
        r#"{"element":"e","state":"s","expires":1,"request":"canary"}"#,
        r#"{"element":"e","state":"s","expires":1,"instance":"canary"}"#,
        r#"{"element":"e","state":"s","expires":1,"accepts_no_state":"canary"}"#,
        r#"{"element":"e","state":"s","expires":1,"canary""#,
        // Written as JSON twice.
        r#""{\"element\":\"e\",\"state\":\"canary\",\"expires\":1}""#,
        r#"["canary"]"#,
    ] {
        let error = serde_json::from_str::<PendingAuthorization>(stored).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("not a stored flow"), "{error}");
        assert!(
            !error.contains("canary") && !error.contains("4321"),
            "{error}"
        );
    }
}
