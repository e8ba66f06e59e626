//! What becomes of an instance after it was created, and what is done through it.

use crate::http::{Account, Api, Client as _, create_request};
use serde_json::{Value, json};

/// A new Instagram instance.
fn instance(api: &Api) -> Account<'_> {
    api.account(api.create("First")["id"].as_u64().unwrap())
}

#[test]
fn a_user_who_withdraws_may_come_back() {
    let api = Api::start();
    let account = instance(&api);
    let id = account.id;
    let path = format!("/instances/{id}");
    for method in ["PATCH", "PUT"] {
        assert!(api.revoke(id) && !api.revoke(id + 1));
        let refused = account.get("/media").is(403);
        assert!(refused["providerMessage"].is_string(), "{}", refused.body);
        let through = refused.header("Elements-Element-Instance-Id");
        assert_eq!(through, Some(&*id.to_string()));
        assert_eq!(api.get(&path)["valid"], false);

        let body = json!({"name": "Second", "providerData": {"code": api.code()}});
        let renewed = api.send(method, &path, &body).is(200);
        assert_eq!(renewed["id"], id);
        assert_eq!(renewed["token"], *account.token);
        assert_eq!(renewed["valid"], true);
        assert_eq!(renewed["tags"], json!(["tests"]));
        assert!(renewed["providerData"].is_null());
        account.get("/media").is(200);
        // The code is used.
        api.send(method, &path, &body).is(400);
    }
    assert!(api.instances()[0].valid);
    let body = json!({"providerData": {"code": api.code()}});
    account.patch("/instances", &body).is(200);
    assert_eq!(api.created(), 1);
}

#[test]
fn every_path_is_there_by_id_by_element_and_by_token() {
    let api = Api::start();
    let account = instance(&api);
    let path = format!("/instances/{}", account.id);
    let entries = api.get(format!("{path}/configuration"));
    let mut entries = entries.list().iter();
    let entry = entries.find(|entry| entry["key"] == "oauth.scope").unwrap();
    let mut changed = entry.clone();
    changed["propertyValue"] = json!("basic");
    let entry = format!("/configuration/{}", entry["id"]);
    let mut whole = create_request("unused", "Whole");
    whole.as_object_mut().unwrap().remove("providerData");
    let nothing = Value::Null;
    let table = [
        ("GET", "", &nothing),
        ("PATCH", "", &json!({"name": "Patched"})),
        ("PUT", "", &whole),
        ("DELETE", "/enabled", &nothing),
        ("PUT", "/enabled", &nothing),
        ("GET", "/configuration", &nothing),
        ("GET", &entry, &nothing),
        ("PATCH", &entry, &changed),
        ("GET", "/docs", &nothing),
    ];
    for (method, rest, body) in table {
        let by_id = api.send(method, format!("{path}{rest}"), body).is(200);
        let by_token = account.send(method, format!("/instances{rest}"), body);
        assert_eq!(by_id.body, by_token.body, "{method} {rest}");
        let by_element = format!("/elements/instagram{path}{rest}");
        let by_element = api.send(method, by_element, body);
        assert_eq!(by_id.body, by_element.body, "{method} {rest}");
        let neither = api.put("/instances/enabled", &nothing);
        assert_eq!(neither.status, 401);
    }
    let instance = api.get(&path);
    assert_eq!(instance["configuration"]["oauth.scope"], "basic");
    assert_eq!(instance["name"], "Whole");
    account.delete("/instances").is(200);
    for (method, rest, body) in table {
        api.send(method, format!("{path}{rest}"), body).is(404);
        let by_token = format!("/instances{rest}");
        account.send(method, by_token, body).is(401);
    }
}

#[test]
fn an_instance_is_of_its_own_element_only() {
    let api = Api::start();
    let id = api.added("closeio").id;
    for (element, status) in [
        ("closeio", 200),
        ("146", 200),
        ("instagram", 404),
        ("no", 404),
    ] {
        let path = format!("/elements/{element}/instances/{id}");
        api.get(path).is(status);
    }
}

#[test]
fn what_is_no_number_is_no_id() {
    let api = Api::start();
    for word in ["count", "events", "trace-logging", "+7"] {
        api.get(format!("/instances/{word}")).refuses(404, "path");
    }
    api.get("/instances/7")
        .refuses(404, "No element instance found");
}

#[test]
fn an_element_token_selects_its_instance() {
    let api = Api::start();
    let account = api.added("closeio");
    api.added("closeio");
    assert_eq!(account.get("/instances")["id"], account.id);
}
