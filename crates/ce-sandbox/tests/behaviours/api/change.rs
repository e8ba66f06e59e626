//! `PATCH` and `PUT` of an instance and of its configuration.

use crate::http::{Reply, added, api, code, create};
use ce_sandbox::Sandbox;
use serde_json::{Value, json};

fn change(sandbox: &Sandbox, method: &str, id: &Value, body: &Value) -> Reply {
    api(
        sandbox,
        method,
        &format!("/instances/{id}"),
        &body.to_string(),
    )
}

#[test]
fn a_patch_changes_what_it_names_and_keeps_the_rest() {
    let sandbox = Sandbox::start().unwrap();
    let created = create(&sandbox, "First");
    let id = &created["id"];
    let body = json!({"name": "<b>Second</b>", "configuration": {"oauth.scope": "all"}});
    let patched = change(&sandbox, "PATCH", id, &body).json();
    assert_eq!(patched["name"], "Second");
    assert_eq!(patched["configuration"]["oauth.scope"], "all");
    for name in ["id", "token", "tags", "createdDate"] {
        assert_eq!(patched[name], created[name], "{name}");
    }
    assert_eq!(patched["configuration"]["oauth.api.key"], "********");
    let tagged = change(&sandbox, "PATCH", id, &json!({"tags": []})).json();
    assert_eq!(
        (&tagged["tags"], &tagged["name"]),
        (&json!([]), &json!("Second"))
    );
}

#[test]
fn a_put_takes_what_creating_takes_and_the_rest_goes() {
    let sandbox = Sandbox::start().unwrap();
    let id = &create(&sandbox, "First")["id"];
    let refused = change(&sandbox, "PUT", id, &json!({"name": "Second"}));
    assert_eq!(refused.status, 400);
    assert!(refused.message().contains("oauth.api.secret"));
    let configuration = json!({
        "oauth.api.key": "k", "oauth.api.secret": "s", "oauth.callback.url": "http://h/other",
    });
    let body = json!({"name": "Second", "configuration": configuration});
    let replaced = change(&sandbox, "PUT", id, &body).json();
    assert_eq!(
        (&replaced["name"], &replaced["tags"]),
        (&json!("Second"), &json!([]))
    );
    assert_eq!(
        replaced["configuration"]["oauth.callback.url"],
        "http://h/other"
    );
}

#[test]
fn a_change_that_cannot_be_is_refused_and_changes_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let created = create(&sandbox, "First");
    let id = &created["id"];
    let table = [
        ("PATCH", json!({"name": " "}), "name"),
        ("PATCH", json!({"element": {"key": "etsy"}}), "instagram"),
        ("PATCH", json!({"name": "x", "tags": [1]}), "tags"),
        ("PUT", json!({"providerData": {"code": "c"}}), "name"),
        (
            "PATCH",
            json!({"name": "x", "providerData": {"code": "unknown"}}),
            "Request failed",
        ),
        (
            "PATCH",
            json!({"name": "x", "providerData": {"state": "s"}}),
            "code",
        ),
    ];
    for (method, body, part) in table {
        let refused = change(&sandbox, method, id, &body);
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.message().contains(part), "{}", refused.body);
    }
    assert_eq!(change(&sandbox, "PATCH", &json!(1), &json!({})).status, 404);
    assert_eq!(sandbox.instances()[0].name, "First");
    // What came masked shows nothing when it is sent back.
    let same = json!({"name": "Same", "providerData": created["providerData"]});
    assert_eq!(change(&sandbox, "PATCH", id, &same).status, 200);
}

#[test]
fn provider_data_renews_nothing_without_oauth() {
    let sandbox = Sandbox::start().unwrap();
    let (id, _) = added(&sandbox, "closeio");
    assert!(sandbox.revoke(id));
    let body = json!({"name": "Second", "providerData": {"code": "c"}});
    let patched = change(&sandbox, "PATCH", &json!(id), &body);
    assert_eq!(patched.status, 200, "{}", patched.body);
    assert_eq!(patched.json()["valid"], false);
}

#[test]
fn a_used_code_renews_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let id = &create(&sandbox, "First")["id"];
    let body = json!({"name": "Second", "providerData": {"code": code(&sandbox)}});
    assert_eq!(change(&sandbox, "PUT", id, &body).status, 200);
    let again = change(&sandbox, "PUT", id, &body);
    assert!(
        again.json()["providerMessage"].is_string(),
        "{}",
        again.body
    );
}

/// The entry of that key, and where it is.
fn entry(sandbox: &Sandbox, id: u64, key: &str) -> (Value, String) {
    let path = format!("/instances/{id}/configuration");
    let entries = api(sandbox, "GET", &path, "").json();
    let mut entries = entries.as_array().unwrap().iter();
    let entry = entries.find(|entry| entry["key"] == key).unwrap();
    (entry.clone(), format!("{path}/{}", entry["id"]))
}

#[test]
fn entries_have_what_the_catalogue_says_of_them() {
    let sandbox = Sandbox::builder()
        .first_instance_id(5_000_000_000)
        .start()
        .unwrap();
    let id = create(&sandbox, "First")["id"].as_u64().unwrap();
    let (secret, path) = entry(&sandbox, id, "oauth.api.secret");
    assert_eq!(secret["propertyValue"], "********");
    assert_eq!(
        (&secret["name"], &secret["type"]),
        (&json!("API secret"), &json!("PASSWORD"))
    );
    assert_eq!(secret["required"], true);
    assert!(secret["id"].as_u64().unwrap() > u64::from(u32::MAX));
    assert_eq!(api(&sandbox, "GET", &path, "").json(), secret);
}

#[test]
fn an_entry_is_changed_whole_or_by_its_value_alone() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, "First")["id"].as_u64().unwrap();
    let (mut scope, path) = entry(&sandbox, id, "oauth.scope");
    scope["propertyValue"] = json!("one");
    let whole = api(&sandbox, "PATCH", &path, &scope.to_string());
    assert_eq!(whole.json(), scope);
    let alone = api(&sandbox, "PATCH", &path, r#"{"propertyValue": "two"}"#);
    assert_eq!(alone.json()["propertyValue"], "two");
    let path = format!("/instances/{id}");
    let instance = api(&sandbox, "GET", &path, "").json();
    assert_eq!(instance["configuration"]["oauth.scope"], "two");
    assert_eq!(
        instance["configuration"]["oauth.callback.url"],
        "https://elsewhere.example/cb"
    );
}

#[test]
fn what_is_not_the_entry_is_refused() {
    let sandbox = Sandbox::start().unwrap();
    let id = create(&sandbox, "First")["id"].as_u64().unwrap();
    let (key, path) = entry(&sandbox, id, "oauth.api.key");
    let table = [
        (json!({}), "propertyValue"),
        (
            json!({"key": "oauth.scope", "propertyValue": "x"}),
            "oauth.api.key",
        ),
        (json!({"id": 1, "propertyValue": "x"}), "oauth.api.key"),
        (json!({"propertyValue": " "}), "oauth.api.key"),
        (json!([]), "object"),
    ];
    for (body, part) in table {
        let refused = api(&sandbox, "PATCH", &path, &body.to_string());
        assert_eq!(refused.status, 400, "{body}");
        assert!(refused.message().contains(part), "{}", refused.body);
    }
    for unknown in ["1", "x"] {
        let path = format!("/instances/{id}/configuration/{unknown}");
        assert_eq!(api(&sandbox, "GET", &path, "").status, 404);
    }
    assert_eq!(entry(&sandbox, id, "oauth.api.key").0, key);
}
