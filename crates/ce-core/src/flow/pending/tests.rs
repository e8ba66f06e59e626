use super::*;
use crate::ConnectRequest;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn pending() -> PendingAuthorization {
    let connect = ConnectRequest::new("instagram").expires_after(Duration::from_secs(600));
    PendingAuthorization::new(&connect, &Entropy::from([0; 48]), NOW)
}

#[test]
fn a_callback_is_ours_or_refused() {
    let pending = pending();
    let ours = pending.expose_state();
    let in_time = NOW + Duration::from_secs(599);
    let late = NOW + Duration::from_secs(600);
    let longer = format!("{ours}A");
    for (query, now, error) in [
        ("code=c".to_owned(), in_time, CallbackError::StateMissing),
        (
            "code=c&state=".to_owned(),
            in_time,
            CallbackError::StateMissing,
        ),
        (
            "code=c&state=other".to_owned(),
            in_time,
            CallbackError::StateMismatch,
        ),
        (
            format!("code=c&state={longer}"),
            in_time,
            CallbackError::StateMismatch,
        ),
        (
            format!("code=c&state=x&state={ours}"),
            in_time,
            CallbackError::StateMismatch,
        ),
        (
            "error=access_denied".to_owned(),
            in_time,
            CallbackError::StateMissing,
        ),
        (
            "error=e&state=other".to_owned(),
            in_time,
            CallbackError::StateMismatch,
        ),
        (format!("code=c&state={ours}"), late, CallbackError::Expired),
        (
            format!("error=e&state={ours}"),
            late,
            CallbackError::Expired,
        ),
        (format!("state={ours}"), in_time, CallbackError::CodeMissing),
        (
            format!("code=&state={ours}"),
            in_time,
            CallbackError::CodeMissing,
        ),
    ] {
        assert_eq!(
            pending.read_callback(&query, now).unwrap_err(),
            error,
            "{query}"
        );
    }
    let granted = pending.read_callback(&format!("/cb?code=c&state={ours}#_"), in_time);
    let Ok(CallbackOutcome::Granted(granted)) = granted else {
        panic!("{granted:?}");
    };
    assert_eq!(granted.found.text("code").as_deref(), Some("c"));
    assert_eq!(granted.element().as_str(), "instagram");
    assert!(matches!(
        pending.read_callback(&format!("error=access_denied&code=c&state={ours}"), in_time),
        Ok(CallbackOutcome::Denied(_))
    ));
}

#[test]
fn it_is_stored_and_loaded_and_never_printed() {
    let pending = pending();
    let stored = serde_json::to_string(&pending).unwrap();
    assert_eq!(
        serde_json::from_str::<PendingAuthorization>(&stored).unwrap(),
        pending
    );
    assert!(!format!("{pending:?}").contains(pending.expose_state()));
    assert!(stored.len() < 512, "{stored}");
}

#[test]
fn a_lifetime_is_kept_to_the_millisecond() {
    let lifetime = Duration::from_millis(900);
    let connect = ConnectRequest::new("instagram")
        .expires_after(lifetime)
        .state("s");
    let pending = PendingAuthorization::new(&connect, &Entropy::from([0; 48]), NOW);
    for (after, in_time) in [(0, true), (899, true), (900, false), (5000, false)] {
        let returned = pending.read_callback("code=c&state=s", NOW + Duration::from_millis(after));
        assert_eq!(returned.is_ok(), in_time, "{after}");
    }
}

#[test]
fn times_beyond_reason_do_no_harm() {
    let connect = ConnectRequest::new("instagram").expires_after(Duration::MAX);
    let pending = PendingAuthorization::new(
        &connect,
        &Entropy::from([0; 48]),
        NOW + Duration::from_secs(1),
    );
    let _ = pending.expires();
    let query = format!("code=c&state={}", pending.expose_state());
    assert!(pending.read_callback(&query, NOW).is_ok());
}

