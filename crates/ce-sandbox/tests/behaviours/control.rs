//! A running sandbox is told what to do, over HTTP and by methods.

use crate::http::{JSON, Reply, added, api, call, code, create_request, through};
use ce_sandbox::{Operation, Sandbox};
use serde_json::{Value, json};

fn control(sandbox: &Sandbox, method: &str, path: &str, body: &Value) -> Reply {
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    call(sandbox, method, &format!("/sandbox{path}"), &[JSON], &body)
}

#[test]
fn instances_are_added() {
    let sandbox = Sandbox::start().unwrap();
    let body = json!({"element": "closeio", "name": "Ann", "tags": ["a"]});
    let ids = control(&sandbox, "POST", "/instances", &body).json();
    let instance = &sandbox.instances()[0];
    assert_eq!(ids, json!({"ids": [instance.id]}));
    assert_eq!(
        (&*instance.name, &*instance.element_key),
        ("Ann", "closeio")
    );
    assert_eq!(instance.tags, ["a"]);
    let many = json!({"element": "146", "count": 20});
    let ids = control(&sandbox, "POST", "/instances", &many).json();
    assert_eq!(ids["ids"].as_array().map(Vec::len), Some(20));
    let unknown = control(
        &sandbox,
        "POST",
        "/instances",
        &json!({"element": "nothing"}),
    );
    assert_eq!(unknown.status, 404);
    let misspelt = json!({"element": "closeio", "nme": "x"});
    assert!(
        control(&sandbox, "POST", "/instances", &misspelt)
            .message()
            .contains("nme")
    );
}

#[test]
fn a_consent_is_revoked() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = added(&sandbox, "instagram");
    let path = format!("/instances/{id}/consent");
    assert_eq!(control(&sandbox, "DELETE", &path, &Value::Null).status, 204);
    assert_eq!(through(&sandbox, &token, "GET", "/media", "").status, 403);
    let unknown = control(&sandbox, "DELETE", "/instances/1/consent", &Value::Null);
    assert_eq!(unknown.status, 404);
}

#[test]
fn objects_are_added() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = added(&sandbox, "closeio");
    let path = format!("/instances/{id}/objects");
    let body = json!({"resource": "contacts", "objects": [{"name": "Bob"}], "count": 2});
    assert_eq!(control(&sandbox, "POST", &path, &body).status, 204);
    let list = through(&sandbox, &token, "GET", "/contacts?fields=name", "").json();
    let added = json!([{"name": "Bob"}, {"name": "Object 1"}, {"name": "Object 2"}]);
    assert_eq!(list.as_array().unwrap()[2..], *added.as_array().unwrap());
    let unknown = json!({"resource": "media", "count": 1});
    assert_eq!(control(&sandbox, "POST", &path, &unknown).status, 404);
    let many = json!({"resource": "contacts", "count": 10_000});
    assert_eq!(control(&sandbox, "POST", &path, &many).status, 403);
}

#[test]
fn faults_are_added_and_cleared() {
    let sandbox = Sandbox::start().unwrap();
    let keys = || api(&sandbox, "GET", "/elements/keys", "").status;
    let body = json!({"faults": ["unavailable,times=1", "too-many-requests"]});
    assert_eq!(control(&sandbox, "POST", "/faults", &body).status, 204);
    assert_eq!([keys(), keys()], [503, 429]);
    assert_eq!(
        control(&sandbox, "DELETE", "/faults", &Value::Null).status,
        204
    );
    assert_eq!(keys(), 200);
    for (text, part) in [("lose", "lose-answer"), ("refuse", "port")] {
        let refused = control(&sandbox, "POST", "/faults", &json!({"faults": [text]}));
        assert_eq!(refused.status, 400);
        assert!(refused.message().contains(part), "{}", refused.body);
    }
}

