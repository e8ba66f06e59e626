//! A running sandbox is told what to do, over HTTP and by methods.

use std::time::{Duration, UNIX_EPOCH};

use crate::http::{Api, Client as _, JSON, Reply, create_request};
use ce_sandbox::{Operation, Sandbox};
use serde_json::{Value, json};

pub(crate) fn control(api: &Api, method: &str, path: &str, body: &Value) -> Reply {
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    api.bare(method, &format!("/sandbox{path}"), &[JSON], &body)
}

#[test]
fn instances_are_added() {
    let api = Api::start();
    let post = |body: &Value| control(&api, "POST", "/instances", body);
    let ids = post(&json!({"element": "closeio", "name": "Ann", "tags": ["a"]}));
    let instance = &api.instances()[0];
    assert_eq!(ids["ids"], json!([instance.id]));
    assert_eq!(instance.name, "Ann");
    assert_eq!(instance.element_key, "closeio");
    assert_eq!(instance.tags, ["a"]);
    let ids = post(&json!({"element": "146", "count": 20}));
    assert_eq!(ids["ids"].as_array().map(Vec::len), Some(20));
    post(&json!({"element": "nothing"})).is(404);
    post(&json!({"element": "closeio", "nme": "x"})).refuses(400, "nme");
    post(&json!({})).refuses(400, "element");
}

#[test]
fn a_consent_is_revoked() {
    let api = Api::start();
    let account = api.added("instagram");
    let revoke = |id| {
        let path = format!("/instances/{id}/consent");
        control(&api, "DELETE", &path, &Value::Null)
    };
    revoke(account.id).is(204);
    account.get("/media").is(403);
    revoke(1).is(404);
}

#[test]
fn objects_are_added() {
    let api = Api::start();
    let account = api.added("closeio");
    let path = format!("/instances/{}/objects", account.id);
    let post = |body: &Value| control(&api, "POST", &path, body);
    post(&json!({"resource": "contacts", "objects": [{"name": "Bob"}], "count": 2})).is(204);
    let list = account.get("/contacts?fields=name");
    let names: Vec<_> = list.list()[2..].iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["Bob", "Object 1", "Object 2"]);
    post(&json!({"resource": "media", "count": 1})).is(404);
    post(&json!({"resource": "contacts", "count": 10_000})).is(403);
}

#[test]
fn faults_are_added_and_cleared() {
    let api = Api::start();
    let post = |faults: Value| control(&api, "POST", "/faults", &json!({"faults": faults}));
    post(json!(["unavailable,times=1", "too-many-requests"])).is(204);
    api.get("/elements/keys").is(503);
    api.get("/elements/keys").is(429);
    control(&api, "DELETE", "/faults", &Value::Null).is(204);
    api.get("/elements/keys").is(200);
    post(json!(["lose"])).refuses(400, "lose-answer");
    post(json!(["refuse"])).refuses(400, "port");
}

