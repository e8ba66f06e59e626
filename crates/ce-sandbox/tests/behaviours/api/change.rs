//! `PATCH` and `PUT` of an instance and of its configuration.

use crate::http::{Api, Client as _};
use ce_sandbox::Sandbox;
use serde_json::{Value, json};

/// A new instance, and its path.
fn created(api: &Api) -> (Value, String) {
    let created = api.create("First").json;
    let path = format!("/instances/{}", created["id"]);
    (created, path)
}

#[test]
fn a_patch_changes_what_it_names_and_keeps_the_rest() {
    let api = Api::start();
    let (created, path) = created(&api);
    let body = json!({"name": "<b>Second</b>", "configuration": {"oauth.scope": "all"}});
    let patched = api.patch(&path, &body);
    assert_eq!(patched["name"], "Second");
    assert_eq!(patched["configuration"]["oauth.scope"], "all");
    assert_eq!(patched["configuration"]["oauth.api.key"], "********");
    for name in ["id", "token", "tags", "createdDate"] {
        assert_eq!(patched[name], created[name], "{name}");
    }
    let tagged = api.patch(&path, &json!({"tags": []}));
    assert_eq!(tagged["tags"], json!([]));
    assert_eq!(tagged["name"], "Second");
}

#[test]
fn a_configuration_may_be_as_long_as_a_body() {
    let api = Api::start();
    let (_, path) = created(&api);
    for value in ["1", "2"] {
        let entries = (0..60_000).map(|number| (format!("k{number}"), json!(value)));
        let configuration: Value = entries.collect();
        let body = json!({"configuration": configuration});
        let patched = api.patch(&path, &body).is(200);
        assert_eq!(patched["configuration"]["k59999"], value);
    }
}

#[test]
fn a_put_takes_what_creating_takes_and_the_rest_goes() {
    let api = Api::start();
    let (_, path) = created(&api);
    api.put(&path, &json!({"name": "Second"}))
        .refuses(400, "oauth.api.secret");
    let configuration = json!({
        "oauth.api.key": "k", "oauth.api.secret": "s", "oauth.callback.url": "http://h/other",
    });
    let body = json!({"name": "Second", "configuration": configuration});
    let replaced = api.put(&path, &body);
    assert_eq!(replaced["name"], "Second");
    assert_eq!(replaced["tags"], json!([]));
    let url = &replaced["configuration"]["oauth.callback.url"];
    assert_eq!(url, "http://h/other");
}

#[test]
fn a_change_that_cannot_be_is_refused_and_changes_nothing() {
    let api = Api::start();
    let (created, path) = created(&api);
    let unknown = json!({"name": "x", "providerData": {"code": "unknown"}});
    let lacking = json!({"name": "x", "providerData": {"state": "s"}});
    for (method, body, part) in [
        ("PATCH", json!({"name": " "}), "name"),
        ("PATCH", json!({"element": {"key": "etsy"}}), "instagram"),
        ("PATCH", json!({"name": "x", "tags": [1]}), "tags"),
        ("PUT", json!({"providerData": {"code": "c"}}), "name"),
        ("PATCH", unknown, "Request failed"),
        ("PATCH", lacking, "code"),
    ] {
        api.send(method, &path, &body).refuses(400, part);
    }
    api.patch("/instances/1", &json!({})).is(404);
    assert_eq!(api.instances()[0].name, "First");
    // What came masked shows nothing when it is sent back.
    let same = json!({"name": "Same", "providerData": created["providerData"]});
    api.patch(&path, &same).is(200);
}

#[test]
fn provider_data_renews_nothing_without_oauth() {
    let api = Api::start();
    let id = api.added("closeio").id;
    assert!(api.revoke(id));
    let body = json!({"name": "Second", "providerData": {"code": "c"}});
    let patched = api.patch(format!("/instances/{id}"), &body).is(200);
    assert_eq!(patched["valid"], false);
}

/// The entry of that key, and where it is.
fn entry(api: &Api, instance: &str, key: &str) -> (Value, String) {
    let entries = api.get(format!("{instance}/configuration"));
    let mut found = entries.list().iter().filter(|entry| entry["key"] == key);
    let entry = found.next().unwrap().clone();
    let path = format!("{instance}/configuration/{}", entry["id"]);
    (entry, path)
}

#[test]
fn entries_have_what_the_catalogue_says_of_them() {
    let api = Api::of(Sandbox::builder().first_instance_id(5_000_000_000));
    let (secret, path) = entry(&api, &created(&api).1, "oauth.api.secret");
    assert_eq!(secret["propertyValue"], "********");
    assert_eq!(secret["name"], "API secret");
    assert_eq!(secret["type"], "PASSWORD");
    assert_eq!(secret["required"], true);
    assert!(secret["id"].as_u64().unwrap() > u64::from(u32::MAX));
    assert_eq!(api.get(&path).json, secret);
}

#[test]
fn an_entry_is_changed_whole_or_by_its_value_alone() {
    let api = Api::start();
    let (_, instance) = created(&api);
    let (mut scope, path) = entry(&api, &instance, "oauth.scope");
    scope["propertyValue"] = json!("one");
    assert_eq!(api.patch(&path, &scope).json, scope);
    let alone = api.patch(&path, &json!({"propertyValue": "two"}));
    assert_eq!(alone["propertyValue"], "two");
    let configuration = &api.get(&instance)["configuration"];
    assert_eq!(configuration["oauth.scope"], "two");
    let url = &configuration["oauth.callback.url"];
    assert_eq!(url, "https://elsewhere.example/cb");
}

#[test]
fn what_is_not_the_entry_is_refused() {
    let api = Api::start();
    let (_, instance) = created(&api);
    let (key, path) = entry(&api, &instance, "oauth.api.key");
    let other = json!({"key": "oauth.scope", "propertyValue": "x"});
    for (body, part) in [
        (json!({}), "propertyValue"),
        (other, "oauth.api.key"),
        (json!({"id": 1, "propertyValue": "x"}), "oauth.api.key"),
        (json!({"propertyValue": " "}), "oauth.api.key"),
        (json!([]), "object"),
    ] {
        api.patch(&path, &body).refuses(400, part);
    }
    for unknown in ["1", "x"] {
        let path = format!("{instance}/configuration/{unknown}");
        api.get(path).is(404);
    }
    assert_eq!(entry(&api, &instance, "oauth.api.key").0, key);
}
