use FieldErrorKind::{
    ControlCharacter, Differs, Missing, NeedsConsent, NeedsNoConsent, NotAUrl, NotReturnedIntact,
    Reauthorized, Repeated, Reserved, UnknownAuthentication,
};
use ce_model::AuthenticationScheme::{ApiKey, Basic, Custom, OAuth1};

use super::*;
use crate::testing::{NOW, config, instagram, pending};
use crate::{AuthorizationGrant, Entropy, FieldErrorKind, Finish, InvalidInput};

fn begin(request: &ConnectRequest) -> Result<(), InvalidInput> {
    let (config, entropy) = (config(), Entropy::from([0; 48]));
    request.begin(&config, &entropy, NOW).map(drop)
}

fn provision(request: &ConnectRequest) -> Result<(), InvalidInput> {
    request.provision(&config(), &pending(request)).map(drop)
}

fn named(scheme: AuthenticationScheme) -> ConnectRequest {
    ConnectRequest::new("x").name("n").authentication(scheme)
}

/// Checks that exactly this is wrong.
#[track_caller]
fn assert_refused(result: Result<(), InvalidInput>, field: &str, kind: FieldErrorKind) {
    let error = result.unwrap_err();
    let errors = error.errors();
    let found: Vec<_> = errors.iter().map(|it| (it.field(), it.kind())).collect();
    assert_eq!(found, [(field, kind)]);
}

#[test]
fn every_missing_entry_is_named_by_its_name_at_the_platform() {
    let error = begin(&ConnectRequest::new(" ")).unwrap_err();
    let missing: Vec<_> = error.missing().collect();
    let names = "element oauth.api.key oauth.api.secret oauth.callback.url name";
    assert_eq!(missing.join(" "), names);
    assert_eq!(begin(&instagram()), Ok(()));
}

