//! Step 2: what a create request needs, and what it is answered.

use crate::http::{Api, Client as _, create_request};
use ce_sandbox::Sandbox;
use serde_json::json;

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let api = Api::start();
    let body = json!({"element": {"key": "instagram"}, "name": " "});
    let refused = api.post("/instances", &body);
    let key = "oauth.api.key";
    for name in ["name", key, "oauth.api.secret", "oauth.callback.url"] {
        refused.refuses(400, name);
    }
    let mut without_code = create_request("x", "Mine");
    without_code["providerData"] = json!(null);
    api.post("/instances", &without_code).refuses(400, "code");
}

#[test]
fn what_is_of_the_wrong_type_is_refused() {
    let api = Api::start();
    for (name, value) in [
        ("name", json!(7)),
        ("tags", json!("a")),
        ("tags", json!(["a", null])),
        ("configuration", json!([])),
        ("providerData", json!("s3cret")),
        ("externalAuthentication", json!("later")),
        ("retrieveObjectsAfterInstantiation", json!("yes")),
        ("element", json!({})),
    ] {
        let mut body = create_request("x", "Mine");
        body[name] = value;
        let refused = api.post("/instances", &body);
        refused.refuses(400, name);
        refused.hides("s3cret");
    }
    // A number is a key in the body, if it is given as one.
    for key in ["nothing", "74"] {
        let body = json!({"element": {"key": key}});
        api.post("/instances", &body).is(404);
    }
}

#[test]
fn an_element_is_named_by_its_id_or_in_the_path() {
    let api = Api::start();
    let mut by_id = create_request(&api.code(), "One");
    by_id["element"] = json!({"id": 74});
    api.post("/instances", &by_id).is(200);
    for element in ["instagram", "74"] {
        let mut body = create_request(&api.code(), "Two");
        body.as_object_mut().unwrap().remove("element");
        let created = api.post(format!("/elements/{element}/instances"), &body);
        assert_eq!(created["element"]["key"], "instagram");
    }
}

#[test]
fn markup_is_stripped_from_name_and_tags() {
    let api = Api::start();
    let mut body = create_request(&api.code(), "<b>Ann</b> < 3");
    body["tags"] = json!(["<INSERT_TAGS>", "@a", "x<i>y</i>"]);
    let created = api.post("/instances", &body);
    assert_eq!(created["name"], "Ann < 3");
    assert_eq!(created["tags"], json!(["@a", "xy"]));
}

#[test]
fn values_of_the_configuration_come_back_as_texts() {
    let api = Api::start();
    let mut body = create_request(&api.code(), "Mine");
    let given = [
        ("event.notification.enabled", json!(true), json!("true")),
        ("number", json!(1.5), json!("1.5")),
        ("object", json!({"a": [1]}), json!("{\"a\":[1]}")),
        ("nothing", json!(null), json!(null)),
    ];
    for (key, value, _) in &given {
        body["configuration"][key] = value.clone();
    }
    let created = api.post("/instances", &body);
    for (key, _, expected) in given {
        assert_eq!(created["configuration"][key], expected, "{key}");
    }
    assert_eq!(created["eventsEnabled"], true);
    // And what was not given is there by default.
    assert_eq!(created["configuration"]["pagination.max"], "100");
}

#[test]
fn secrets_and_the_api_key_come_back_masked() {
    let api = Api::start();
    let mut body = create_request(&api.code(), "Mine");
    body["configuration"]["custom.Password"] = json!({"a": "s3cret"});
    let created = api.post("/instances", &body);
    created.hides("s3cret");
    let configuration = &created["configuration"];
    for key in ["oauth.api.key", "oauth.api.secret", "oauth.user.token"] {
        assert_eq!(configuration[key], "********", "{key}");
    }
    assert_eq!(configuration["custom.Password"], "********");
    assert!(configuration["oauth.user.refresh_token"].is_null());
    assert_eq!(created["providerData"], json!({"code": "********"}));
}

#[test]
fn an_instance_has_the_documented_fields() {
    let created = Api::start().create("Mine");
    let user = created["user"].as_object().unwrap();
    let names: Vec<&String> = user.keys().collect();
    assert_eq!(names, ["emailAddress", "firstName", "id", "lastName"]);
    for name in ["id", "elementId", "maxCacheSize", "cacheTimeToLive"] {
        assert!(created[name].is_u64(), "{name}");
    }
    let switches = "valid disabled cachingEnabled eventsEnabled traceLoggingEnabled";
    for name in switches.split(' ') {
        assert!(created[name].is_boolean(), "{name}");
    }
    assert_eq!(created["externalAuthentication"], "none");
    let authentication = &created["element"]["authentication"];
    assert_eq!(*authentication, json!({"type": "oauth2"}));
}

#[test]
fn a_code_is_of_its_element_and_stays_good_for_it() {
    let api = Api::of(Sandbox::builder().max_instances(1));
    let code = api.code();
    let mut elsewhere = create_request(&code, "Mine");
    elsewhere["element"]["key"] = json!("shopify");
    elsewhere["configuration"]["shopify.site.address"] = json!("a");
    let refused = api.post("/instances", &elsewhere);
    assert!(refused["providerMessage"].is_string(), "{}", refused.body);
    // A full sandbox does not use it up.
    let id = api.added("closeio").id;
    let body = create_request(&code, "Mine");
    api.post("/instances", &body).is(403);
    api.delete(format!("/instances/{id}")).is(200);
    api.post("/instances", &body).is(200);
}
