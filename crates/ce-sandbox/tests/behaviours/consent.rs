//! The provider's consent page.

use crate::http::{Api, Client as _, FORM, JSON, Reply, parameter};
use ce_sandbox::ConsentError;
use serde_json::json;

const PAGE: &str = "/provider/instagram/authorize";
const GOOD: &str = "response_type=code&client_id=app&redirect_uri=http://h:80/cb";

fn ask(api: &Api, page: &str, query: &str) -> Reply {
    api.bare("GET", &format!("{page}?{query}"), &[], "")
}

#[test]
fn a_request_that_cannot_be_answered_stays_on_the_page() {
    let api = Api::start();
    let script = "client_id=a&redirect_uri=javascript:alert(1)";
    let token = "client_id=a&redirect_uri=http://h/&response_type=token";
    for (key, query, status, part) in [
        ("instagram", "", 400, "client_id"),
        ("instagram", "client_id=a", 400, "redirect_uri"),
        ("instagram", script, 400, "redirect_uri"),
        ("instagram", token, 400, "response_type"),
        ("closeio", GOOD, 404, "No provider"),
        ("nothing", GOOD, 404, "No provider"),
        ("etsy", "oauth_token=unknown", 400, "oauth_token"),
    ] {
        let page = format!("/provider/{key}/authorize");
        let shown = ask(&api, &page, query).is(status);
        shown.shows(part);
        assert_eq!(shown.header("Location"), None);
    }
    let page = format!("{PAGE}?{GOOD}");
    for (kind, body, status) in [
        (FORM, "decision=maybe", 400),
        (JSON, "decision=allow", 415),
        (FORM, "decision=allow", 302),
    ] {
        api.bare("POST", &page, &[kind], body).is(status);
    }
}

#[test]
fn what_an_application_sends_is_escaped() {
    let query = "response_type=code&client_id=%3Cscript%3E&scope=a+%3Cb%3E\
                 &redirect_uri=http://h/cb?x=%22%3E&state=%22%3E%3Ci%3E";
    let page = ask(&Api::start(), PAGE, query).body;
    assert!(page.contains("<strong>&lt;script&gt;</strong>"), "{page}");
    assert!(page.contains("<li>&lt;b&gt;</li>"), "{page}");
    assert!(!page.contains("<i>") && !page.contains("<script"), "{page}");
}

#[test]
fn nothing_of_the_page_lingers_or_runs() {
    let page = ask(&Api::start(), PAGE, "");
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"));
    assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"));
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"));
    let (_, nonce) = policy.split_once("'nonce-").unwrap();
    let (nonce, _) = nonce.split_once('\'').unwrap();
    assert!(page.body.contains(&format!("<style nonce=\"{nonce}\">")));
}

#[test]
fn callback_urls_may_have_any_scheme_or_none() {
    let api = Api::start();
    for (url, expected) in [
        ("www.mycoolapp.com/auth", "http://www.mycoolapp.com/auth?"),
        ("myapp://cb", "myapp://cb?"),
        ("https://h.example/cb?a=b", "https://h.example/cb?a=b&"),
        ("javascript://x", ""),
        ("/cb", ""),
    ] {
        let body = json!({"apiKey": "k", "apiSecret": "s", "callbackUrl": url});
        let reply = api.post("/elements/instagram/oauth/url", &body);
        if expected.is_empty() {
            reply.refuses(400, "callbackUrl");
            continue;
        }
        let callback = api.allow(reply.text("oauthUrl")).unwrap();
        let expected = format!("{expected}code=");
        assert!(callback.starts_with(&expected), "{callback}");
        assert!(callback.ends_with("#_"), "{callback}");
    }
}

#[test]
fn another_pages_url_is_not_played() {
    let api = Api::start();
    let origin = api.origin();
    for url in [
        "https://api.instagram.com/oauth/authorize?state=5ecret".to_owned(),
        format!("{origin}/elements/api-v2/elements?state=5ecret"),
        format!("{origin}.example{PAGE}"),
    ] {
        let error = api.allow(&url).unwrap_err();
        assert!(matches!(error, ConsentError::Elsewhere { .. }), "{error}");
        assert!(!error.to_string().contains("5ecret"));
    }
    let refused = api.deny(&format!("{origin}{PAGE}")).unwrap_err();
    assert!(matches!(refused, ConsentError::Refused { .. }), "{refused}");
}

#[test]
fn each_scope_is_shown_whatever_stands_between_them() {
    let api = Api::start();
    for scope in ["a+b", "a,b", "a%2Bb", "a%20,+b"] {
        let page = ask(&api, PAGE, &format!("{GOOD}&scope={scope}")).body;
        assert!(page.contains("<li>a</li><li>b</li>"), "{page}");
        assert!(page.contains("<strong>h:80</strong>"), "{page}");
    }
}

#[test]
fn what_is_given_in_step_1_reaches_the_page() {
    let api = Api::start();
    let body = json!({
        "apiKey": "k&k", "apiSecret": "s", "callbackUrl": "http://h/?a=b", "scope": "one two",
        "state": "a+b/=",
    });
    let query =
        "apiKey=k%26k&apiSecret=s&callbackUrl=http://h/?a%3Db&scope=one+two&state=a%2Bb/%3D";
    let path = "/elements/instagram/oauth/url";
    let by_body = api.post(path, &body);
    assert_eq!(by_body.json, api.get(format!("{path}?{query}")).json);
    let url = by_body.text("oauthUrl");
    let parameters: Vec<_> = url.split(['?', '&']).skip(2).collect();
    let expected = [
        "client_id=k%26k",
        "redirect_uri=http%3A%2F%2Fh%2F%3Fa%3Db",
        "scope=one+two",
        "state=a%2Bb%2F%3D",
    ];
    assert_eq!(parameters, expected);
    assert_eq!(parameter(url, "response_type"), "code");
    let missing = api.post(path, &json!({}));
    for name in ["apiKey", "apiSecret", "callbackUrl"] {
        missing.refuses(400, name);
    }
}
