//! Bulk jobs.

use std::time::Duration;

use super::files::{part, send_parts};
use crate::events::receiver::Receiver;
use crate::http::{Reply, added, call, through};
use ce_sandbox::Sandbox;
use serde_json::{Value, json};

/// Starts a job that gets objects, and returns its path.
fn start(sandbox: &Sandbox, token: &str, query: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let started = through(
        sandbox,
        token,
        "POST",
        &format!("/bulk/query?q={query}"),
        "",
    );
    assert_eq!(started.status, 200, "{}", started.body);
    assert_eq!(started.json()["status"], "CREATED");
    format!("/hubs/crm/bulk/{}", started.json()["id"])
}

fn download(sandbox: &Sandbox, token: &str, path: &str, accept: &str) -> Reply {
    let authorization = format!("User {}, Element {token}", sandbox.user_secret());
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Accept", accept),
    ];
    let target = format!("/elements/api-v2{path}");
    call(sandbox, "GET", &target, &headers, "")
}

#[test]
fn a_job_gets_objects_as_csv_or_json() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = added(&sandbox, "closeio");
    let object = json!({"name": "a \"b\", c", "n": 7, "tags": ["x"], "none": null});
    let object = object.as_object().unwrap().clone();
    sandbox.add_object(id, "contacts", object).unwrap();
    let job = start(
        &sandbox,
        &token,
        "SELECT id, n,name,tags FROM contacts where id = 3",
    );
    let get = |path: &str| through(&sandbox, &token, "GET", &format!("{job}{path}"), "");
    let contacts = format!("{job}/contacts");
    assert_eq!(get("/contacts").status, 400, "it is not complete");
    let statuses = [get("/status"), get("/status")].map(|reply| reply.json()["status"].clone());
    assert_eq!(statuses, ["CREATED", "COMPLETED"]);
    let csv = download(&sandbox, &token, &contacts, "text/csv");
    assert_eq!(csv.header("Content-Type"), Some("text/csv"));
    assert_eq!(
        csv.body,
        "id,n,name,tags\n3,7,\"a \"\"b\"\", c\",\"[\"\"x\"\"]\"\n"
    );
    let json = download(&sandbox, &token, &contacts, "application/json").json();
    assert_eq!(
        json[0],
        json!({"id": "3", "name": "a \"b\", c", "n": 7, "tags": ["x"]})
    );
    assert_eq!(
        download(&sandbox, &token, &contacts, "text/html").status,
        406
    );
    assert_eq!([get("/media").status, get("/errors").status], [404, 200]);
    let other = through(&sandbox, &token, "GET", "/bulk/999/status", "");
    assert_eq!(other.status, 404);
    let (_, other) = added(&sandbox, "closeio");
    let status = through(&sandbox, &other, "GET", &format!("{job}/status"), "");
    assert_eq!(status.status, 404, "it is another instance's");
    for (query, expected) in [("delete", 400), ("select%20*%20from%20media", 404)] {
        let reply = through(
            &sandbox,
            &token,
            "POST",
            &format!("/bulk/query?q={query}"),
            "",
        );
        assert_eq!(reply.status, expected, "{query}");
    }
}

#[test]
fn a_job_is_complete_by_the_clock_and_its_end_is_told() {
    let sandbox = Sandbox::start().unwrap();
    let receiver = Receiver::start(&[]);
    let (_, token) = added(&sandbox, "closeio");
    let authorization = format!("User {}, Element {token}", sandbox.user_secret());
    let headers = [
        ("Authorization", authorization.as_str()),
        ("Elements-Async-Callback-Url", &receiver.url()),
    ];
    let target = "/elements/api-v2/bulk/query?q=select+*+from+contacts";
    let started = call(&sandbox, "POST", target, &headers, "").json();
    sandbox.advance(Duration::from_secs(1));
    let told = receiver.next().json();
    assert_eq!(
        (&told["id"], &told["status"]),
        (&started["id"], &json!("COMPLETED"))
    );
    let path = format!("/bulk/{}/status", started["id"]);
    assert_eq!(through(&sandbox, &token, "GET", &path, "").json(), told);
}

