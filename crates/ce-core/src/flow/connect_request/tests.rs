use std::time::SystemTime;

use super::*;
use crate::{
    AuthorizationGrant, Config, Credentials, Entropy, FieldError, FieldErrorKind, InvalidInput,
    PendingAuthorization,
};

fn config() -> Config {
    Config::new("https://a.example", Credentials::new("u", "o")).unwrap()
}

fn begin(connect: &ConnectRequest) -> Result<(), InvalidInput> {
    connect
        .begin(&config(), &Entropy::from([0; 48]), SystemTime::UNIX_EPOCH)
        .map(drop)
}

fn whole() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key("k")
        .api_secret("s")
        .callback_url("https://app.example/cb")
        .name("n")
}

#[test]
fn every_missing_entry_is_named_by_its_name_at_the_platform() {
    let error = begin(&ConnectRequest::new(" ")).unwrap_err();
    assert_eq!(
        error.missing().collect::<Vec<_>>(),
        [
            "element",
            "oauth.api.key",
            "oauth.api.secret",
            "oauth.callback.url",
            "name"
        ]
    );
    assert_eq!(begin(&whole()), Ok(()));
}

#[test]
fn blank_counts_as_missing_and_odd_values_are_named() {
    for (connect, field, kind) in [
        (
            whole().api_key(" "),
            "oauth.api.key",
            FieldErrorKind::Missing,
        ),
        (
            whole().api_secret("a\nb"),
            "oauth.api.secret",
            FieldErrorKind::ControlCharacter,
        ),
        (
            whole().callback_url("app.example"),
            "oauth.callback.url",
            FieldErrorKind::NotAUrl,
        ),
        (
            whole().callback_url("ftp://a"),
            "oauth.callback.url",
            FieldErrorKind::NotAUrl,
        ),
        (whole().name("\t"), "name", FieldErrorKind::Missing),
        (whole().tag(""), "tags", FieldErrorKind::Missing),
        (
            whole().configuration("", true),
            "configuration",
            FieldErrorKind::Missing,
        ),
        (whole().state(""), "state", FieldErrorKind::Missing),
        (whole().scope("\n"), "scope", FieldErrorKind::Missing),
        (
            whole().parameter("state", "x"),
            "parameter \"state\"",
            FieldErrorKind::Reserved,
        ),
        (
            whole().parameter("", "x"),
            "parameter \"\"",
            FieldErrorKind::Reserved,
        ),
    ] {
        let error = begin(&connect).unwrap_err();
        let first = &error.errors()[0];
        assert_eq!((first.field(), first.kind()), (field, kind));
        assert_eq!(error.errors().len(), 1, "{error}");
    }
}

#[test]
fn consent_for_another_element_is_not_spent() {
    let granted = AuthorizationGrant {
        element: "box".into(),
        found: ce_model::Object::new(),
        state: None,
        extras: ce_model::Object::new(),
        instance: None,
        correlation: None,
    };
    let error = whole().create(&config(), granted).map(drop).unwrap_err();
    assert_eq!(error.errors()[0].kind(), FieldErrorKind::Differs);
}

#[test]
fn debug_prints_no_secret() {
    let connect = whole()
        .api_secret("canary")
        .state("canary")
        .parameter("password", "canary")
        .configuration("password", "canary");
    assert!(!format!("{connect:?}").contains("canary"));
}

#[test]
fn no_value_is_given_in_two_ways() {
    for (connect, field, kind) in [
        (
            whole().configuration("oauth.callback.url", "javascript:1"),
            "configuration \"oauth.callback.url\"",
            FieldErrorKind::Reserved,
        ),
        (
            whole().parameter("a", "b").parameter("a", "c"),
            "parameter \"a\"",
            FieldErrorKind::Repeated,
        ),
        (
            whole().parameter("a", " "),
            "parameter \"a\"",
            FieldErrorKind::Missing,
        ),
        (
            whole().parameter("a", "b\nc"),
            "parameter \"a\"",
            FieldErrorKind::ControlCharacter,
        ),
    ] {
        let error = begin(&connect).unwrap_err();
        let [error] = error.errors() else {
            panic!("{error}")
        };
        assert_eq!((error.field(), error.kind()), (field, kind));
    }
}

