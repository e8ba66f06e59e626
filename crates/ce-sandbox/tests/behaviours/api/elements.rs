//! An element of each kind, from what it asks for to the deletion of its instance.

use ce_sandbox::Sandbox;
use serde_json::{Map, Value, json};

use crate::http::{FORM, Reply, api, call, parameter, through};

const STEP_1: &str = "apiKey=key&apiSecret=s3cret&callbackUrl=http://app.example/cb";

/// A create request for the element, with all that it says it requires.
fn request(sandbox: &Sandbox, key: &str, provider_data: &Value) -> Value {
    let configuration = configuration(sandbox, key);
    json!({
        "element": {"key": key}, "name": "Mine", "configuration": configuration,
        "providerData": provider_data,
    })
}

/// What the element says it requires, each with some value.
pub(crate) fn configuration(sandbox: &Sandbox, key: &str) -> Map<String, Value> {
    let element = api(sandbox, "GET", &format!("/elements/{key}"), "").json();
    let entries = element["configuration"].as_array().unwrap().iter();
    let required = entries.filter(|entry| entry["required"] == true);
    let keys = required.map(|entry| entry["key"].as_str().unwrap().to_owned());
    keys.map(|key| (key, json!("some value"))).collect()
}

fn create(sandbox: &Sandbox, body: &Value) -> Reply {
    api(sandbox, "POST", "/instances", &body.to_string())
}

/// The platform refuses, and names this.
fn lacks(reply: &Reply, name: &str) {
    assert_eq!(reply.status, 400, "{name}: {}", reply.body);
    assert!(reply.message().contains(name), "{}", reply.body);
}

/// The provider refuses.
fn is_refused_by_provider(reply: &Reply) {
    assert_eq!(reply.status, 400, "{}", reply.body);
    let message = &reply.json()["providerMessage"];
    assert!(message.is_string(), "{}", reply.body);
}

/// Nothing is created while one of the required entries is missing; then, with all of them, it is,
/// and works until it is deleted.
fn live(sandbox: &Sandbox, key: &str, resource: &str, provider_data: &Value) {
    let body = request(sandbox, key, provider_data);
    for name in configuration(sandbox, key).keys() {
        let mut lacking = body.clone();
        lacking["configuration"][name] = json!(null);
        lacks(&create(sandbox, &lacking), name);
    }
    let created = create(sandbox, &body);
    assert_eq!(created.status, 200, "{key}: {}", created.body);
    assert!(!created.body.contains("s3cret"), "{}", created.body);
    let instance = created.json();
    assert_eq!([&instance["valid"], &instance["disabled"]], [true, false]);
    if !provider_data.is_null() {
        // Consent works once.
        is_refused_by_provider(&create(sandbox, &body));
    }
    let id = instance["id"].to_string();
    let token = instance["token"].as_str().unwrap();
    let hub = instance["element"]["hub"].as_str().unwrap();
    let status = |method: &str, path: &str| through(sandbox, token, method, path, "").status;

    let by_resource = format!("/{resource}");
    for hub in ["", &format!("/hubs/{hub}"), "/hubs/x"] {
        let listed = through(sandbox, token, "GET", &format!("{hub}{by_resource}"), "");
        assert_ne!(listed.json(), json!([]), "{key} {hub}");
        assert_eq!(listed.header("Elements-Element-Instance-Id"), Some(&*id));
    }
    let listed = api(sandbox, "GET", &format!("/elements/{key}/instances"), "");
    assert_eq!(listed.json()[0]["id"], instance["id"]);

    assert_eq!(status("DELETE", "/instances/enabled"), 200);
    assert_eq!(status("GET", &by_resource), 403);
    assert_eq!(status("PUT", "/instances/enabled"), 200);
    assert_eq!(status("GET", "/ping"), 200);

    let path = format!("/instances/{id}");
    assert_eq!(api(sandbox, "DELETE", &path, "").status, 200);
    for path in ["/ping", "/instances/configuration", "/nothing"] {
        assert_eq!(status("GET", path), 401, "{path}");
    }
}

fn oauth_url(sandbox: &Sandbox, key: &str, query: &str) -> String {
    let path = format!("/elements/{key}/oauth/url?{STEP_1}{query}");
    let reply = api(sandbox, "GET", &path, "");
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["oauthUrl"].as_str().unwrap().to_owned()
}

/// A request token and its secret.
fn request_token(sandbox: &Sandbox, key: &str, query: &str) -> (String, String) {
    let path = format!("/elements/{key}/oauth/token?{STEP_1}{query}");
    let reply = api(sandbox, "GET", &path, "").json();
    let text = |name: &str| reply[name].as_str().unwrap().to_owned();
    (text("token"), text("secret"))
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
    let sandbox = Sandbox::start().unwrap();
    for (key, query, resource) in [
        ("instagram", "", "users"),
        ("shopify", "&siteAddress=a", "products"),
    ] {
        let callback = sandbox.allow(&oauth_url(&sandbox, key, query)).unwrap();
        let data = json!({"code": parameter(&callback, "code")});
        live(&sandbox, key, resource, &data);
    }
    let path = format!("/elements/shopify/oauth/url?{STEP_1}");
    lacks(&api(&sandbox, "GET", &path, ""), "siteAddress");
    let path = format!("/elements/closeio/oauth/url?{STEP_1}");
    lacks(&api(&sandbox, "GET", &path, ""), "closeio");
}

