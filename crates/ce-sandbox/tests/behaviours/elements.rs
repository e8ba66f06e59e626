//! An element of each kind, from what it asks for to the deletion of its instance.

use crate::http::{FORM, Reply, api, call, parameter, through};
use ce_sandbox::Sandbox;
use serde_json::{Map, Value, json};

const STEP_1: &str = "apiKey=key&apiSecret=s3cret&callbackUrl=http://app.example/cb";

fn create(sandbox: &Sandbox, body: &Value) -> Reply {
    api(sandbox, "POST", "/instances", &body.to_string())
}

/// What the element says it requires, each with some value.
fn configuration(sandbox: &Sandbox, key: &str) -> Map<String, Value> {
    let element = api(sandbox, "GET", &format!("/elements/{key}"), "").json();
    let entries = element["configuration"].as_array().unwrap().iter();
    entries
        .filter(|entry| entry["required"] == true)
        .map(|entry| {
            (
                entry["key"].as_str().unwrap().to_owned(),
                json!("some value"),
            )
        })
        .collect()
}

/// Nothing is created while one of the required entries is missing; then, with all of them, it is,
/// and works until it is deleted.
fn live(sandbox: &Sandbox, key: &str, resource: &str, provider_data: Option<&Value>) {
    let configuration = configuration(sandbox, key);
    let mut body = json!({"element": {"key": key}, "name": "Mine", "configuration": configuration});
    if let Some(data) = provider_data {
        body["providerData"] = data.clone();
    }
    for name in configuration.keys() {
        let mut lacking = body.clone();
        lacking["configuration"]
            .as_object_mut()
            .unwrap()
            .remove(name);
        let refused = create(sandbox, &lacking);
        assert_eq!(refused.status, 400, "{key} without {name}");
        assert!(refused.json()["message"].as_str().unwrap().contains(name));
    }

    let created = create(sandbox, &body);
    assert_eq!(created.status, 200, "{key}: {}", created.body);
    assert!(!created.body.contains("s3cret"), "{}", created.body);
    let instance = created.json();
    assert_eq!(
        (&instance["valid"], &instance["disabled"]),
        (&json!(true), &json!(false))
    );
    if provider_data.is_some() {
        let again = create(sandbox, &body);
        assert_eq!(again.status, 400, "{key}: consent works once");
        assert!(
            again.json()["providerMessage"].is_string(),
            "{}",
            again.body
        );
    }
    let (id, token) = (
        instance["id"].to_string(),
        instance["token"].as_str().unwrap(),
    );

    let hub = instance["element"]["hub"].as_str().unwrap();
    for path in [
        format!("/{resource}"),
        format!("/hubs/{hub}/{resource}"),
        format!("/hubs/x/{resource}"),
    ] {
        let listed = through(sandbox, token, "GET", &path, "");
        assert_eq!(listed.status, 200, "{key} {path}: {}", listed.body);
        assert!(!listed.json().as_array().unwrap().is_empty());
        assert_eq!(listed.header("Elements-Element-Instance-Id"), Some(&*id));
    }
    let path = format!("/elements/{key}/instances");
    assert_eq!(
        api(sandbox, "GET", &path, "").json()[0]["id"].to_string(),
        id
    );

    assert_eq!(
        through(sandbox, token, "DELETE", "/instances/enabled", "").status,
        200
    );
    assert_eq!(
        through(sandbox, token, "GET", &format!("/{resource}"), "").status,
        403
    );
    assert_eq!(
        through(sandbox, token, "PUT", "/instances/enabled", "").status,
        200
    );
    assert_eq!(through(sandbox, token, "GET", "/ping", "").status, 200);

    assert_eq!(
        api(sandbox, "DELETE", &format!("/instances/{id}"), "").status,
        200
    );
    for (method, path) in [
        ("GET", "/ping"),
        ("PUT", "/instances/enabled"),
        ("GET", "/nothing"),
    ] {
        assert_eq!(
            through(sandbox, token, method, path, "").status,
            401,
            "{method} {path}"
        );
    }
}

fn oauth_url(sandbox: &Sandbox, key: &str, query: &str) -> String {
    let path = format!("/elements/{key}/oauth/url?{STEP_1}{query}");
    let reply = api(sandbox, "GET", &path, "");
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["oauthUrl"].as_str().unwrap().to_owned()
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
        live(&sandbox, key, resource, Some(&data));
    }
}

#[test]
fn oauth_2_with_more_than_a_code() {
    let sandbox = Sandbox::start().unwrap();
    let callback = sandbox
        .allow(&oauth_url(&sandbox, "quickbooks", "&state=s"))
        .unwrap();
    assert!(callback.ends_with("&state=s"), "{callback}");
    let data = |realm: &str| {
        json!({
            "code": parameter(&callback, "code"),
            "realmId": realm,
            "dataSource": parameter(&callback, "dataSource"),
        })
    };
    let body = |data: &Value| {
        let configuration = configuration(&sandbox, "quickbooks");
        json!({
            "element": {"key": "quickbooks"}, "name": "Books",
            "configuration": configuration, "providerData": data,
        })
    };
    let refused = create(
        &sandbox,
        &body(&json!({"code": parameter(&callback, "code")})),
    );
    assert_eq!(refused.status, 400);
    let message = refused.json()["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains("realmId") && !message.contains("dataSource"),
        "{message}"
    );
    let refused = create(&sandbox, &body(&data("1")));
    assert_eq!(refused.status, 400);
    assert!(
        refused.json()["providerMessage"].is_string(),
        "another company's"
    );

    live(
        &sandbox,
        "quickbooks",
        "customers",
        Some(&data(&parameter(&callback, "realmId"))),
    );
}

