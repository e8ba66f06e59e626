//! Files and folders behind an instance.

use crate::http::{Reply, added, call, through};
use ce_sandbox::Sandbox;
use serde_json::json;

const MULTIPART: (&str, &str) = ("Content-Type", "multipart/form-data; boundary=XYZ");

pub(crate) fn part(name: &str, media_type: &str, content: &str) -> String {
    format!(
        "--XYZ\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\
         Content-Type: {media_type}\r\n\r\n{content}\r\n"
    )
}

/// Sends a body of several parts.
pub(crate) fn send_parts(sandbox: &Sandbox, token: &str, path: &str, parts: &[String]) -> Reply {
    let authorization = format!("User {}, Element {token}", sandbox.user_secret());
    let headers = [("Authorization", authorization.as_str()), MULTIPART];
    let body = format!("{}--XYZ--\r\n", parts.concat());
    let target = format!("/elements/api-v2{path}");
    call(sandbox, "POST", &target, &headers, &body)
}

fn upload(sandbox: &Sandbox, token: &str, path: &str, content: &str) -> Reply {
    let parts = [
        part("other", "text/plain", "x"),
        part("file", "text/x-mine", content),
    ];
    send_parts(sandbox, token, &format!("/files?path={path}"), &parts)
}

#[test]
fn a_file_is_uploaded_listed_downloaded_and_deleted() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "amazons3");
    let get = |path: &str| through(&sandbox, &token, "GET", path, "");
    let path = "/a%20b/%23%C3%BC%3F.txt";
    let uploaded = upload(&sandbox, &token, path, "con\r\ntent").json();
    assert_eq!(uploaded["path"], "/a b/#ü?.txt");
    assert_eq!(
        (&uploaded["name"], &uploaded["size"]),
        (&json!("#ü?.txt"), &json!(9))
    );
    assert_eq!(upload(&sandbox, &token, path, "again").status, 409);
    let root = get("/hubs/documents/folders/contents?path=/").json();
    assert_eq!(
        (&root[0]["path"], &root[0]["directory"]),
        (&json!("/a b"), &json!(true))
    );
    let folder = get("/folders/contents?path=/a%20b");
    assert_eq!(folder.json(), json!([uploaded]));
    assert_eq!(folder.header("Elements-Total-Count"), Some("1"));
    let by_id = format!("/files/{}", uploaded["id"].as_str().unwrap());
    for path in [&format!("/files?path={path}"), &by_id] {
        let content = get(path);
        assert_eq!(content.body, "con\r\ntent");
        assert_eq!(content.header("Content-Type"), Some("text/x-mine"));
        assert!(content.header("Elements-Element-Instance-Id").is_some());
    }
    let deleted = through(
        &sandbox,
        &token,
        "DELETE",
        &format!("/files?path={path}"),
        "",
    );
    assert_eq!((deleted.status, get(&by_id).status), (200, 404));
}

#[test]
fn a_link_needs_no_credentials_and_runs_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "amazons3");
    assert_eq!(upload(&sandbox, &token, "/a.html", "<script>").status, 200);
    let links = through(&sandbox, &token, "GET", "/files/links?path=/a.html", "").json();
    let link = links["cloudElementsLink"].as_str().unwrap();
    let target = &link[link.find("/provider").unwrap()..];
    let page = call(&sandbox, "GET", target, &[], "");
    assert_eq!((page.status, page.body.as_str()), (200, "<script>"));
    assert_eq!(page.header("Content-Security-Policy"), Some("sandbox"));
    let other = call(&sandbox, "GET", "/provider/links/x/a.html", &[], "");
    assert_eq!(other.status, 404);
}

#[test]
fn folders_come_and_go_with_what_is_in_them() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "amazons3");
    let call = |method: &str, path: &str, body: &str| through(&sandbox, &token, method, path, body);
    let create = |path: &str| call("POST", "/folders", &json!({"path": path}).to_string());
    assert_eq!(create("/a/b/").json()["path"], "/a/b");
    assert_eq!([create("/a").status, create("/..").status], [409, 400]);
    assert_eq!(upload(&sandbox, &token, "/a/b/c", "x").status, 200);
    assert_eq!(create("/a/b/c/d").status, 409);
    for (method, path) in [
        ("DELETE", "/files?path=/a"),
        ("DELETE", "/folders?path=/a/b/c"),
        ("DELETE", "/folders?path=/"),
        ("GET", "/files?path=/a"),
        ("GET", "/folders/contents?path=/none"),
    ] {
        assert_eq!(call(method, path, "").status, 404, "{path}");
    }
    assert_eq!(call("DELETE", "/folders?path=/a", "").status, 200);
    let root = call("GET", "/folders/contents?path=/", "");
    assert_eq!(root.json(), json!([]));
}

#[test]
fn files_are_of_documents_and_bounded() {
    let builder = Sandbox::builder().max_bytes(20_000).max_objects(2);
    let sandbox = builder.start().unwrap();
    let (_, token) = added(&sandbox, "amazons3");
    let large = "x".repeat(30_000);
    assert_eq!(upload(&sandbox, &token, "/large", &large).status, 403);
    assert_eq!(upload(&sandbox, &token, "/a/b", "x").status, 200);
    assert_eq!(upload(&sandbox, &token, "/c", "x").status, 403);
    let no_file = [part("other", "text/plain", "x")];
    let reply = send_parts(&sandbox, &token, "/files?path=/d", &no_file);
    assert_eq!(
        (reply.status, reply.message().contains("file")),
        (400, true)
    );
    let json = through(&sandbox, &token, "POST", "/files?path=/d", "{}");
    assert_eq!(json.status, 415);
    let (_, token) = added(&sandbox, "closeio");
    assert_eq!(upload(&sandbox, &token, "/a", "x").status, 404);
}
