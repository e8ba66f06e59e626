use std::time::SystemTime;

use super::*;
use crate::{
    AuthorizationGrant, Config, Credentials, Entropy, Fault, InvalidInput, PendingAuthorization,
    Problem,
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
    for (connect, field, fault) in [
        (whole().api_key(" "), "oauth.api.key", Fault::Missing),
        (
            whole().api_secret("a\nb"),
            "oauth.api.secret",
            Fault::ControlCharacter,
        ),
        (
            whole().callback_url("app.example"),
            "oauth.callback.url",
            Fault::NotAUrl,
        ),
        (
            whole().callback_url("ftp://a"),
            "oauth.callback.url",
            Fault::NotAUrl,
        ),
        (whole().name("\t"), "name", Fault::Missing),
        (whole().tag(""), "tags", Fault::Missing),
        (
            whole().configuration("", true),
            "configuration",
            Fault::Missing,
        ),
        (whole().state(""), "state", Fault::Missing),
        (whole().scope("\n"), "scope", Fault::Missing),
        (
            whole().parameter("state", "x"),
            "parameter \"state\"",
            Fault::Reserved,
        ),
        (
            whole().parameter("", "x"),
            "parameter \"\"",
            Fault::Reserved,
        ),
    ] {
        let error = begin(&connect).unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!((problem.field(), problem.fault()), (field, fault));
        assert_eq!(error.problems().len(), 1, "{error}");
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
    assert_eq!(error.problems()[0].fault(), Fault::Differs);
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
    for (connect, field, fault) in [
        (
            whole().configuration("oauth.callback.url", "javascript:1"),
            "configuration \"oauth.callback.url\"",
            Fault::Reserved,
        ),
        (
            whole().parameter("a", "b").parameter("a", "c"),
            "parameter \"a\"",
            Fault::Repeated,
        ),
        (
            whole().parameter("a", " "),
            "parameter \"a\"",
            Fault::Missing,
        ),
        (
            whole().parameter("a", "b\nc"),
            "parameter \"a\"",
            Fault::ControlCharacter,
        ),
    ] {
        let error = begin(&connect).unwrap_err();
        let [problem] = error.problems() else {
            panic!("{error}")
        };
        assert_eq!((problem.field(), problem.fault()), (field, fault));
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
        assert_eq!(error.problems()[0].fault(), Fault::NeedsNoConsent);
        // Neither way sends the application to the other.
        let again = connect.reauthorize(7);
        for error in [
            provision(&again),
            begin(&again.api_key("k").api_secret("s")),
        ] {
            let faults: Vec<_> = error
                .unwrap_err()
                .problems()
                .iter()
                .map(Problem::fault)
                .collect();
            assert_eq!(faults, [Fault::Reauthorized]);
        }
    }
    let oauth1 = whole().authentication(OAuth1);
    assert_eq!(begin(&oauth1), Ok(()));
    for connect in [whole(), oauth1] {
        let error = provision(&connect).unwrap_err();
        assert_eq!(error.problems()[0].fault(), Fault::NeedsConsent);
    }
    let odd = whole().authentication("saml".into());
    for error in [begin(&odd), provision(&odd)] {
        let error = error.unwrap_err();
        assert_eq!(error.problems()[0].fault(), Fault::UnknownAuthentication);
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
        begin(&events).unwrap_err().problems()[0].fault(),
        Fault::NotAUrl
    );
}

#[test]
fn what_nobody_would_read_is_not_taken_silently() {
    let basic = || {
        ConnectRequest::new("x")
            .name("n")
            .authentication(AuthenticationScheme::Basic)
    };
    for (connect, field, fault) in [
        (
            basic().parameter("siteAddress", "a"),
            "parameter \"siteAddress\"",
            Fault::NeedsNoConsent,
        ),
        (basic().scope("s"), "scope", Fault::NeedsNoConsent),
        (basic().state("s"), "state", Fault::NeedsNoConsent),
        (
            basic().configuration("a", 1).configuration("a", 2),
            "configuration \"a\"",
            Fault::Repeated,
        ),
        (
            basic()
                .configuration("oauth.user.refresh_token", "a")
                .refresh_token("b"),
            "configuration \"oauth.user.refresh_token\"",
            Fault::Repeated,
        ),
    ] {
        let pending =
            PendingAuthorization::new(&connect, &Entropy::from([0; 48]), SystemTime::UNIX_EPOCH);
        let error = connect.provision(&config(), &pending).map(drop);
        let error = error.unwrap_err();
        let problem = &error.problems()[0];
        assert_eq!((problem.field(), problem.fault()), (field, fault));
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