#[test]
fn what_was_served_is_read_without_secrets() {
    let sandbox = Sandbox::start().unwrap();
    let code = code(&sandbox);
    let created = api(
        &sandbox,
        "POST",
        "/instances",
        &create_request(&code, "Mine").to_string(),
    );
    api(&sandbox, "GET", "/instances?tags[]=a+b", "");
    let reply = control(&sandbox, "GET", "/requests", &Value::Null);
    for secret in ["s3cret", &*code, "st/ate"] {
        assert!(!reply.body.contains(secret), "{}", reply.body);
    }
    let requests = reply.json();
    assert_eq!(
        requests.as_array().map(Vec::len),
        Some(3),
        "and not this one"
    );
    assert!(
        requests[0]["query"]
            .to_string()
            .contains(r#"["callbackUrl","http://app.example/cb"]"#)
    );
    let request = &requests[1];
    assert_eq!(request["path"], "/elements/api-v2/instances");
    assert_eq!(
        (&request["method"], &request["status"]),
        (&json!("POST"), &json!(200))
    );
    assert_eq!(
        request["requestId"].as_str(),
        created.header("Elements-Request-Id")
    );
    let body = &request["body"];
    assert_eq!(
        (&body["name"], &body["tags"]),
        (&json!("Mine"), &json!(["tests"]))
    );
    assert_eq!(body["element"]["key"], "instagram");
    assert_eq!(body["providerData"], json!({"code": "[redacted]"}));
    assert_eq!(requests[2]["query"], json!([["tags[]", "a b"]]));
    // The same by the method.
    let served = sandbox.served();
    assert_eq!(json!(served[2].query), requests[2]["query"]);
    assert_eq!(served[1].body.as_ref(), Some(body));
}

#[test]
fn a_reset_is_like_a_new_start() {
    let start = || {
        let builder = Sandbox::builder().seed(7);
        builder
            .fault("unavailable,times=1".parse().unwrap())
            .start()
            .unwrap()
    };
    let sandbox = start();
    let keys = || api(&sandbox, "GET", "/elements/keys", "");
    let first = keys();
    assert_eq!([first.status, keys().status], [503, 200]);
    let ids = sandbox.add_instances("instagram", 2).unwrap();
    assert_eq!(
        control(&sandbox, "POST", "/reset", &Value::Null).status,
        204
    );
    assert!(sandbox.instances().is_empty() && sandbox.served().is_empty());
    assert_eq!(
        keys().body,
        first.body,
        "the same request id, and the same fault"
    );
    assert_eq!(sandbox.add_instances("instagram", 2).unwrap(), ids);
    assert_eq!(sandbox.created(), 2);
}

#[test]
fn one_operation_fails_and_the_others_do_not() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = added(&sandbox, "closeio");
    let one = format!("/instances/{id}");
    let enabled = format!("/instances/{id}/enabled");
    let entries = format!("/instances/{id}/configuration");
    let docs = format!("/instances/{id}/docs");
    let calls = [
        (Operation::ListInstances, "GET", "/instances"),
        (Operation::GetInstance, "GET", &*one),
        (Operation::UpdateInstance, "PATCH", &*one),
        (Operation::ListConfiguration, "GET", &*entries),
        (Operation::ListElementKeys, "GET", "/elements/keys"),
        (Operation::GetElementDocs, "GET", "/elements/closeio/docs"),
        (Operation::ListHubs, "GET", "/hubs"),
        (Operation::ListHubKeys, "GET", "/hubs/keys"),
        (Operation::GetHub, "GET", "/hubs/crm"),
        (Operation::ListHubElements, "GET", "/hubs/crm/elements"),
        (Operation::GetInstanceDocs, "GET", &*docs),
        (Operation::Ping, "GET", "/ping"),
        (Operation::ListObjectNames, "GET", "/objects"),
        (
            Operation::GetObjectMetadata,
            "GET",
            "/objects/contacts/metadata",
        ),
        (Operation::ListObjects, "GET", "/contacts"),
        (Operation::GetObject, "GET", "/contacts/1"),
        (Operation::DisableInstance, "DELETE", &*enabled),
        (Operation::EnableInstance, "PUT", &*enabled),
    ];
    let send = |method: &str, path: &str| match path {
        "/ping" | "/objects" | "/objects/contacts/metadata" | "/contacts" | "/contacts/1" => {
            through(&sandbox, &token, method, path, "{}")
        }
        _ => api(&sandbox, method, path, "{}"),
    };
    for failing in calls
        .map(|(operation, ..)| operation)
        .into_iter()
        .chain([Operation::Instances, Operation::Resources])
    {
        let rule = format!("unavailable,on={}", failing.name());
        sandbox.set_faults([rule.parse().unwrap()]);
        for (operation, method, path) in calls {
            let expected = if failing.includes(operation) {
                503
            } else {
                200
            };
            assert_eq!(
                send(method, path).status,
                expected,
                "{failing:?} {operation:?}"
            );
        }
        sandbox.clear_faults();
        assert_eq!(api(&sandbox, "PUT", &enabled, "").status, 200);
    }
}
