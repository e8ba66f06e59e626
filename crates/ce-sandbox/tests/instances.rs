//! What becomes of an instance after it was created, and what is done through it.

#![allow(dead_code, reason = "each test binary uses its own part of the client")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the client fails the test that uses it"
)]

mod http;

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use http::{api, code, order, through};
use serde_json::{Value, json};

/// The id and the token of a new Instagram instance.
fn instance(sandbox: &Sandbox) -> (u64, String) {
    let created = api(
        sandbox,
        "POST",
        "/instances",
        &order(&code(sandbox), "First"),
    )
    .json();
    (
        created["id"].as_u64().unwrap(),
        created["token"].as_str().unwrap().to_owned(),
    )
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
fn every_path_is_there_by_id_and_by_token() {
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
    let whole = order("unused", "Whole");
    let mut whole: Value = serde_json::from_str(&whole).unwrap();
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
fn objects_come_change_and_go() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = instance(&sandbox);
    let media = |method: &str, rest: &str, body: &str| {
        through(
            &sandbox,
            &token,
            method,
            &format!("/hubs/social/media{rest}"),
            body,
        )
    };
    let created = media("POST", "", r#"{"caption": "New", "likes": 0}"#);
    assert_eq!(created.status, 200, "{}", created.body);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    assert!(id.parse::<u64>().unwrap() > u64::from(u32::MAX));
    let one = format!("/{id}");
    assert_eq!(media("GET", &one, "").json(), created.json());
    assert_eq!(
        media("PATCH", &one, r#"{"likes": 1}"#).json()["caption"],
        "New"
    );
    let replaced = media("PUT", &one, r#"{"likes": 2}"#).json();
    assert_eq!(replaced, json!({"id": id, "likes": 2}));
    let found = media("GET", "?where=likes%3D2%20and%20id%3D'", "");
    assert_eq!(found.status, 400, "{}", found.body);
    let found = media("GET", &format!("?where=likes%3D2%20and%20id%3D'{id}'"), "");
    assert_eq!(found.json(), json!([replaced]));
    assert_eq!(media("DELETE", &one, "").status, 200);
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let gone = media(method, &one, "{}");
        assert_eq!(gone.status, 404, "{method}");
        assert!(gone.header("Elements-Element-Instance-Id").is_some());
    }
    assert_eq!(media("PUT", "", "{}").status, 405);
}

/// Every item of a list, by pages of 200, up to the empty page.
fn all(get: impl Fn(&str) -> http::Reply) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = String::new();
    loop {
        let page = get(&format!("pageSize=200&hydrate=false&nextPage={next}"));
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(items.len() < 10_000, "it goes round in circles");
        next = page.header("Elements-Next-Page-Token").unwrap().to_owned();
        match page.json() {
            Value::Array(page) if page.is_empty() => return items,
            Value::Array(page) => items.extend(page),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn long_lists_are_paged_and_ids_may_be_long() {
    let first = (1 << 40) + 5;
    let sandbox = Sandbox::builder().first_instance_id(first).start().unwrap();
    let ids = sandbox.add_instances("closeio", 1001).unwrap();
    assert_eq!((ids.start, ids.end), (first, first + 1001));
    let instances = all(|query| api(&sandbox, "GET", &format!("/instances?{query}"), ""));
    let listed = instances
        .iter()
        .map(|instance| instance["id"].as_u64().unwrap());
    assert!(listed.eq(ids.clone()));

    sandbox.add_objects(first, "contacts", 999).unwrap();
    let token = sandbox.instances()[0].expose_token().to_owned();
    let contacts = all(|query| through(&sandbox, &token, "GET", &format!("/contacts?{query}"), ""));
    assert_eq!(contacts.len(), 1001, "and the two that are there always");
    assert_eq!(contacts[1000]["name"], "Object 999");
    let path = format!("/instances/{first}");
    assert_eq!(api(&sandbox, "GET", &path, "").json()["token"], token);
}

#[test]
fn a_resource_is_as_long_as_it_may_be() {
    let sandbox = Sandbox::builder().max_objects(4).start().unwrap();
    let (_, token) = instance(&sandbox);
    let create = || through(&sandbox, &token, "POST", "/media", "{}").status;
    assert_eq!([create(), create()], [200, 403]);
}

#[test]
fn faults_befall_the_new_calls_too() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = instance(&sandbox);
    let token_path = "/elements/etsy/oauth/token?apiKey=k&apiSecret=s&callbackUrl=http://h/";
    let entries = format!("/instances/{id}/configuration");
    let calls: [(Operation, &dyn Fn() -> u16); 3] = [
        (Operation::OAuthToken, &|| {
            api(&sandbox, "GET", token_path, "").status
        }),
        (Operation::Configuration, &|| {
            api(&sandbox, "GET", &entries, "").status
        }),
        (Operation::Resources, &|| {
            through(&sandbox, &token, "GET", "/media", "").status
        }),
    ];
    for (operation, _) in &calls {
        let rule = FaultRule::new(Fault::Unavailable { after: None }).on(*operation);
        sandbox.set_faults([rule]);
        for (other, send) in &calls {
            let expected = if other == operation { 503 } else { 200 };
            assert_eq!(send(), expected, "{operation:?} {other:?}");
        }
    }
}
