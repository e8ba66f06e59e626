//! Bulk jobs.

use std::time::Duration;

use super::files::{part, send_parts};
use crate::events::receiver::Receiver;
use crate::http::{Account, Api, Client as _, Reply};
use ce_sandbox::Sandbox;
use serde_json::{Value, json};

/// Starts a job that gets objects, and returns its path.
fn start(account: &Account<'_>, query: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let path = format!("/bulk/query?q={query}");
    let started = account.post(path, &Value::Null).is(200);
    assert_eq!(started["status"], "CREATED");
    format!("/hubs/crm/bulk/{}", started["id"])
}

fn upload(account: &Account<'_>, media_type: &str, content: &str) -> Reply {
    let parts = [
        part("metaData", "application/json", "{}"),
        part("file", media_type, content),
    ];
    send_parts(account, "/bulk/contacts", &parts)
}

#[test]
fn a_job_gets_objects_as_csv_or_json() {
    let api = Api::start();
    let account = api.added("closeio");
    let object = json!({"name": "a \"b\", c", "n": 7, "tags": ["x"], "none": null});
    let object = object.as_object().unwrap().clone();
    api.add_object(account.id, "contacts", object).unwrap();
    let job = start(
        &account,
        "SELECT id, n,name,tags FROM contacts where id = 3",
    );
    let get = |path: &str| account.get(format!("{job}{path}"));
    get("/contacts").refuses(400, "not complete");
    assert_eq!(get("/status")["status"], "CREATED");
    assert_eq!(get("/status")["status"], "COMPLETED");
    let download = |accept: &str| {
        let accept = [("Accept", accept)];
        account.call("GET", &format!("{job}/contacts"), &accept, "")
    };
    let csv = download("text/csv");
    assert_eq!(csv.header("Content-Type"), Some("text/csv"));
    let expected = "id,n,name,tags\n3,7,\"a \"\"b\"\", c\",\"[\"\"x\"\"]\"\n";
    assert_eq!(csv.body, expected);
    let expected = json!({"id": "3", "name": "a \"b\", c", "n": 7, "tags": ["x"]});
    assert_eq!(download("application/json")[0], expected);
    download("text/html").is(406);
    get("/media").is(404);
    get("/errors").is(200);
    account.get("/bulk/999/status").is(404);
    // It is another instance's.
    api.added("closeio").get(format!("{job}/status")).is(404);
    for (query, expected) in [("delete", 400), ("select%20*%20from%20media", 404)] {
        let reply = account.post(format!("/bulk/query?q={query}"), &Value::Null);
        assert_eq!(reply.status, expected, "{query}");
    }
}

#[test]
fn a_job_is_complete_by_the_clock_and_its_end_is_told() {
    let api = Api::start();
    let receiver = Receiver::start(&[]);
    let account = api.added("closeio");
    let headers = [("Elements-Async-Callback-Url", &*receiver.url())];
    let path = "/bulk/query?q=select+*+from+contacts";
    let started = account.call("POST", path, &headers, "");
    api.advance(Duration::from_secs(1));
    let told = receiver.next().json();
    assert_eq!(told["id"], started["id"]);
    assert_eq!(told["status"], "COMPLETED");
    let status = account.get(format!("/bulk/{}/status", started["id"]));
    assert_eq!(status.json, told);
}

#[test]
fn an_upload_creates_objects_and_tells_of_rows_that_are_none() {
    let api = Api::of(Sandbox::builder().max_objects(7));
    let account = api.added("closeio");
    let errors = |reply: &Reply| account.get(format!("/bulk/{}/errors", reply["id"]));
    let csv = "name,n\nAnn,1\nBob\n\"C, D\",2\n";
    let csv = upload(&account, "text/csv; charset=utf-8", csv);
    assert_eq!(csv["recordsCount"], 2);
    assert_eq!(errors(&csv)[0]["row"], 2);
    let array = upload(&account, "application/json", r#"[{"name": "Eve"}, 7]"#);
    assert_eq!(array["recordsCount"], 1);
    assert_eq!(errors(&array)[0]["row"], 2);
    let lines = "{\"name\": \"Fay\"}\n{\"name\": \"Gil\"}";
    let lines = upload(&account, "application/json", lines);
    assert_eq!(lines["recordsFailedCount"], 0);
    let list = account.get("/contacts?fields=name");
    let names: Vec<_> = list.list()[2..].iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["Ann", "C, D", "Eve", "Fay", "Gil"]);
    // Seven are enough.
    upload(&account, "text/csv", "name\nHal\n").is(403);
    upload(&account, "text/html", "x").is(415);
    upload(&account, "application/json", "{").is(400);
    let none = upload(&account, "application/json", "[]");
    assert_eq!(none["recordsCount"], 0);
}

#[test]
fn what_a_job_tells_is_bounded() {
    let api = Api::start();
    let account = api.added("closeio");
    let failed = |media_type: &str, content: &str| {
        let job = upload(&account, media_type, content);
        let errors = account.get(format!("/bulk/{}/errors", job["id"]));
        (job["recordsFailedCount"].as_u64(), errors.list().len())
    };
    let rows = "a,b\n".to_owned() + &"1\n".repeat(5000);
    assert_eq!(failed("text/csv", &rows), (Some(5000), 1000));
    // A field is a column of every row.
    let wide: Value = (0..5000)
        .map(|number| (number.to_string(), json!(1)))
        .collect();
    let wide = json!([wide]).to_string();
    assert_eq!(failed("application/json", &wide), (Some(0), 0));
    api.add_objects(account.id, "contacts", 1000).unwrap();
    let job = start(&account, "select * from contacts");
    api.advance(Duration::from_secs(1));
    for (accept, expected) in [("text/csv", 403), ("application/json", 200)] {
        let path = format!("{job}/contacts");
        let accept = [("Accept", accept)];
        account.call("GET", &path, &accept, "").is(expected);
    }
    // However long it is.
    let query = format!("/bulk/query?q=a{}", "+".repeat(60_000));
    account.post(query, &Value::Null).is(400);
}