#[test]
fn what_was_served_is_read_without_secrets() {
    let api = Api::start();
    let code = api.code();
    let mut body = create_request(&code, "Mine");
    body["configuration"]["own"] = json!({"a": ["s3cret"]});
    let created = api.post("/instances", &body);
    api.get("/instances?tags[]=a+b");
    let requests = control(&api, "GET", "/requests", &Value::Null);
    for secret in ["s3cret", &*code, "st/ate"] {
        requests.hides(secret);
    }
    assert_eq!(requests.list().len(), 3, "and not this one");
    let hidden = "[redacted]";
    let callback = "http://app.example/cb";
    let expected = json!([
        ["apiKey", hidden],
        ["apiSecret", hidden],
        ["callbackUrl", callback],
        ["state", hidden],
    ]);
    assert_eq!(requests[0]["query"], expected);
    let request = &requests[1];
    assert_eq!(request["path"], "/elements/api-v2/instances");
    assert_eq!(request["method"], "POST");
    assert_eq!(request["status"], 200);
    let id = created.header("Elements-Request-Id");
    assert_eq!(request["requestId"].as_str(), id);
    let body = &request["body"];
    assert_eq!(body["name"], "Mine");
    assert_eq!(body["tags"], json!(["tests"]));
    assert_eq!(body["element"]["key"], "instagram");
    assert_eq!(body["providerData"], json!({"code": hidden}));
    assert_eq!(body["configuration"]["own"], json!({"a": [hidden]}));
    assert_eq!(requests[2]["query"], json!([["tags[]", "a b"]]));
    // The same by the method.
    let served = api.served();
    assert_eq!(json!(served[2].query), requests[2]["query"]);
    assert_eq!(served[1].body.as_ref(), Some(body));
    // Bodies under other names, and what is no JSON.
    let url = "/elements/instagram/oauth/url";
    api.post(url, &json!({"apiSecret": "s", "scope": "all"}));
    api.call("POST", url, &[JSON], "{");
    let bodies = api.served().into_iter().map(|served| served.body);
    let expected = json!({"apiSecret": hidden, "scope": "all"});
    assert_eq!(bodies.skip(3).collect::<Vec<_>>(), [Some(expected), None]);
}

#[test]
fn a_reset_is_like_a_new_start() {
    let fault = "unavailable,probability=0.5".parse().unwrap();
    let builder = Sandbox::builder().seed(7).clock(|| UNIX_EPOCH);
    let api = Api::of(builder.fault(fault));
    let keys = || api.get("/elements/keys").body;
    let first: Vec<_> = (0..20).map(|_| keys()).collect();
    let ids = api.add_instances("instagram", 2).unwrap();
    api.advance(Duration::from_secs(60));
    control(&api, "POST", "/reset", &Value::Null).is(204);
    assert!(api.instances().is_empty() && api.served().is_empty());
    // The same request ids, and the same faults.
    let again: Vec<_> = (0..20).map(|_| keys()).collect();
    assert_eq!(again, first);
    assert_eq!(api.add_instances("instagram", 2).unwrap(), ids);
    assert_eq!(api.created(), 2);
    api.clear_faults();
    let created = &api.get(format!("/instances/{}", ids.start))["createdDate"];
    assert_eq!(created, "1970-01-01T00:00:00Z");
}

#[test]
fn one_operation_fails_and_the_others_do_not() {
    let api = Api::start();
    let account = api.added("closeio");
    let one = format!("/instances/{}", account.id);
    let enabled = format!("{one}/enabled");
    let entries = format!("{one}/configuration");
    let docs = format!("{one}/docs");
    let metadata = "/objects/contacts/metadata";
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
        (Operation::Ping, "GET", "/hubs/crm/ping"),
        (Operation::ListObjectNames, "GET", "/hubs/crm/objects"),
        (Operation::GetObjectMetadata, "GET", metadata),
        (Operation::ListObjects, "GET", "/contacts"),
        (Operation::GetObject, "GET", "/contacts/1"),
        (Operation::DisableInstance, "DELETE", &*enabled),
        (Operation::EnableInstance, "PUT", &*enabled),
    ];
    let failing = calls.map(|(operation, ..)| operation).into_iter();
    for failing in failing.chain([Operation::Instances, Operation::Resources]) {
        let rule = format!("unavailable,on={}", failing.name());
        api.set_faults([rule.parse().unwrap()]);
        for (operation, method, path) in calls {
            let through = [Operation::Ping, Operation::Resources];
            let reply = match through.iter().any(|group| group.includes(operation)) {
                true => account.send(method, path, &json!({})),
                false => api.send(method, path, &json!({})),
            };
            let expected = if failing.includes(operation) {
                503
            } else {
                200
            };
            assert_eq!(reply.status, expected, "{failing:?} {operation:?}");
        }
        api.clear_faults();
        api.put(&enabled, &Value::Null).is(200);
    }
}