#[test]
fn oauth_2_that_somebody_else_went_through() {
    let sandbox = Sandbox::start().unwrap();
    let mut configuration = configuration(&sandbox, "quickbooks");
    let order = |configuration: &Map<String, Value>| {
        json!({
            "element": {"key": "quickbooks"}, "name": "Books",
            "configuration": configuration, "externalAuthentication": "initial",
        })
    };
    let refused = create(&sandbox, &order(&configuration));
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.contains("oauth.user.refresh_token"),
        "{}",
        refused.body
    );
    configuration.insert("oauth.user.refresh_token".to_owned(), json!("s3cret"));
    let created = create(&sandbox, &order(&configuration));
    assert_eq!(created.status, 200, "{}", created.body);
    assert!(!created.body.contains("s3cret"), "{}", created.body);
    let token = created.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(through(&sandbox, &token, "GET", "/ping", "").status, 200);
}

/// A request token and its secret.
fn request_token(sandbox: &Sandbox, key: &str, query: &str) -> (String, String) {
    let path = format!("/elements/{key}/oauth/token?{STEP_1}{query}");
    let reply = api(sandbox, "GET", &path, "");
    assert_eq!(reply.status, 200, "{}", reply.body);
    let reply = reply.json();
    let text = |name: &str| reply[name].as_str().unwrap().to_owned();
    (text("token"), text("secret"))
}

#[test]
fn oauth_1() {
    let sandbox = Sandbox::start().unwrap();
    for (key, query, resource) in [
        ("etsy", "", "products"),
        ("desk", "&siteAddress=acme.desk.example", "incidents"),
    ] {
        let (token, secret) = request_token(&sandbox, key, query);
        let url = oauth_url(
            &sandbox,
            key,
            &format!("{query}&state=s%26t&requestToken={token}"),
        );
        assert!(url.contains(&format!(
            "/provider/{key}/authorize?oauth_token={token}&oauth_callback="
        )));

        // By the page, as a browser does it.
        let (_, target) = url.split_once("/provider").unwrap();
        let target = format!("/provider{target}");
        let page = call(&sandbox, "GET", &target, &[], "");
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("<strong>key</strong>"), "{}", page.body);
        let redirect = call(&sandbox, "POST", &target, &[FORM], "decision=allow");
        assert_eq!(redirect.status, 302, "{}", redirect.body);
        let callback = redirect.header("Location").unwrap();
        let beginning =
            format!("http://app.example/cb?state=s%26t&oauth_token={token}&oauth_verifier=");
        assert!(callback.starts_with(&beginning), "{callback}");
        assert!(sandbox.allow(&url).is_err(), "it is decided");

        let data = json!({
            "oauth_token": token,
            "oauth_verifier": parameter(callback, "oauth_verifier"),
            "secret": secret,
        });
        let configuration = configuration(&sandbox, key);
        for name in ["oauth_token", "oauth_verifier", "secret"] {
            let order = |data: &Value| {
                json!({
                    "element": {"key": key}, "name": "Mine",
                    "configuration": configuration, "providerData": data,
                })
            };
            let mut lacking = data.clone();
            lacking.as_object_mut().unwrap().remove(name);
            let refused = create(&sandbox, &order(&lacking));
            assert_eq!(refused.status, 400);
            assert!(refused.json()["message"].as_str().unwrap().contains(name));
            let mut wrong = data.clone();
            wrong[name] = json!("wrong");
            let refused = create(&sandbox, &order(&wrong));
            assert_eq!(refused.status, 400);
            assert!(
                refused.json()["providerMessage"].is_string(),
                "wrong {name}"
            );
        }
        live(&sandbox, key, resource, Some(&data));
        let path = format!("/elements/{key}/oauth/url?{STEP_1}{query}&requestToken={token}");
        let used = api(&sandbox, "GET", &path, "");
        assert_eq!(used.status, 400, "{}", used.body);
        assert!(used.body.contains("requestToken"), "{}", used.body);
    }
}