#[test]
fn an_upload_creates_objects_and_tells_of_rows_that_are_none() {
    let sandbox = Sandbox::builder().max_objects(7).start().unwrap();
    let (_, token) = added(&sandbox, "closeio");
    let upload = |media_type: &str, content: &str| {
        let parts = [
            part("metaData", "application/json", "{}"),
            part("file", media_type, content),
        ];
        send_parts(&sandbox, &token, "/bulk/contacts", &parts)
    };
    let errors = |reply: &Reply| {
        let path = format!("/bulk/{}/errors", reply.json()["id"]);
        through(&sandbox, &token, "GET", &path, "").json()
    };
    let csv = upload(
        "text/csv; charset=utf-8",
        "name,n\nAnn,1\nBob\n\"C, D\",2\n",
    );
    assert_eq!(csv.json()["recordsCount"], 2);
    assert_eq!(errors(&csv)[0]["row"], 2);
    let array = upload("application/json", r#"[{"name": "Eve"}, 7]"#);
    assert_eq!(
        (&array.json()["recordsCount"], &errors(&array)[0]["row"]),
        (&json!(1), &json!(2))
    );
    let lines = upload(
        "application/json",
        "{\"name\": \"Fay\"}\n{\"name\": \"Gil\"}",
    );
    assert_eq!(lines.json()["recordsFailedCount"], 0);
    let list = through(&sandbox, &token, "GET", "/contacts?fields=name", "").json();
    let names: Vec<_> = list.as_array().unwrap()[2..]
        .iter()
        .map(|it| &it["name"])
        .collect();
    assert_eq!(names, ["Ann", "C, D", "Eve", "Fay", "Gil"]);
    assert_eq!(
        upload("text/csv", "name\nHal\n").status,
        403,
        "seven are enough"
    );
    assert_eq!(upload("text/html", "x").status, 415);
    assert_eq!(upload("application/json", "{").status, 400);
    let none: Value = upload("application/json", "[]").json();
    assert_eq!(none["recordsCount"], 0);
}

#[test]
fn what_a_job_tells_is_bounded() {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = added(&sandbox, "closeio");
    let upload = |media_type: &str, content: &str| {
        let parts = [part("file", media_type, content)];
        let job = send_parts(&sandbox, &token, "/bulk/contacts", &parts).json();
        let path = format!("/bulk/{}/errors", job["id"]);
        let errors = through(&sandbox, &token, "GET", &path, "").json();
        (
            job["recordsFailedCount"].as_u64(),
            errors.as_array().map(Vec::len),
        )
    };
    let rows = "a,b\n".to_owned() + &"1\n".repeat(5000);
    assert_eq!(upload("text/csv", &rows), (Some(5000), Some(1000)));
    // A field is a column of every row.
    let wide: Value = (0..5000)
        .map(|number| (number.to_string(), json!(1)))
        .collect();
    let wide = json!([wide]).to_string();
    assert_eq!(upload("application/json", &wide), (Some(0), Some(0)));
    sandbox.add_objects(id, "contacts", 1000).unwrap();
    let job = start(&sandbox, &token, "select * from contacts");
    sandbox.advance(Duration::from_secs(1));
    let path = format!("{job}/contacts");
    let status = |accept: &str| download(&sandbox, &token, &path, accept).status;
    assert_eq!([status("text/csv"), status("application/json")], [403, 200]);
    // However long it is.
    let spaces = " ".repeat(60_000);
    let reply = through(
        &sandbox,
        &token,
        "POST",
        &format!("/bulk/query?q=a{}", spaces.replace(' ', "+")),
        "",
    );
    assert_eq!(reply.status, 400);
}
