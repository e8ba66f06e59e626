//! An element of each kind, from what it asks for to the deletion of its instance.

use ce_sandbox::Sandbox;
use serde_json::{Map, Value, json};

use crate::http::{Api, Client as _, FORM, Reply, parameter};

const STEP_1: &str = "apiKey=key&apiSecret=s3cret&callbackUrl=http://app.example/cb";

/// What the element says it requires, each with some value.
pub(crate) fn configuration(api: &Api, key: &str) -> Map<String, Value> {
    let element = api.get(format!("/elements/{key}"));
    let entries = element["configuration"].as_array().unwrap().iter();
    let required = entries.filter(|entry| entry["required"] == true);
    let keys = required.map(|entry| entry["key"].as_str().unwrap().to_owned());
    keys.map(|key| (key, json!("some value"))).collect()
}

/// A create request for the element, with all that it says it requires.
fn request(api: &Api, key: &str, provider_data: &Value) -> Value {
    json!({
        "element": {"key": key}, "name": "Mine", "configuration": configuration(api, key),
        "providerData": provider_data,
    })
}

/// The provider refuses.
fn is_refused_by_provider(reply: &Reply) {
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert!(reply["providerMessage"].is_string(), "{}", reply.body);
}

/// Nothing is created while one of the required entries is missing; then, with all of them, it is,
/// and works until it is deleted.
fn live(api: &Api, key: &str, resource: &str, provider_data: &Value) {
    let body = request(api, key, provider_data);
    for name in configuration(api, key).keys() {
        let mut lacking = body.clone();
        lacking["configuration"][name] = json!(null);
        api.post("/instances", &lacking).refuses(400, name);
    }
    let created = api.post("/instances", &body).is(200);
    created.hides("s3cret");
    assert_eq!([&created["valid"], &created["disabled"]], [true, false]);
    if !provider_data.is_null() {
        // Consent works once.
        is_refused_by_provider(&api.post("/instances", &body));
    }
    let id = created["id"].as_u64().unwrap();
    let hub = created["element"]["hub"].as_str().unwrap();
    let account = api.account(id);
    for hub in ["", &format!("/hubs/{hub}"), "/hubs/x"] {
        let listed = account.get(format!("{hub}/{resource}"));
        assert!(!listed.list().is_empty(), "{key} {hub}");
        let through = listed.header("Elements-Element-Instance-Id");
        assert_eq!(through, Some(&*id.to_string()));
    }
    let listed = api.get(format!("/elements/{key}/instances"));
    assert_eq!(listed[0]["id"], id);

    api.delete(format!("/instances/{id}")).is(200);
    for path in ["/ping", "/instances/configuration", "/nothing"] {
        account.get(path).is(401);
    }
}

fn oauth_url(api: &Api, key: &str, query: &str) -> String {
    let reply = api.get(format!("/elements/{key}/oauth/url?{STEP_1}{query}"));
    reply.is(200).text("oauthUrl").to_owned()
}

/// A request token and its secret.
fn request_token(api: &Api, key: &str, query: &str) -> (String, String) {
    let reply = api.get(format!("/elements/{key}/oauth/token?{STEP_1}{query}"));
    (
        reply.text("token").to_owned(),
        reply.text("secret").to_owned(),
    )
}

/// What shows the consent that this callback tells of.
fn oauth_1_data(callback: &str, secret: &str) -> Value {
    json!({
        "oauth_token": parameter(callback, "oauth_token"),
        "oauth_verifier": parameter(callback, "oauth_verifier"),
        "secret": secret,
    })
}

#[test]
fn oauth_2() {
    let api = Api::start();
    for (key, query, resource) in [
        ("instagram", "", "users"),
        ("shopify", "&siteAddress=a", "products"),
    ] {
        let callback = api.allow(&oauth_url(&api, key, query)).unwrap();
        let data = json!({"code": parameter(&callback, "code")});
        live(&api, key, resource, &data);
    }
    for (key, part) in [("shopify", "siteAddress"), ("closeio", "closeio")] {
        let refused = api.get(format!("/elements/{key}/oauth/url?{STEP_1}"));
        refused.refuses(400, part);
    }
}

#[test]
fn oauth_2_with_more_than_a_code() {
    let api = Api::start();
    let url = oauth_url(&api, "quickbooks", "&state=s");
    let callback = api.allow(&url).unwrap();
    assert!(callback.ends_with("&state=s"), "{callback}");
    let code = parameter(&callback, "code");
    let data = |realm: &str| json!({"code": code, "realmId": realm, "dataSource": "QBO"});
    let mut body = request(&api, "quickbooks", &data("1"));
    is_refused_by_provider(&api.post("/instances", &body));
    body["providerData"] = json!({"code": code});
    let refused = api.post("/instances", &body);
    refused.refuses(400, "realmId");
    // Which is not required.
    refused.hides("dataSource");
    let realm = parameter(&callback, "realmId");
    live(&api, "quickbooks", "customers", &data(&realm));
}

