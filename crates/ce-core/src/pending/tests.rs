use super::*;
use crate::Connect;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn pending() -> Pending {
    let connect = Connect::new("instagram").expires_after(Duration::from_secs(600));
    Pending::new(&connect, &Entropy::from([0; 48]), NOW)
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
        assert_eq!(pending.returned(&query, now).unwrap_err(), error, "{query}");
    }
    let granted = pending.returned(&format!("/cb?code=c&state={ours}#_"), in_time);
    let Ok(Returned::Granted(granted)) = granted else {
        panic!("{granted:?}");
    };
    assert_eq!(granted.found.text("code").as_deref(), Some("c"));
    assert_eq!(granted.element().as_str(), "instagram");
    assert!(matches!(
        pending.returned(&format!("error=access_denied&code=c&state={ours}"), in_time),
        Ok(Returned::Denied(_))
    ));
}

#[test]
fn it_is_stored_and_loaded_and_never_printed() {
    let pending = pending();
    let stored = serde_json::to_string(&pending).unwrap();
    assert_eq!(serde_json::from_str::<Pending>(&stored).unwrap(), pending);
    assert!(!format!("{pending:?}").contains(pending.expose_state()));
    assert!(stored.len() < 512, "{stored}");
}

#[test]
fn a_lifetime_is_kept_to_the_millisecond() {
    let lifetime = Duration::from_millis(900);
    let connect = Connect::new("instagram").expires_after(lifetime).state("s");
    let pending = Pending::new(&connect, &Entropy::from([0; 48]), NOW);
    for (after, in_time) in [(0, true), (899, true), (900, false), (5000, false)] {
        let returned = pending.returned("code=c&state=s", NOW + Duration::from_millis(after));
        assert_eq!(returned.is_ok(), in_time, "{after}");
    }
}

#[test]
fn times_beyond_reason_do_no_harm() {
    let connect = Connect::new("instagram").expires_after(Duration::MAX);
    let pending = Pending::new(
        &connect,
        &Entropy::from([0; 48]),
        NOW + Duration::from_secs(1),
    );
    let _ = pending.expires();
    let query = format!("code=c&state={}", pending.expose_state());
    assert!(pending.returned(&query, NOW).is_ok());
}

/// A flow whose request token is `rt`.
fn oauth1() -> Pending {
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
        match (pending.returned(&query, NOW), right) {
            (Ok(Returned::Granted(granted)), Ok(())) => assert_eq!(
                serde_json::to_string(&granted.found).unwrap(),
                r#"{"oauth_token":"rt","oauth_verifier":"v","secret":"canary"}"#
            ),
            (result, right) => assert_eq!(result.map(drop), right, "{query}"),
        }
    }
    for denial in ["denied=rt", "oauth_problem=user_refused&oauth_token=rt"] {
        let returned = pending.returned(denial, NOW);
        assert!(matches!(returned, Ok(Returned::Denied(_))), "{returned:?}");
    }
}

#[test]
fn a_request_token_is_stored_and_never_printed() {
    let pending = oauth1();
    let stored = serde_json::to_string(&pending).unwrap();
    assert_eq!(serde_json::from_str::<Pending>(&stored).unwrap(), pending);
    assert!(stored.contains("canary") && !format!("{pending:?}").contains("canary"));
    let returned = pending.returned("oauth_token=rt&oauth_verifier=canary", NOW);
    assert!(!format!("{returned:?}").contains("canary"));
}

#[test]
fn it_remembers_the_instance_and_stored_ones_of_before_are_read() {
    let connect = Connect::new("instagram")
        .reauthorize(u64::MAX)
        .recoverable();
    let again = Pending::new(&connect, &Entropy::from([0; 48]), NOW);
    let stored = serde_json::to_string(&again).unwrap();
    let again: Pending = serde_json::from_str(&stored).unwrap();
    assert_eq!(again.reauthorizes().map(InstanceId::get), Some(u64::MAX));
    // It is found by its id, and keeps its tags.
    assert_eq!(again.correlation_tag(), None);
    let old: Pending =
        serde_json::from_str(r#"{"element":"instagram","state":"s","expires":1}"#).unwrap();
    assert_eq!(old.reauthorizes(), None);
}
