//! Files and folders behind an instance.

use crate::http::{Account, Api, Client as _, Reply};
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
pub(crate) fn send_parts(account: &Account<'_>, path: &str, parts: &[String]) -> Reply {
    let body = format!("{}--XYZ--\r\n", parts.concat());
    account.call("POST", path, &[MULTIPART], &body)
}

fn upload(account: &Account<'_>, path: &str, content: &str) -> Reply {
    let parts = [
        part("other", "text/plain", "x"),
        part("file", "text/x-mine", content),
    ];
    send_parts(account, &format!("/files?path={path}"), &parts)
}

#[test]
fn a_file_is_uploaded_listed_downloaded_and_deleted() {
    let api = Api::start();
    let account = api.added("amazons3");
    let path = "/a%20b/%23%C3%BC%3F.txt";
    let uploaded = upload(&account, path, "con\r\ntent").is(200);
    assert_eq!(uploaded["path"], "/a b/#ü?.txt");
    assert_eq!(uploaded["name"], "#ü?.txt");
    assert_eq!(uploaded["size"], 9);
    upload(&account, path, "again").is(409);
    let root = account.get("/hubs/documents/folders/contents?path=/");
    assert_eq!(root[0]["path"], "/a b");
    assert_eq!(root[0]["directory"], true);
    let folder = account.get("/folders/contents?path=/a%20b");
    assert_eq!(folder[0], uploaded.json);
    assert_eq!(folder.header("Elements-Total-Count"), Some("1"));
    let by_path = format!("/files?path={path}");
    let by_id = format!("/files/{}", uploaded.text("id"));
    for path in [&by_path, &by_id] {
        let content = account.get(path);
        assert_eq!(content.body, "con\r\ntent");
        assert_eq!(content.header("Content-Type"), Some("text/x-mine"));
        assert!(content.header("Elements-Element-Instance-Id").is_some());
    }
    account.delete(by_path).is(200);
    account.get(by_id).is(404);
}

#[test]
fn a_link_needs_no_credentials_and_runs_nothing() {
    let api = Api::start();
    let account = api.added("amazons3");
    upload(&account, "/a.html", "<script>").is(200);
    let links = account.get("/files/links?path=/a.html");
    let link = links.text("cloudElementsLink").strip_prefix(api.origin());
    let page = api.bare("GET", link.unwrap(), &[], "").is(200);
    assert_eq!(page.body, "<script>");
    assert_eq!(page.header("Content-Security-Policy"), Some("sandbox"));
    api.bare("GET", "/provider/links/x/a.html", &[], "").is(404);
}

#[test]
fn folders_come_and_go_with_what_is_in_them() {
    let api = Api::start();
    let account = api.added("amazons3");
    let create = |path: &str| account.post("/folders", &json!({"path": path}));
    assert_eq!(create("/a/b/")["path"], "/a/b");
    create("/a").is(409);
    create("/..").is(400);
    account
        .post("/folders", &json!({"path": 7}))
        .refuses(400, "path");
    upload(&account, "/a/b/c", "x").is(200);
    create("/a/b/c/d").refuses(409, "below a file");
    for (method, path) in [
        ("DELETE", "/files?path=/a"),
        ("DELETE", "/folders?path=/a/b/c"),
        ("DELETE", "/folders?path=/"),
        ("GET", "/files?path=/a"),
        ("GET", "/folders/contents?path=/none"),
    ] {
        account.send(method, path, &json!(null)).is(404);
    }
    create("/ab").is(200);
    account.delete("/folders?path=/a").is(200);
    let root = account.get("/folders/contents?path=/");
    assert_eq!((root.list().len(), &root[0]["path"]), (1, &json!("/ab")));
}

#[test]
fn files_are_of_documents_and_bounded() {
    let builder = Sandbox::builder().max_bytes(20_000).max_objects(2);
    let api = Api::of(builder);
    let account = api.added("amazons3");
    upload(&account, "/large", &"x".repeat(30_000)).is(403);
    upload(&account, "/a/b", "x").is(200);
    upload(&account, "/c", "x").is(403);
    // What is deleted counts no more.
    account.delete("/folders?path=/a").is(200);
    for _ in 0..5 {
        upload(&account, "/half", &"x".repeat(10_000)).is(200);
        account.delete("/files?path=/half").is(200);
    }
    let no_file = [part("other", "text/plain", "x")];
    send_parts(&account, "/files?path=/d", &no_file).refuses(400, "file");
    account.post("/files?path=/d", &json!({})).is(415);
    upload(&api.added("closeio"), "/a", "x").is(404);
}
