//! The provider's consent page.

use crate::http::{FORM, JSON, api, call, parameter};
use ce_sandbox::{ConsentError, Sandbox};
use serde_json::json;

const PAGE: &str = "/provider/instagram/authorize";

#[test]
fn a_request_that_cannot_be_answered_stays_on_the_page() {
    let sandbox = Sandbox::start().unwrap();
    let good = "response_type=code&client_id=app&redirect_uri=http://h/cb";
    let table = [
        (PAGE, "", 400, "client_id"),
        (PAGE, "client_id=a&response_type=code", 400, "redirect_uri"),
        (
            PAGE,
            "client_id=a&redirect_uri=javascript:alert(1)",
            400,
            "redirect_uri",
        ),
        (
            PAGE,
            "client_id=a&redirect_uri=http://h/&response_type=token",
            400,
            "response_type",
        ),
        ("/provider/closeio/authorize", good, 404, "No provider"),
        ("/provider/nothing/authorize", good, 404, "No provider"),
        (
            "/provider/etsy/authorize",
            "oauth_token=unknown",
            400,
            "oauth_token",
        ),
    ];
    for (page, query, status, part) in table {
        let shown = call(&sandbox, "GET", &format!("{page}?{query}"), &[], "");
        assert_eq!(shown.status, status, "{query}");
        assert!(shown.body.contains(part), "{}", shown.body);
        assert_eq!(shown.header("Location"), None);
    }
    let decide = |headers: &[(&str, &str)], body: &str| {
        call(&sandbox, "POST", &format!("{PAGE}?{good}"), headers, body).status
    };
    assert_eq!(decide(&[FORM], "decision=maybe"), 400);
    assert_eq!(decide(&[JSON], "decision=allow"), 415);
    assert_eq!(decide(&[FORM], "decision=allow"), 302);
}

#[test]
fn what_an_application_sends_is_escaped() {
    let sandbox = Sandbox::start().unwrap();
    let query = "response_type=code&client_id=%3Cscript%3E&scope=a+%3Cb%3E\
                 &redirect_uri=http://h/cb?x=%22%3E&state=%22%3E%3Ci%3E";
    let page = call(&sandbox, "GET", &format!("{PAGE}?{query}"), &[], "").body;
    assert!(page.contains("<strong>&lt;script&gt;</strong>"), "{page}");
    assert!(page.contains("<li>&lt;b&gt;</li>"), "{page}");
    assert!(!page.contains("<i>") && !page.contains("<script"), "{page}");
}

#[test]
fn nothing_of_the_page_lingers_or_runs() {
    let sandbox = Sandbox::start().unwrap();
    let page = call(&sandbox, "GET", PAGE, &[], "");
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"));
    assert_eq!(page.header("X-Content-Type-Options"), Some("nosniff"));
    let policy = page.header("Content-Security-Policy").unwrap();
    let nonce = parameter(
        &policy.replace("'nonce-", "?nonce=").replace('\'', "&"),
        "nonce",
    );
    assert!(policy.starts_with("default-src 'none'"));
    assert!(page.body.contains(&format!("<style nonce=\"{nonce}\">")));
}

#[test]
fn callback_urls_may_have_any_scheme_or_none() {
    let sandbox = Sandbox::start().unwrap();
    let table = [
        (
            "www.mycoolapp.com/auth",
            Some("http://www.mycoolapp.com/auth?code="),
        ),
        ("myapp://cb", Some("myapp://cb?code=")),
        (
            "https://app.example/cb?a=b",
            Some("https://app.example/cb?a=b&code="),
        ),
        ("javascript://x", None),
        ("/cb", None),
    ];
    for (url, expected) in table {
        let body = json!({"apiKey": "k", "apiSecret": "s", "callbackUrl": url}).to_string();
        let reply = api(&sandbox, "POST", "/elements/instagram/oauth/url", &body);
        match expected {
            Some(expected) => {
                let callback = sandbox.allow(reply.json()["oauthUrl"].as_str().unwrap());
                let callback = callback.unwrap();
                assert!(callback.starts_with(expected), "{callback}");
                assert!(callback.ends_with("#_"), "{callback}");
            }
            None => assert!(reply.message().contains("callbackUrl"), "{}", reply.body),
        }
    }
}

#[test]
fn another_pages_url_is_not_played() {
    let sandbox = Sandbox::start().unwrap();
    let origin = sandbox.base_url().strip_suffix("/elements/api-v2").unwrap();
    for url in [
        "https://api.instagram.com/oauth/authorize?state=5ecret".to_owned(),
        format!("{origin}/elements/api-v2/elements?state=5ecret"),
        format!("{origin}.example{PAGE}"),
    ] {
        let error = sandbox.allow(&url).unwrap_err();
        assert!(matches!(error, ConsentError::Elsewhere { .. }), "{error}");
        assert!(!error.to_string().contains("5ecret"));
    }
    let refused = sandbox.deny(&format!("{origin}{PAGE}")).unwrap_err();
    assert!(matches!(refused, ConsentError::Refused { .. }), "{refused}");
}

#[test]
fn each_scope_is_shown_whatever_stands_between_them() {
    let sandbox = Sandbox::start().unwrap();
    for scope in ["a+b", "a,b", "a%2Bb", "a%20,+b"] {
        let query = "response_type=code&client_id=app&redirect_uri=http://h:80/cb";
        let page = call(
            &sandbox,
            "GET",
            &format!("{PAGE}?{query}&scope={scope}"),
            &[],
            "",
        );
        assert!(page.body.contains("<li>a</li><li>b</li>"), "{}", page.body);
        assert!(page.body.contains("<strong>h:80</strong>"), "{}", page.body);
    }
}

#[test]
fn what_is_given_in_step_1_reaches_the_page() {
    let sandbox = Sandbox::start().unwrap();
    let body = json!({
        "apiKey": "k&k", "apiSecret": "s", "callbackUrl": "http://h/?a=b", "scope": "one two",
        "state": "a+b/=",
    });
    let query =
        "apiKey=k%26k&apiSecret=s&callbackUrl=http://h/?a%3Db&scope=one+two&state=a%2Bb/%3D";
    let path = "/elements/instagram/oauth/url";
    let by_body = api(&sandbox, "POST", path, &body.to_string()).json();
    let by_query = api(&sandbox, "GET", &format!("{path}?{query}"), "").json();
    assert_eq!(by_body, by_query);
    let url = by_body["oauthUrl"].as_str().unwrap();
    let expected =
        "client_id=k%26k&redirect_uri=http%3A%2F%2Fh%2F%3Fa%3Db&scope=one+two&state=a%2Bb%2F%3D";
    assert!(url.ends_with(expected), "{url}");
    let missing = api(&sandbox, "POST", path, "{}");
    for name in ["apiKey", "apiSecret", "callbackUrl"] {
        assert!(missing.message().contains(name), "{}", missing.body);
    }
}
