use FieldErrorKind::{
    ControlCharacter, Differs, Missing, NeedsConsent, NeedsNoConsent, NotACallbackUrl, NotAUrl,
    NotReturnedIntact, Reauthorized, Repeated, Reserved, UnknownAuthentication,
};
use ce_model::AuthenticationScheme::{ApiKey, Basic, Custom, OAuth1};

use super::*;
use crate::testing::{NOW, config, instagram, pending};
use crate::{Entropy, FieldErrorKind, InvalidInput};

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
fn an_invalid_value_is_named() {
    let (secret, url) = ("oauth.api.secret", "oauth.callback.url");
    let proxied = "callback URL behind the OAuth proxy";
    let events = Events::webhooks("https://app.example");
    #[rustfmt::skip] // A row a case.
    let table = [
        (instagram().api_key(" "), "oauth.api.key", Missing),
        (instagram().api_secret("a\nb"), secret, ControlCharacter),
        (instagram().callback_url("data:text/html,x"), url, NotACallbackUrl),
        (instagram().name("\t"), "name", Missing),
        (instagram().tag(""), "tags", Missing),
        (instagram().state(""), "state", Missing),
        (instagram().scope("\n"), "scope", Missing),
        (instagram().parameter("state", "x"), r#"parameter "state""#, Reserved),
        (instagram().parameter("", "x"), r#"parameter """#, Reserved),
        (instagram().parameter("a", " "), r#"parameter "a""#, Missing),
        (instagram().parameter("a", "b\nc"), r#"parameter "a""#, ControlCharacter),
        (instagram().parameter("a", "b").parameter("a", "c"), r#"parameter "a""#, Repeated),
        (instagram().oauth_proxy("p", "https://a.example").parameter("isOauthProxy", "true"), r#"parameter "isOauthProxy""#, Reserved),
        (instagram().oauth_proxy(" ", "https://a.example"), "name of the OAuth proxy", Missing),
        (instagram().oauth_proxy("p", "data:x"), proxied, NotACallbackUrl),
        (instagram().oauth_proxy("p", "https://a.example/?b=c"), proxied, NotReturnedIntact),
        (instagram().configuration("", true), "configuration", Missing),
        (instagram().configuration(url, "x"), r#"configuration "oauth.callback.url""#, Reserved),
        (instagram().configuration("a", 1).configuration("a", 2), r#"configuration "a""#, Repeated),
        (instagram().configuration("event.vendor.type", "polling").events(events),
            r#"configuration "event.vendor.type""#, Repeated),
        (instagram().events(Events::webhooks("app.example")),
            "event.notification.callback.url", NotAUrl),
    ];
    for (request, field, kind) in table {
        assert_refused(begin(&request), field, kind);
    }
    assert_eq!(begin(&instagram()), Ok(()));
}

#[test]
fn a_state_that_a_provider_may_alter_is_refused() {
    for state in [
        "a+b", "a b", "a%20b", "a&b", "a#b", "a;b", "a\"b", "a<b", "a\\b", "ä", "a\n", "a\u{0}",
    ] {
        assert_refused(begin(&instagram().state(state)), "state", NotReturnedIntact);
    }
    let by_hand = "https://app.example/cb?flow=9Xk2";
    let behind = instagram().oauth_proxy("p", "https://app.example/cb");
    assert_refused(begin(&behind.state(by_hand)), "state", NotReturnedIntact);
    // A parameter of another name goes with the proxy.
    let behind = instagram().oauth_proxy("p", "https://app.example/cb");
    assert_eq!(begin(&behind.parameter("siteAddress", "a.example")), Ok(()));
    for state in ["AZaz09-._~", "b64url_-==", "urn:a/b", by_hand] {
        assert_eq!(begin(&instagram().state(state)), Ok(()), "{state:?}");
    }
}

#[test]
fn consent_for_another_element_or_instance_is_not_used_up() {
    let create = |request: &ConnectRequest, sent_away_with: &ConnectRequest| {
        let grant = pending(sent_away_with).without_consent();
        request.create(&config(), grant).map(drop)
    };
    let (box_com, again) = (ConnectRequest::new("box"), instagram().reauthorize(7));
    assert_refused(create(&instagram(), &box_com), "element", Differs);
    assert_refused(create(&again, &instagram()), "instance", Differs);
    assert_eq!(create(&instagram(), &instagram()), Ok(()));
    let provisioned = named(Basic)
        .provision(&config(), &pending(&box_com))
        .map(drop);
    assert_refused(provisioned, "element", Differs);
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
    // Another authentication was meant, so what OAuth would require is not named.
    assert_refused(
        provision(&ConnectRequest::new("x").name("n")),
        "authentication",
        NeedsConsent,
    );
    let unknown = named("saml".into());
    assert_refused(begin(&unknown), "authentication", UnknownAuthentication);
    assert_refused(provision(&unknown), "authentication", UnknownAuthentication);
}

#[test]
fn a_value_without_effect_is_refused() {
    let token = REFRESH_TOKEN;
    #[rustfmt::skip] // A row a case.
    let table = [
        (named(Basic).parameter("a", "b"), r#"parameter "a""#, NeedsNoConsent),
        (named(Basic).scope("s"), "scope", NeedsNoConsent),
        (named(Basic).state("s"), "state", NeedsNoConsent),
        (named(Basic).oauth_proxy("p", "https://a.example"), "OAuth proxy", NeedsNoConsent),
        (instagram().refresh_token(" "), token, Missing),
        (named(Basic).configuration(token, "a").refresh_token("b"),
            r#"configuration "oauth.user.refresh_token""#, Repeated),
    ];
    for (request, field, kind) in table {
        assert_refused(provision(&request), field, kind);
    }
}