/// A flow whose request token is `rt`.
fn oauth1() -> PendingAuthorization {
    let mut pending = pending();
    pending.requested(serde_json::from_str(r#"{"token":"rt","secret":"canary"}"#).unwrap());
    pending
}

#[test]
fn an_oauth_1_callback_is_recognized_by_its_token_or_its_state() {
    let pending = oauth1();
    let state = pending.expose_state().to_owned();
    for (query, right) in [
        ("oauth_token=rt&oauth_verifier=v".to_owned(), Ok(())),
        (
            format!("oauth_token=rt&oauth_verifier=v&state={state}"),
            Ok(()),
        ),
        (format!("oauth_verifier=v&state={state}"), Ok(())),
        (
            "oauth_token=other&oauth_verifier=v".to_owned(),
            Err(CallbackError::StateMismatch),
        ),
        (
            format!("oauth_token=other&oauth_verifier=v&state={state}"),
            Err(CallbackError::StateMismatch),
        ),
        (
            "oauth_token=rt&oauth_verifier=v&state=other".to_owned(),
            Err(CallbackError::StateMismatch),
        ),
        (
            "oauth_verifier=v".to_owned(),
            Err(CallbackError::StateMissing),
        ),
        ("oauth_token=rt".to_owned(), Err(CallbackError::CodeMissing)),
        (
            "oauth_token=rt&code=c".to_owned(),
            Err(CallbackError::CodeMissing),
        ),
        ("denied=other".to_owned(), Err(CallbackError::StateMismatch)),
    ] {
        match (pending.read_callback(&query, NOW), right) {
            (Ok(CallbackOutcome::Granted(granted)), Ok(())) => assert_eq!(
                serde_json::to_string(&granted.found).unwrap(),
                r#"{"oauth_token":"rt","oauth_verifier":"v","secret":"canary"}"#
            ),
            (result, right) => assert_eq!(result.map(drop), right, "{query}"),
        }
    }
    for denial in ["denied=rt", "oauth_problem=user_refused&oauth_token=rt"] {
        let returned = pending.read_callback(denial, NOW);
        assert!(
            matches!(returned, Ok(CallbackOutcome::Denied(_))),
            "{returned:?}"
        );
    }
}

#[test]
fn a_request_token_is_stored_and_never_printed() {
    let pending = oauth1();
    let stored = serde_json::to_string(&pending).unwrap();
    assert_eq!(
        serde_json::from_str::<PendingAuthorization>(&stored).unwrap(),
        pending
    );
    assert!(stored.contains("canary") && !format!("{pending:?}").contains("canary"));
    let returned = pending.read_callback("oauth_token=rt&oauth_verifier=canary", NOW);
    assert!(!format!("{returned:?}").contains("canary"));
}

#[test]
fn it_remembers_the_instance_and_stored_ones_of_before_are_read() {
    let connect = ConnectRequest::new("instagram")
        .reauthorize(u64::MAX)
        .recoverable();
    let again = PendingAuthorization::new(&connect, &Entropy::from([0; 48]), NOW);
    let stored = serde_json::to_string(&again).unwrap();
    let again: PendingAuthorization = serde_json::from_str(&stored).unwrap();
    assert_eq!(again.reauthorizes().map(InstanceId::get), Some(u64::MAX));
    // It is found by its id, and keeps its tags.
    assert_eq!(again.correlation_tag(), None);
    let old: PendingAuthorization =
        serde_json::from_str(r#"{"element":"instagram","state":"s","expires":1}"#).unwrap();
    assert_eq!(old.reauthorizes(), None);
}

#[test]
fn other_tags_are_not_lost_with_the_flows() {
    let connect = ConnectRequest::new("instagram").recoverable();
    let pending = PendingAuthorization::new(&connect, &Entropy::from([0; 48]), NOW);
    let tag = pending.correlation_tag().unwrap();
    let instance = |tags: &str| -> Instance {
        let text = format!(r#"{{"id":1,"token":"t","element":{{}}{tags}}}"#);
        serde_json::from_str(&text).unwrap()
    };
    let config = Config::new("https://a.example", crate::Credentials::new("u", "o")).unwrap();
    let patch = pending
        .untagged(&instance(&format!(r#","tags":["a","{tag}","b"]"#)))
        .unwrap();
    let request = crate::Call::request(&patch, &config).unwrap();
    assert_eq!(&request.expose().body()[..], br#"{"tags":["a","b"]}"#);
    // Which tags there are besides can't be known.
    for tags in ["", r#","tags":null"#, r#","tags":["a",null]"#] {
        let error = pending.untagged(&instance(tags)).unwrap_err();
        assert_eq!(error.errors()[0].kind(), FieldErrorKind::NotThere);
    }
}

#[test]
fn a_callback_may_repeat_itself_but_not_without_end() {
    let pending = pending();
    let state = pending.expose_state().to_owned();
    for (query, granted) in [
        (format!("code=&code=c&state=&state={state}"), true),
        (format!("state={state}&code=c&code=&denied=1"), true),
        (
            format!("code=c&state={state}&x={}", "x".repeat(60_000)),
            true,
        ),
    ] {
        let returned = pending.read_callback(&query, NOW);
        assert_eq!(
            matches!(returned, Ok(CallbackOutcome::Granted(_))),
            granted,
            "{returned:?}"
        );
    }
    let endless = format!("code=c&state={state}&{}", "x=1&".repeat(20_000));
    assert_eq!(
        pending.read_callback(&endless, NOW).unwrap_err(),
        CallbackError::TooLong
    );
    let many = format!("code=c&state={state}&{}", "0=1&".repeat(10_000));
    assert!(pending.read_callback(&many, NOW).is_ok());
    let verified = "oauth_token=rt&oauth_verifier=v&denied=false";
    let returned = oauth1().read_callback(verified, NOW);
    assert!(
        matches!(returned, Ok(CallbackOutcome::Granted(_))),
        "{returned:?}"
    );
}

#[test]
fn what_is_stored_stays_as_it_is_and_what_was_not_is_said_without_quoting_it() {
    let connect = ConnectRequest::new("instagram").state("st").recoverable();
    let pending = PendingAuthorization::new(&connect, &Entropy::from([0; 48]), NOW);
    assert_eq!(
        serde_json::to_string(&pending).unwrap(),
        r#"{"element":"instagram","state":"st","expires":3600000,"correlation":"flow-AAAAAAAAAAAAAAAAAAAAAA"}"#
    );
    let tree = serde_json::to_value(oauth1()).unwrap();
    assert_eq!(
        serde_json::from_value::<PendingAuthorization>(tree).unwrap(),
        oauth1()
    );
    for (stored, said) in [
        (r#"{"element":"e","state":"s"}"#, "missing field `expires`"),
        (
            r#"{"element":"e","state":["canary"],"expires":1}"#,
            "`state` is not what was stored",
        ),
        (
            r#"{"element":"e","state":"s","expires":1,"request":{"token":"canary"}}"#,
            "`request` is not what was stored",
        ),
    ] {
        let error = serde_json::from_str::<PendingAuthorization>(stored)
            .unwrap_err()
            .to_string();
        assert!(error.contains(said) && !error.contains("canary"), "{error}");
    }
}