#[test]
fn oauth_2_that_somebody_else_went_through() {
    let api = Api::start();
    let mut body = request(&api, "quickbooks", &Value::Null);
    body["externalAuthentication"] = json!("initial");
    let lacking = api.post("/instances", &body);
    lacking.refuses(400, "oauth.user.refresh_token");
    body["configuration"]["oauth.user.refresh_token"] = json!("s3cret");
    body["configuration"]["oauth.callback.url"] = json!(null);
    let created = api.post("/instances", &body).is(200);
    created.hides("s3cret");
    let account = api.account(created["id"].as_u64().unwrap());
    account.get("/ping").is(200);
}

#[test]
fn oauth_1() {
    let api = Api::start();
    for (key, query, resource) in [
        ("etsy", "", "products"),
        ("desk", "&siteAddress=acme.desk.example", "incidents"),
    ] {
        let (token, secret) = request_token(&api, key, query);
        let query = format!("{query}&state=s%26t&requestToken={token}");
        let url = oauth_url(&api, key, &query);
        let page = format!("/provider/{key}/authorize?oauth_token={token}&oauth_callback=");
        assert!(url.contains(&page), "{url}");

        // By the page, as a browser does it.
        let target = url.strip_prefix(api.origin()).unwrap();
        let page = api.bare("GET", target, &[], "");
        page.shows("<strong>key</strong>");
        let redirect = api.bare("POST", target, &[FORM], "decision=allow");
        let callback = redirect.header("Location").unwrap();
        let start = "http://app.example/cb?state=s%26t&oauth_token=";
        let start = format!("{start}{token}&oauth_verifier=");
        assert!(callback.starts_with(&start), "{callback}");
        assert!(api.allow(&url).is_err(), "it is decided");

        let data = oauth_1_data(callback, &secret);
        for name in ["oauth_token", "oauth_verifier", "secret"] {
            let mut body = request(&api, key, &data);
            body["providerData"][name] = json!(null);
            api.post("/instances", &body).refuses(400, name);
            body["providerData"][name] = json!("wrong");
            is_refused_by_provider(&api.post("/instances", &body));
        }
        live(&api, key, resource, &data);
        let used = api.get(format!("/elements/{key}/oauth/url?{STEP_1}{query}"));
        used.refuses(400, "requestToken");
    }
}

#[test]
fn oauth_1_by_post_and_by_the_handle() {
    let api = Api::start();
    let (token, secret) = request_token(&api, "etsy", "&state=early");
    let mut body = json!({
        "apiKey": "key", "apiSecret": "s3cret", "callbackUrl": "http://app.example/cb?a=b",
    });
    let path = "/elements/etsy/oauth/url";
    api.post(path, &body).refuses(400, "requestToken");
    body["requestToken"] = json!(token);
    let callback = api.allow(api.post(path, &body).text("oauthUrl")).unwrap();
    let start = "http://app.example/cb?a=b&state=early&oauth_token=";
    assert!(callback.starts_with(start), "{callback}");
    live(&api, "etsy", "products", &oauth_1_data(&callback, &secret));
}

#[test]
fn oauth_1_denied() {
    let api = Api::start();
    let (token, _) = request_token(&api, "etsy", "");
    let url = oauth_url(&api, "etsy", &format!("&requestToken={token}"));
    let start = "http://app.example/cb?state=etsy&oauth_problem=user_refused";
    let expected = format!("{start}&oauth_token={token}");
    assert_eq!(api.deny(&url).unwrap(), expected);
    assert!(api.allow(&url).is_err(), "it is decided");
}

#[test]
fn basic_and_custom() {
    let api = Api::start();
    live(&api, "closeio", "contacts", &Value::Null);
    live(&api, "amazons3", "buckets", &Value::Null);
}

#[test]
fn ones_own() {
    let document = include_str!("../../../CATALOGUE.md");
    let example = document.split("```json").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let api = Api::of(Sandbox::builder().catalogue(example).unwrap());
    let url = oauth_url(&api, "mycrm", "&subdomain=acme");
    let callback = api.allow(&url).unwrap();
    let (code, org) = (parameter(&callback, "code"), parameter(&callback, "org"));
    live(
        &api,
        "mycrm",
        "contacts",
        &json!({"code": code, "org": org}),
    );
    // A text that is no good is refused when it is given, and the built-in ones are still there.
    assert!(Sandbox::builder().catalogue("{}").is_err());
    api.get("/elements/instagram").is(200);
}
