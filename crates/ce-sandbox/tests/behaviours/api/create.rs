//! Step 2: what a create request needs, and what it is answered.

use crate::http::{Reply, api, code, create, create_request};
use ce_sandbox::Sandbox;
use serde_json::{Value, json};

fn post(sandbox: &Sandbox, body: &Value) -> Reply {
    api(sandbox, "POST", "/instances", &body.to_string())
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let sandbox = Sandbox::start().unwrap();
    let refused = post(
        &sandbox,
        &json!({"element": {"key": "instagram"}, "name": " "}),
    );
    assert_eq!(refused.status, 400);
    for name in [
        "name",
        "oauth.api.key",
        "oauth.api.secret",
        "oauth.callback.url",
    ] {
        assert!(refused.message().contains(name), "{}", refused.body);
    }
    let mut without_code = create_request("x", "Mine");
    without_code["providerData"] = json!(null);
    assert!(post(&sandbox, &without_code).message().contains("code"));
}

#[test]
fn what_is_of_the_wrong_type_is_refused() {
    let sandbox = Sandbox::start().unwrap();
    let table = [
        ("name", json!(7)),
        ("tags", json!("a")),
        ("tags", json!(["a", null])),
        ("configuration", json!([])),
        ("providerData", json!("code")),
        ("externalAuthentication", json!("later")),
        ("retrieveObjectsAfterInstantiation", json!("yes")),
        ("element", json!({})),
    ];
    for (name, value) in table {
        let mut body = create_request("x", "Mine");
        body[name] = value;
        let refused = post(&sandbox, &body);
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.message().contains(name), "{}", refused.body);
    }
    let unknown = post(&sandbox, &json!({"element": {"key": "nothing"}}));
    assert_eq!(unknown.status, 404, "{}", unknown.body);
    // A number is a key in the body, if it is given as one.
    assert_eq!(
        post(&sandbox, &json!({"element": {"key": "74"}})).status,
        404
    );
}

#[test]
fn an_element_is_named_by_its_id_or_in_the_path() {
    let sandbox = Sandbox::start().unwrap();
    let mut by_id = create_request(&code(&sandbox), "One");
    by_id["element"] = json!({"id": 74});
    assert_eq!(post(&sandbox, &by_id).status, 200);
    for element in ["instagram", "74"] {
        let mut body = create_request(&code(&sandbox), "Two");
        body.as_object_mut().unwrap().remove("element");
        let path = format!("/elements/{element}/instances");
        let created = api(&sandbox, "POST", &path, &body.to_string());
        assert_eq!(created.json()["element"]["key"], "instagram");
    }
}

#[test]
fn markup_is_stripped_from_name_and_tags() {
    let sandbox = Sandbox::start().unwrap();
    let mut body = create_request(&code(&sandbox), "<b>Ann</b> < 3");
    body["tags"] = json!(["<INSERT_TAGS>", "@a", "x<i>y</i>"]);
    let created = post(&sandbox, &body).json();
    assert_eq!(created["name"], "Ann < 3");
    assert_eq!(created["tags"], json!(["@a", "xy"]));
}

#[test]
fn values_of_the_configuration_come_back_as_texts() {
    let sandbox = Sandbox::start().unwrap();
    let mut body = create_request(&code(&sandbox), "Mine");
    let given = [
        ("event.notification.enabled", json!(true), json!("true")),
        ("number", json!(1.5), json!("1.5")),
        ("object", json!({"a": [1]}), json!("{\"a\":[1]}")),
        ("nothing", json!(null), json!(null)),
    ];
    for (key, value, _) in &given {
        body["configuration"][key] = value.clone();
    }
    let created = post(&sandbox, &body).json();
    for (key, _, expected) in given {
        assert_eq!(created["configuration"][key], expected, "{key}");
    }
    assert_eq!(created["eventsEnabled"], true);
    // And what was not given is there by default.
    assert_eq!(created["configuration"]["pagination.max"], "100");
}

#[test]
fn secrets_and_the_api_key_come_back_masked() {
    let sandbox = Sandbox::start().unwrap();
    let mut body = create_request(&code(&sandbox), "Mine");
    body["configuration"]["custom.Password"] = json!({"a": "s3cret"});
    let created = post(&sandbox, &body);
    assert!(!created.body.contains("s3cret"), "{}", created.body);
    let created = created.json();
    for key in [
        "oauth.api.key",
        "oauth.api.secret",
        "oauth.user.token",
        "custom.Password",
    ] {
        assert_eq!(created["configuration"][key], "********", "{key}");
    }
    assert_eq!(
        created["configuration"]["oauth.user.refresh_token"],
        json!(null)
    );
    assert_eq!(created["providerData"], json!({"code": "********"}));
}

#[test]
fn an_instance_has_the_documented_fields() {
    let sandbox = Sandbox::start().unwrap();
    let created = create(&sandbox, "Mine");
    let user = created["user"].as_object().unwrap();
    let names: Vec<&String> = user.keys().collect();
    assert_eq!(names, ["emailAddress", "firstName", "id", "lastName"]);
    for name in ["id", "elementId", "maxCacheSize", "cacheTimeToLive"] {
        assert!(created[name].is_u64(), "{name}");
    }
    for name in [
        "valid",
        "disabled",
        "cachingEnabled",
        "eventsEnabled",
        "traceLoggingEnabled",
    ] {
        assert!(created[name].is_boolean(), "{name}");
    }
    assert_eq!(created["externalAuthentication"], "none");
    assert_eq!(
        created["element"]["authentication"],
        json!({"type": "oauth2"})
    );
}

#[test]
fn a_code_is_of_its_element_and_stays_good_for_it() {
    let sandbox = Sandbox::builder().max_instances(1).start().unwrap();
    let code = code(&sandbox);
    let mut elsewhere = create_request(&code, "Mine");
    elsewhere["element"]["key"] = json!("shopify");
    elsewhere["configuration"]["shopify.site.address"] = json!("a");
    assert!(post(&sandbox, &elsewhere).json()["providerMessage"].is_string());
    // A full sandbox does not use it up.
    let id = sandbox.add_instances("closeio", 1).unwrap().start;
    assert_eq!(post(&sandbox, &create_request(&code, "Mine")).status, 403);
    api(&sandbox, "DELETE", &format!("/instances/{id}"), "");
    assert_eq!(post(&sandbox, &create_request(&code, "Mine")).status, 200);
}