#[test]
fn oauth_1_by_post_and_by_the_handle() {
    let sandbox = Sandbox::start().unwrap();
    let (token, secret) = request_token(&sandbox, "etsy", "&state=early");
    let mut body = json!({
        "apiKey": "key", "apiSecret": "s3cret", "callbackUrl": "http://app.example/cb?a=b",
    });
    let post = |body: &Value| {
        api(
            &sandbox,
            "POST",
            "/elements/etsy/oauth/url",
            &body.to_string(),
        )
    };
    let refused = post(&body);
    assert_eq!(refused.status, 400);
    assert!(
        refused.json()["message"]
            .as_str()
            .unwrap()
            .contains("requestToken")
    );
    body["requestToken"] = json!(token);
    let reply = post(&body);
    assert_eq!(reply.json()["element"], "etsy", "{}", reply.body);
    let url = reply.json()["oauthUrl"].as_str().unwrap().to_owned();
    let callback = sandbox.allow(&url).unwrap();
    assert!(callback.starts_with("http://app.example/cb?a=b&state=early&oauth_token="));
    let data = json!({
        "oauth_token": parameter(&callback, "oauth_token"),
        "oauth_verifier": parameter(&callback, "oauth_verifier"),
        "secret": secret,
    });
    live(&sandbox, "etsy", "products", Some(&data));
}

#[test]
fn oauth_1_denied() {
    let sandbox = Sandbox::start().unwrap();
    let (token, _) = request_token(&sandbox, "etsy", "");
    let url = oauth_url(&sandbox, "etsy", &format!("&requestToken={token}"));
    let callback = sandbox.deny(&url).unwrap();
    let expected =
        format!("http://app.example/cb?state=etsy&oauth_problem=user_refused&oauth_token={token}");
    assert_eq!(callback, expected);
    assert!(sandbox.allow(&url).is_err(), "it is decided");
}

#[test]
fn basic_and_custom() {
    let sandbox = Sandbox::start().unwrap();
    live(&sandbox, "closeio", "contacts", None);
    live(&sandbox, "amazons3", "files", None);
}

#[test]
fn ones_own() {
    let document = include_str!("../../CATALOGUE.md");
    let example = document.split("```json").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let sandbox = Sandbox::builder()
        .catalogue(example)
        .unwrap()
        .start()
        .unwrap();
    let callback = sandbox
        .allow(&oauth_url(&sandbox, "mycrm", "&subdomain=acme"))
        .unwrap();
    let data = json!({"code": parameter(&callback, "code"), "org": parameter(&callback, "org")});
    live(&sandbox, "mycrm", "contacts", Some(&data));
    // A text that is no good is refused when it is given, and the built-in ones are still there.
    assert!(Sandbox::builder().catalogue("{}").is_err());
    assert_eq!(api(&sandbox, "GET", "/elements/instagram", "").status, 200);
}

#[test]
fn elements_are_listed_by_pages_and_described() {
    let sandbox = Sandbox::start().unwrap();
    let keys = api(&sandbox, "GET", "/elements/keys", "").json();
    let mut listed = Vec::new();
    for number in 1..=3 {
        let page = api(
            &sandbox,
            "GET",
            &format!("/elements?pageSize=3&page={number}"),
            "",
        );
        assert_eq!(page.header("Elements-Total-Count"), Some("7"));
        let elements = page.json();
        let elements = elements.as_array().unwrap().iter();
        listed.extend(elements.map(|element| element["key"].clone()));
    }
    assert_eq!(json!(listed), keys);
    for key in &listed {
        let key = key.as_str().unwrap();
        let metadata = api(&sandbox, "GET", &format!("/elements/{key}/metadata"), "").json();
        let element = api(&sandbox, "GET", &format!("/elements/{key}"), "").json();
        for name in ["id", "key", "name", "hub", "authentication"] {
            assert_eq!(metadata[name], element[name], "{key} {name}");
        }
        let required = configuration(&sandbox, key).len();
        assert!(required > 0 && required < element["configuration"].as_array().unwrap().len());
    }
}

#[test]
fn hubs_are_those_of_the_elements() {
    let sandbox = Sandbox::start().unwrap();
    let get = |path: &str| api(&sandbox, "GET", path, "");
    let keys = json!([
        "crm",
        "documents",
        "ecommerce",
        "finance",
        "helpdesk",
        "social"
    ]);
    assert_eq!(get("/hubs/keys").json(), keys);
    assert_eq!(get("/hubs").json()[0]["key"], "crm");
    assert_eq!(get("/hubs/social").json()["key"], "social");
    let elements = get("/hubs/ecommerce/elements").json();
    let elements = elements.as_array().unwrap().iter();
    let elements: Vec<_> = elements.map(|element| &element["key"]).collect();
    assert_eq!(json!(elements), json!(["etsy", "shopify"]));
    assert_eq!(
        [get("/hubs/no").status, get("/hubs/no/elements").status],
        [404, 404]
    );
}

#[test]
fn docs_are_openapi_2_of_what_lies_behind() {
    let sandbox = Sandbox::start().unwrap();
    let id = sandbox.add_instances("instagram", 1).unwrap().start;
    let of_element = api(&sandbox, "GET", "/elements/instagram/docs", "").json();
    let of_instance = api(&sandbox, "GET", &format!("/instances/{id}/docs"), "").json();
    assert_eq!(of_element, of_instance);
    assert_eq!(
        (&of_element["swagger"], &of_element["basePath"]),
        (&json!("2.0"), &json!("/elements/api-v2"))
    );
    assert!(of_element["paths"]["/media/{id}"]["patch"].is_object());
    assert!(of_element["paths"]["/users"]["get"].is_object());
}