#[test]
fn each_way_to_authenticate_asks_for_what_it_needs() {
    use AuthenticationScheme::{ApiKey, Basic, Custom, OAuth1};
    let named = |scheme| ConnectRequest::new("x").name("n").authentication(scheme);
    let provision = |connect: &ConnectRequest| {
        let pending =
            PendingAuthorization::new(connect, &Entropy::from([0; 48]), SystemTime::UNIX_EPOCH);
        connect.provision(&config(), &pending).map(drop)
    };
    for scheme in [Basic, ApiKey, Custom] {
        let connect = named(scheme.clone());
        assert_eq!(provision(&connect), Ok(()), "{scheme}");
        let error = begin(&connect).unwrap_err();
        assert_eq!(error.errors()[0].kind(), FieldErrorKind::NeedsNoConsent);
        // Neither way sends the application to the other.
        let again = connect.reauthorize(7);
        for error in [
            provision(&again),
            begin(&again.api_key("k").api_secret("s")),
        ] {
            let faults: Vec<_> = error
                .unwrap_err()
                .errors()
                .iter()
                .map(FieldError::kind)
                .collect();
            assert_eq!(faults, [FieldErrorKind::Reauthorized]);
        }
    }
    let oauth1 = whole().authentication(OAuth1);
    assert_eq!(begin(&oauth1), Ok(()));
    for connect in [whole(), oauth1] {
        let error = provision(&connect).unwrap_err();
        assert_eq!(error.errors()[0].kind(), FieldErrorKind::NeedsConsent);
    }
    let odd = whole().authentication("saml".into());
    for error in [begin(&odd), provision(&odd)] {
        let error = error.unwrap_err();
        assert_eq!(
            error.errors()[0].kind(),
            FieldErrorKind::UnknownAuthentication
        );
    }
    let elsewhere = ConnectRequest::new("x")
        .api_key("k")
        .api_secret("s")
        .name("n");
    assert_eq!(provision(&elsewhere.clone().refresh_token("r")), Ok(()));
    assert_eq!(
        provision(&elsewhere.refresh_token(" "))
            .unwrap_err()
            .missing()
            .collect::<Vec<_>>(),
        ["oauth.user.refresh_token"]
    );
    let events = whole().events(Events::webhooks("app.example"));
    assert_eq!(
        begin(&events).unwrap_err().errors()[0].kind(),
        FieldErrorKind::NotAUrl
    );
}

#[test]
fn what_nobody_would_read_is_not_taken_silently() {
    let basic = || {
        ConnectRequest::new("x")
            .name("n")
            .authentication(AuthenticationScheme::Basic)
    };
    for (connect, field, kind) in [
        (
            basic().parameter("siteAddress", "a"),
            "parameter \"siteAddress\"",
            FieldErrorKind::NeedsNoConsent,
        ),
        (basic().scope("s"), "scope", FieldErrorKind::NeedsNoConsent),
        (basic().state("s"), "state", FieldErrorKind::NeedsNoConsent),
        (
            basic().configuration("a", 1).configuration("a", 2),
            "configuration \"a\"",
            FieldErrorKind::Repeated,
        ),
        (
            basic()
                .configuration("oauth.user.refresh_token", "a")
                .refresh_token("b"),
            "configuration \"oauth.user.refresh_token\"",
            FieldErrorKind::Repeated,
        ),
    ] {
        let pending =
            PendingAuthorization::new(&connect, &Entropy::from([0; 48]), SystemTime::UNIX_EPOCH);
        let error = connect.provision(&config(), &pending).map(drop);
        let error = error.unwrap_err();
        let error = &error.errors()[0];
        assert_eq!((error.field(), error.kind()), (field, kind));
    }
}

#[test]
fn what_would_be_sent_can_be_shown() {
    let config = config();
    let connect = whole();
    let begin = connect.begin(&config, &Entropy::from([0; 48]), SystemTime::UNIX_EPOCH);
    let curl = begin.unwrap().request().unwrap().curl().to_string();
    assert!(
        curl.contains("/elements/instagram/oauth/url?apiKey=[redacted]"),
        "{curl}"
    );
    let pending =
        PendingAuthorization::new(&connect, &Entropy::from([0; 48]), SystemTime::UNIX_EPOCH);
    let query = format!("code=c&state={}", pending.expose_state());
    let finish = connect.finish(&config, &pending, &query, SystemTime::UNIX_EPOCH);
    let Ok(crate::Finish::Create(create)) = finish else {
        panic!()
    };
    let curl = create.request().unwrap().curl().to_string();
    assert!(curl.contains(r#""code":"[redacted]""#), "{curl}");
}