#[test]
fn an_invalid_value_is_named() {
    let (key, secret, url) = ("oauth.api.key", "oauth.api.secret", "oauth.callback.url");
    let webhooks = Events::webhooks("app.example");
    for (request, field, kind) in [
        (instagram().api_key(" "), key, Missing),
        (instagram().api_secret("a\nb"), secret, ControlCharacter),
        (instagram().callback_url("app.example"), url, NotAUrl),
        (instagram().callback_url("ftp://a"), url, NotAUrl),
        (instagram().name("\t"), "name", Missing),
        (instagram().tag(""), "tags", Missing),
        (
            instagram().configuration("", true),
            "configuration",
            Missing,
        ),
        (instagram().state(""), "state", Missing),
        (instagram().scope("\n"), "scope", Missing),
        (
            instagram().parameter("state", "x"),
            r#"parameter "state""#,
            Reserved,
        ),
        (instagram().parameter("", "x"), r#"parameter """#, Reserved),
        (instagram().parameter("a", " "), r#"parameter "a""#, Missing),
        (
            instagram().parameter("a", "b\nc"),
            r#"parameter "a""#,
            ControlCharacter,
        ),
        (
            instagram().parameter("a", "b").parameter("a", "c"),
            r#"parameter "a""#,
            Repeated,
        ),
        (
            instagram().configuration(url, "x"),
            r#"configuration "oauth.callback.url""#,
            Reserved,
        ),
        (
            instagram().events(webhooks),
            "event.notification.callback.url",
            NotAUrl,
        ),
    ] {
        assert_refused(begin(&request), field, kind);
    }
}

#[test]
fn a_state_that_a_provider_may_alter_is_refused() {
    for state in [
        "a+b", "a b", "a%20b", "a&b", "a#b", "a;b", "a\"b", "a<b", "a\\b", "ä", "a\n", "a\u{0}",
    ] {
        assert_refused(begin(&instagram().state(state)), "state", NotReturnedIntact);
    }
    for state in [
        "AZaz09-._~",
        "b64url_-==",
        // The OAuth proxy's is the application's own callback URL.
        "https://app.example:8443/cb?flow=9Xk2",
    ] {
        let request = instagram().state(state);
        assert_eq!(begin(&request), Ok(()), "{state:?}");
        // It comes back the same, whether the provider percent-encodes or not.
        let encoded: String = state.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for returned in [state, &encoded] {
            let callback = format!("https://app.example/cb?code=c&state={returned}");
            assert!(
                pending(&request).read_callback(&callback, NOW).is_ok(),
                "{callback}"
            );
        }
    }
}

#[test]
fn consent_for_another_element_or_instance_is_not_used_up() {
    let grant = |element: &str| AuthorizationGrant {
        element: element.into(),
        found: ce_model::Object::new(),
        state: None,
        extras: ce_model::Object::new(),
        instance: None,
        correlation: None,
    };
    let create =
        |request: ConnectRequest, element| request.create(&config(), grant(element)).map(drop);
    assert_refused(create(instagram(), "box"), "element", Differs);
    assert_refused(
        create(instagram().reauthorize(7), "instagram"),
        "instance",
        Differs,
    );
    assert_eq!(create(instagram(), "instagram"), Ok(()));
}

#[test]
fn debug_prints_no_secret() {
    let request = instagram()
        .api_secret("canary")
        .state("canary")
        .parameter("password", "canary")
        .configuration("password", "canary");
    assert!(!format!("{request:?}").contains("canary"));
}

#[test]
fn each_way_to_authenticate_either_begins_or_provisions() {
    for scheme in [Basic, ApiKey, Custom] {
        let request = named(scheme);
        assert_eq!(provision(&request), Ok(()));
        assert_refused(begin(&request), "authentication", NeedsNoConsent);
        // Neither error points to the other operation.
        let again = request.reauthorize(7);
        assert_refused(provision(&again), "instance", Reauthorized);
        assert_refused(begin(&again), "instance", Reauthorized);
    }
    for request in [instagram(), instagram().authentication(OAuth1)] {
        assert_eq!(begin(&request), Ok(()));
        assert_refused(provision(&request), "authentication", NeedsConsent);
    }
    let unknown = named("saml".into());
    assert_refused(begin(&unknown), "authentication", UnknownAuthentication);
    assert_refused(provision(&unknown), "authentication", UnknownAuthentication);
    // Access was granted elsewhere.
    let request = ConnectRequest::new("x")
        .api_key("k")
        .api_secret("s")
        .name("n");
    assert_eq!(provision(&request.clone().refresh_token("r")), Ok(()));
    assert_refused(
        provision(&request.refresh_token(" ")),
        REFRESH_TOKEN,
        Missing,
    );
}

#[test]
fn a_value_without_effect_is_refused() {
    let token = r#"configuration "oauth.user.refresh_token""#;
    let twice = named(Basic).configuration("a", 1).configuration("a", 2);
    let tokens = named(Basic)
        .configuration(REFRESH_TOKEN, "a")
        .refresh_token("b");
    for (request, field, kind) in [
        (
            named(Basic).parameter("a", "b"),
            r#"parameter "a""#,
            NeedsNoConsent,
        ),
        (named(Basic).scope("s"), "scope", NeedsNoConsent),
        (named(Basic).state("s"), "state", NeedsNoConsent),
        (twice, r#"configuration "a""#, Repeated),
        (tokens, token, Repeated),
    ] {
        assert_refused(provision(&request), field, kind);
    }
}

#[test]
fn the_first_request_of_each_half_can_be_shown() {
    let config = config();
    let request = instagram();
    let begin = request.begin(&config, &Entropy::from([0; 48]), NOW);
    let curl = begin.unwrap().request().unwrap().curl().to_string();
    assert!(
        curl.contains("/elements/instagram/oauth/url?apiKey=[redacted]"),
        "{curl}"
    );
    let pending = pending(&request);
    let query = format!("code=c&state={}", pending.expose_state());
    let Ok(Finish::Create(create)) = request.finish(&config, &pending, &query, NOW) else {
        panic!()
    };
    let curl = create.request().unwrap().curl().to_string();
    assert!(curl.contains(r#""code":"[redacted]""#), "{curl}");
}
