use CallbackError::Expired;

use super::*;
use crate::ConnectRequest;
use crate::testing::{NOW, instagram, pending};

fn request() -> ConnectRequest {
    instagram().state("st")
}

/// A flow whose request token is `rt`.
fn oauth1() -> PendingAuthorization {
    let (token, secret) = (Secret::new("rt"), Secret::new("canary"));
    let request = Some(TemporaryCredentials { token, secret });
    PendingAuthorization {
        request,
        ..pending(&self::request())
    }
}

#[test]
fn no_user_is_sent_away_whose_callback_would_not_be_recognized() {
    let (oauth2, oauth1, random) = (pending(&request()), oauth1(), pending(&instagram()));
    let stateless = pending(&request().dangerously_accept_callbacks_without_state());
    let proxied = pending(&request().oauth_proxy("p", "https://app.example/cb"));
    let (carried, none, another) = (None, Some(false), Some(true));
    #[rustfmt::skip] // A row a case.
    let table = [
        (&oauth2, "?client_id=c&state=st", carried),
        (&oauth2, "?state=s%74&scope=read write", carried),
        (&oauth2, "#/login?state=st", carried),
        (&oauth2, "?x=1#state=st", carried),
        // The callback URL is not percent-encoded, and has a query.
        (&oauth2, "?redirect_uri=https://app.example/cb?x=1&state=st", carried),
        // The state is in the callback URL, as with OAuth 1.0a.
        (&oauth2, "?oauth_callback=https%3A%2F%2Fapp.example%3Fx%3D1%26state%3Dst", carried),
        (&oauth2, "?callback=https://app.example?state=st", carried),
        (&oauth2, "?callback=https%3A%2F%2Fapp.example%3Fstate%3Dx", another),
        // The element's key, as in most documented URLs.
        (&oauth2, "?client_id=c&state=instagram", another),
        (&oauth2, "?state=st&state=instagram", another),
        (&oauth2, "?state=ST", another),
        // A parameter of the URL itself counts before one of a URL in it.
        (&oauth2, "?state=st&next=https%3A%2F%2Fp.example%3Fstate%3Dx", carried),
        (&oauth2, "?client_id=c&state=", none),
        (&oauth2, "?client_id=st", none),
        (&oauth2, "/state=st", none),
        (&oauth2, "?callback=https%3A%2F%2Fapp.example%2Fget%3Fcode%3D123", none),
        // The proxy's own key, or the URL that it was given. Without either it can't know the user.
        (&proxied, "?state=the-proxys", carried),
        (&proxied, "?state=https%3A%2F%2Fapp.example%2Fcb%3Fproxied_state%3Dst&x=1", carried),
        (&proxied, "?client_id=c", none),
        (&stateless, "?state=st", carried),
        (&stateless, "?client_id=c", carried),
        // The callback would bring the other state, which is refused.
        (&stateless, "?state=instagram", another),
        // The request token recognizes the callback, unless there is another state beside it.
        (&oauth1, "?oauth_token=rt", carried),
        (&oauth1, "?oauth_callback=https://app.example?state=x", another),
        (&random, "?state=st", another),
    ];
    for (pending, query, replaced) in table {
        let url = AuthorizationUrl::new(format!("https://p.example/authorize{query}"));
        match pending.check_url(&url) {
            Ok(()) => assert_eq!(replaced, None, "{query}"),
            Err(Error::StateNotCarried { replaced: found }) => {
                assert_eq!(replaced, Some(found), "{query}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_flow_expires_to_the_millisecond() {
    let pending = pending(&request().expires_after(Duration::from_millis(900)));
    for callback in ["code=c&state=st", "error=access_denied&state=st"] {
        for (after, outcome) in [(0, Ok(())), (899, Ok(())), (900, Err(Expired))] {
            let read = pending.read_callback(callback, NOW + Duration::from_millis(after));
            assert_eq!(read.map(drop), outcome);
        }
    }
    // A lifetime without end does not overflow.
    let endless = request().expires_after(Duration::MAX);
    let later = NOW + Duration::from_secs(1);
    let endless = PendingAuthorization::new(&endless, &Entropy::from([0; 48]), later);
    let of_its_time = endless.expires().duration_since(SystemTime::UNIX_EPOCH);
    assert_eq!(of_its_time.unwrap(), Duration::from_millis(LATEST));
    assert!(endless.read_callback("code=c&state=st", later).is_ok());
}

#[test]
fn tags_that_are_not_all_known_are_not_overwritten() {
    for tags in ["", r#","tags":null"#, r#","tags":["a",null]"#] {
        let instance = format!(r#"{{"id":1,"token":"t","element":{{}}{tags}}}"#);
        let instance: Instance = serde_json::from_str(&instance).unwrap();
        let error = pending(&request()).untagged(&instance).unwrap_err();
        assert_eq!(error.errors()[0].kind(), FieldErrorKind::NotThere);
    }
}

#[test]
fn only_the_flows_own_tag_is_removed() {
    let pending = pending(&request().recoverable());
    let tag = pending.correlation_tag().unwrap();
    let instance = format!(r#"{{"id":1,"token":"t","tags":["a","{tag}","b"]}}"#);
    let untagged = pending.untagged(&serde_json::from_str(&instance).unwrap());
    let request = crate::Call::request(&untagged.unwrap(), &crate::testing::config());
    let request = request.unwrap();
    assert_eq!(&request.expose().body()[..], br#"{"tags":["a","b"]}"#);
}

#[test]
fn a_stored_flow_is_small_and_read_back() {
    for pending in [
        pending(&instagram()),
        pending(&request().recoverable()),
        pending(&request().reauthorize(u64::MAX)),
        pending(&request().dangerously_accept_callbacks_without_state()),
        oauth1(),
    ] {
        let json = serde_json::to_string(&pending).unwrap();
        assert!(json.len() <= 512, "{json}");
        assert_eq!(serde_json::from_str(&json).ok(), Some(pending));
    }
}

#[test]
fn what_another_version_has_stored_is_read() {
    let stored = r#"{"element":"instagram","state":"st","expires":1,"correlation":"flow-c",
        "request":{"token":"rt","secret":"canary","added":1},"instance":7,"accepts_no_state":true,
        "is_proxied":false,"added":{"later":[]}}"#;
    let pending: PendingAuthorization = serde_json::from_str(stored).unwrap();
    let expected = PendingAuthorization {
        expires: 1,
        correlation: Some("flow-c".to_owned()),
        instance: Some(7),
        accepts_no_state: true,
        ..oauth1()
    };
    assert_eq!(pending, expected);
}

#[test]
fn an_existing_instance_is_remembered_and_gets_no_tag() {
    let pending = pending(&request().reauthorize(7).recoverable());
    assert_eq!(pending.reauthorizes(), Some(InstanceId::new(7)));
    assert_eq!(pending.correlation_tag(), None);
}

#[test]
fn an_error_while_reading_quotes_nothing_that_was_stored() {
    for stored in [
        r#"{"element":"e","state":"canary"}"#,
        r#"{"element":"e","state":["canary"],"expires":1}"#,
        r#"{"element":"e","state":"s","expires":"canary"}"#,
        r#"{"element":"e","state":"s","expires":1,"request":{"token":"canary"}}"#,
        r#"{"element":"e","state":"s","expires":1,"instance":"canary"}"#,
        r#"{"element":"e","state":"s","expires":1,"accepts_no_state":"canary"}"#,
        r#"{"element":"e","state":"s","expires":1,"canary""#,
        // Written as JSON twice.
        r#""{\"element\":\"e\",\"state\":\"canary\",\"expires\":1}""#,
        r#"["canary"]"#,
    ] {
        let error = serde_json::from_str::<PendingAuthorization>(stored).unwrap_err();
        let error = error.to_string();
        assert!(
            error.contains("not a stored flow") && !error.contains("canary"),
            "{error}"
        );
    }
}