#[test]
fn oauth_2_with_more_than_a_code() {
    let sandbox = Sandbox::start().unwrap();
    let url = oauth_url(&sandbox, "quickbooks", "&state=s");
    let callback = sandbox.allow(&url).unwrap();
    assert!(callback.ends_with("&state=s"), "{callback}");
    let data = |realm: &str| {
        let code = parameter(&callback, "code");
        json!({"code": code, "realmId": realm, "dataSource": "QBO"})
    };
    let mut lacking = request(&sandbox, "quickbooks", &data("1"));
    let other = create(&sandbox, &lacking);
    is_refused_by_provider(&other);
    lacking["providerData"] = json!({"code": parameter(&callback, "code")});
    let refused = create(&sandbox, &lacking);
    lacks(&refused, "realmId");
    assert!(
        !refused.message().contains("dataSource"),
        "which is not required"
    );
    let realm = parameter(&callback, "realmId");
    live(&sandbox, "quickbooks", "customers", &data(&realm));
}

#[test]
fn oauth_2_that_somebody_else_went_through() {
    let sandbox = Sandbox::start().unwrap();
    let mut body = request(&sandbox, "quickbooks", &Value::Null);
    body["externalAuthentication"] = json!("initial");
    lacks(&create(&sandbox, &body), "oauth.user.refresh_token");
    body["configuration"]["oauth.user.refresh_token"] = json!("s3cret");
    body["configuration"]["oauth.callback.url"] = json!(null);
    let created = create(&sandbox, &body);
    assert!(!created.body.contains("s3cret"), "{}", created.body);
    let token = created.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(through(&sandbox, &token, "GET", "/ping", "").status, 200);
}

#[test]
fn oauth_1() {
    let sandbox = Sandbox::start().unwrap();
    for (key, query, resource) in [
        ("etsy", "", "products"),
        ("desk", "&siteAddress=acme.desk.example", "incidents"),
    ] {
        let (token, secret) = request_token(&sandbox, key, query);
        let query = format!("{query}&state=s%26t&requestToken={token}");
        let url = oauth_url(&sandbox, key, &query);
        let page = format!("/provider/{key}/authorize?oauth_token={token}&oauth_callback=");
        assert!(url.contains(&page), "{url}");

        // By the page, as a browser does it.
        let (_, target) = url.split_once("/provider").unwrap();
        let target = format!("/provider{target}");
        let page = call(&sandbox, "GET", &target, &[], "");
        assert!(page.body.contains("<strong>key</strong>"), "{}", page.body);
        let redirect = call(&sandbox, "POST", &target, &[FORM], "decision=allow");
        let callback = redirect.header("Location").unwrap();
        let start =
            format!("http://app.example/cb?state=s%26t&oauth_token={token}&oauth_verifier=");
        assert!(callback.starts_with(&start), "{callback}");
        assert!(sandbox.allow(&url).is_err(), "it is decided");

        let data = oauth_1_data(callback, &secret);
        for name in ["oauth_token", "oauth_verifier", "secret"] {
            let mut body = request(&sandbox, key, &data);
            body["providerData"][name] = json!(null);
            lacks(&create(&sandbox, &body), name);
            body["providerData"][name] = json!("wrong");
            is_refused_by_provider(&create(&sandbox, &body));
        }
        live(&sandbox, key, resource, &data);
        let path = format!("/elements/{key}/oauth/url?{STEP_1}{query}");
        lacks(&api(&sandbox, "GET", &path, ""), "requestToken");
    }
}

#[test]
fn oauth_1_by_post_and_by_the_handle() {
    let sandbox = Sandbox::start().unwrap();
    let (token, secret) = request_token(&sandbox, "etsy", "&state=early");
    let mut body = json!({
        "apiKey": "key", "apiSecret": "s3cret", "callbackUrl": "http://app.example/cb?a=b",
    });
    let path = "/elements/etsy/oauth/url";
    lacks(
        &api(&sandbox, "POST", path, &body.to_string()),
        "requestToken",
    );
    body["requestToken"] = json!(token);
    let reply = api(&sandbox, "POST", path, &body.to_string()).json();
    let callback = sandbox.allow(reply["oauthUrl"].as_str().unwrap()).unwrap();
    assert!(callback.starts_with("http://app.example/cb?a=b&state=early&oauth_token="));
    live(
        &sandbox,
        "etsy",
        "products",
        &oauth_1_data(&callback, &secret),
    );
}

#[test]
fn oauth_1_denied() {
    let sandbox = Sandbox::start().unwrap();
    let (token, _) = request_token(&sandbox, "etsy", "");
    let url = oauth_url(&sandbox, "etsy", &format!("&requestToken={token}"));
    let expected =
        format!("http://app.example/cb?state=etsy&oauth_problem=user_refused&oauth_token={token}");
    assert_eq!(sandbox.deny(&url).unwrap(), expected);
    assert!(sandbox.allow(&url).is_err(), "it is decided");
}

#[test]
fn basic_and_custom() {
    let sandbox = Sandbox::start().unwrap();
    live(&sandbox, "closeio", "contacts", &Value::Null);
    live(&sandbox, "amazons3", "buckets", &Value::Null);
}

#[test]
fn ones_own() {
    let document = include_str!("../../../CATALOGUE.md");
    let example = document.split("```json").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let builder = Sandbox::builder().catalogue(example).unwrap();
    let sandbox = builder.start().unwrap();
    let url = oauth_url(&sandbox, "mycrm", "&subdomain=acme");
    let callback = sandbox.allow(&url).unwrap();
    let data = json!({"code": parameter(&callback, "code"), "org": parameter(&callback, "org")});
    live(&sandbox, "mycrm", "contacts", &data);
    // A text that is no good is refused when it is given, and the built-in ones are still there.
    assert!(Sandbox::builder().catalogue("{}").is_err());
    assert_eq!(api(&sandbox, "GET", "/elements/instagram", "").status, 200);
}
