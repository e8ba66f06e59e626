//! What becomes of an instance after it was created, and what is done through it.

use crate::http::{added, api, code, create, create_request, through};
use ce_sandbox::Sandbox;
use serde_json::json;

/// The id and the token of a new Instagram instance.
fn instance(sandbox: &Sandbox) -> (u64, String) {
    let created = create(sandbox, "First");
    let token = created["token"].as_str().unwrap().to_owned();
    (created["id"].as_u64().unwrap(), token)
}

#[test]
fn a_user_who_withdraws_may_come_back() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = instance(&sandbox);
    for (method, path) in [
        ("PATCH", format!("/instances/{id}")),
        ("PUT", format!("/instances/{id}")),
    ] {
        assert!(sandbox.revoke(id) && !sandbox.revoke(id + 1));
        let refused = through(&sandbox, &token, "GET", "/media", "");
        assert_eq!(refused.status, 403);
        assert!(
            refused.json()["providerMessage"].is_string(),
            "{}",
            refused.body
        );
        assert_eq!(
            refused.header("Elements-Element-Instance-Id"),
            Some(&*id.to_string())
        );
        assert_eq!(api(&sandbox, "GET", &path, "").json()["valid"], false);

        let code = code(&sandbox);
        let body = json!({"name": "Second", "providerData": {"code": code}}).to_string();
        let renewed = api(&sandbox, method, &path, &body);
        assert_eq!(renewed.status, 200, "{}", renewed.body);
        let instance = renewed.json();
        assert_eq!(
            (&instance["id"], &instance["token"]),
            (&json!(id), &json!(token))
        );
        assert_eq!(
            (&instance["valid"], &instance["tags"]),
            (&json!(true), &json!(["tests"]))
        );
        assert!(instance.get("providerData").is_none());
        assert_eq!(through(&sandbox, &token, "GET", "/media", "").status, 200);
        assert_eq!(
            api(&sandbox, method, &path, &body).status,
            400,
            "the code is used"
        );
    }
    assert!(sandbox.instances()[0].valid);
    let code = code(&sandbox);
    let body = json!({"providerData": {"code": code}}).to_string();
    assert_eq!(
        through(&sandbox, &token, "PATCH", "/instances", &body).status,
        200
    );
    assert_eq!(sandbox.created(), 1);
}

#[test]
fn every_path_is_there_by_id_by_element_and_by_token() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = instance(&sandbox);
    let entries = api(
        &sandbox,
        "GET",
        &format!("/instances/{id}/configuration"),
        "",
    )
    .json();
    let entry = entries.as_array().unwrap().iter();
    let entry = entry
        .clone()
        .find(|entry| entry["key"] == "oauth.scope")
        .unwrap();
    let mut changed = entry.clone();
    changed["propertyValue"] = json!("basic");
    let path = format!("/configuration/{}", entry["id"]);
    let mut whole = create_request("unused", "Whole");
    whole.as_object_mut().unwrap().remove("providerData");
    let whole = whole.to_string();
    let table = [
        ("GET", "", ""),
        ("PATCH", "", "{\"name\": \"Patched\"}"),
        ("PUT", "", &whole),
        ("DELETE", "/enabled", ""),
        ("PUT", "/enabled", ""),
        ("GET", "/configuration", ""),
        ("GET", &path, ""),
        ("PATCH", &path, &changed.to_string()),
    ];
    for (method, rest, body) in table {
        let by_id = api(&sandbox, method, &format!("/instances/{id}{rest}"), body);
        assert_eq!(by_id.status, 200, "{method} {rest}: {}", by_id.body);
        let by_token = through(&sandbox, &token, method, &format!("/instances{rest}"), body);
        assert_eq!(by_token.status, 200, "{method} {rest}: {}", by_token.body);
        assert_eq!(by_id.body, by_token.body, "{method} {rest}");
        let path = format!("/elements/instagram/instances/{id}{rest}");
        let by_element = api(&sandbox, method, &path, body);
        assert_eq!(by_element.body, by_id.body, "{method} {rest}");
        let neither = api(&sandbox, "PUT", "/instances/enabled", "");
        assert_eq!(neither.status, 401);
    }
    let scope = api(&sandbox, "GET", &format!("/instances/{id}"), "").json();
    assert_eq!(scope["configuration"]["oauth.scope"], "basic");
    assert_eq!(scope["name"], "Whole");
    assert_eq!(
        through(&sandbox, &token, "DELETE", "/instances", "").status,
        200
    );
    for (method, rest, body) in table {
        assert_eq!(
            api(&sandbox, method, &format!("/instances/{id}{rest}"), body).status,
            404
        );
        let by_token = through(&sandbox, &token, method, &format!("/instances{rest}"), body);
        assert_eq!(by_token.status, 401, "{method} {rest}");
    }
}

#[test]
fn an_instance_is_of_its_own_element_only() {
    let sandbox = Sandbox::start().unwrap();
    let (id, _) = added(&sandbox, "closeio");
    for (element, status) in [
        ("closeio", 200),
        ("146", 200),
        ("instagram", 404),
        ("no", 404),
    ] {
        let path = format!("/elements/{element}/instances/{id}");
        assert_eq!(api(&sandbox, "GET", &path, "").status, status, "{element}");
    }
}

#[test]
fn what_is_no_number_is_no_id() {
    let sandbox = Sandbox::start().unwrap();
    for word in ["count", "events", "trace-logging", "+7"] {
        let reply = api(&sandbox, "GET", &format!("/instances/{word}"), "");
        assert_eq!(reply.status, 404);
        assert!(reply.message().contains("path"), "{}", reply.body);
    }
    let unknown = api(&sandbox, "GET", "/instances/7", "");
    assert!(unknown.message().starts_with("No element instance found"));
}

#[test]
fn an_element_token_selects_its_instance() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = added(&sandbox, "closeio");
    sandbox.add_instances("closeio", 1).unwrap();
    assert_eq!(
        through(&sandbox, &token, "GET", "/instances", "").json()["id"],
        id
    );
}
