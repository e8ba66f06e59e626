//! What any HTTP client may rely on, whatever it sends.

use std::io::Read as _;
use std::time::{Duration, Instant};

use crate::http::{FORM, JSON, added, api, authorization, call, through};
use crate::raw::{PATIENCE, write};
use ce_sandbox::Sandbox;
use serde_json::json;

/// What comes back for these bytes until the connection ends.
fn raw(sandbox: &Sandbox, bytes: &[u8]) -> String {
    let mut answer = String::new();
    let _ = write(sandbox, bytes).read_to_string(&mut answer);
    answer
}

#[test]
fn every_error_is_json_with_its_request_id() {
    let sandbox = Sandbox::start().unwrap();
    let authorization = authorization(&sandbox);
    let authorized = ("Authorization", authorization.as_str());
    let instances = "/elements/api-v2/instances";
    let url = "/elements/api-v2/elements/instagram/oauth/url";
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let table: &[(&str, &str, Headers<'_>, &str, u16)] = &[
        ("GET", "/", &[], "", 404),
        ("GET", "/elements/api-v2/nothing", &[], "", 404),
        ("GET", "/elements/api-v2/%ff", &[], "", 404),
        (
            "GET",
            "/elements/api-v2/instances%2F7",
            &[authorized],
            "",
            404,
        ),
        (
            "GET",
            "/elements/api-v2/elements/insta%2Fgram",
            &[authorized],
            "",
            404,
        ),
        ("PUT", "/elements/api-v2/elements/keys", &[], "", 405),
        ("FROBNICATE", instances, &[], "", 405),
        ("GET", url, &[("Accept", "text/html")], "", 406),
        (
            "GET",
            url,
            &[("Accept", "application/json;q=0, */*")],
            "",
            406,
        ),
        ("GET", url, &[], "", 400),
        ("GET", "/elements/api-v2/elements/x/oauth/url", &[], "", 404),
        ("GET", instances, &[], "", 401),
        (
            "GET",
            instances,
            &[("Authorization", "User x, Organization y")],
            "",
            401,
        ),
        (
            "GET",
            "/elements/api-v2/instances/7",
            &[authorized],
            "",
            404,
        ),
        ("POST", instances, &[JSON], "{}", 401),
        ("POST", instances, &[authorized], "{}", 415),
        ("POST", instances, &[authorized, FORM], "{}", 415),
        ("POST", instances, &[authorized, JSON], "{", 400),
        ("POST", instances, &[authorized, JSON], "[]", 400),
        ("POST", instances, &[authorized, JSON], "{}", 400),
    ];
    for (method, target, headers, body, status) in table {
        let reply = call(&sandbox, method, target, headers, body);
        assert_eq!(reply.status, *status, "{method} {target} {}", reply.body);
        assert_eq!(reply.header("Content-Type"), Some("application/json"));
        let id = reply.json()["requestId"].as_str().unwrap().to_owned();
        assert_eq!(Some(&*id), reply.header("Elements-Request-Id"));
        assert_eq!(id.len(), 24);
        assert!(!reply.message().is_empty());
        assert_eq!(reply.header("Allow").is_some(), *status == 405);
    }
}

#[test]
fn pages_and_successes_have_a_request_id_too() {
    let sandbox = Sandbox::start().unwrap();
    let replies = [
        api(&sandbox, "GET", "/elements/keys", ""),
        call(&sandbox, "GET", "/provider/instagram/authorize", &[], ""),
    ];
    let ids = replies.map(|reply| reply.header("Elements-Request-Id").unwrap().to_owned());
    assert_ne!(ids[0], ids[1], "each has its own");
}

#[test]
fn json_is_taken_if_the_accept_header_does_not_exclude_it() {
    let sandbox = Sandbox::start().unwrap();
    let authorization = authorization(&sandbox);
    for accept in [
        "*/*",
        "application/*",
        "text/html, application/json;q=0.5",
        "",
        "*/*;q=0.1",
    ] {
        let headers = [("Authorization", &*authorization), ("Accept", accept)];
        let reply = call(
            &sandbox,
            "GET",
            "/elements/api-v2/elements/keys",
            &headers,
            "",
        );
        assert_eq!(reply.status, 200, "{accept}");
    }
}

#[test]
fn slashes_may_be_doubled_and_trail() {
    let sandbox = Sandbox::start().unwrap();
    for path in ["//elements//keys", "/elements/keys/", "/elements///keys//"] {
        assert_eq!(api(&sandbox, "GET", path, "").status, 200, "{path}");
    }
}

#[test]
fn headers_are_written_as_documented() {
    let sandbox = Sandbox::start().unwrap();
    let answer = raw(
        &sandbox,
        b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.contains("\r\nElements-Request-Id: "), "{answer}");
}

#[test]
fn a_body_over_the_limit_is_refused_even_if_the_client_writes_it_all_first() {
    let sandbox = Sandbox::builder().max_body_bytes(1000).start().unwrap();
    let fits = format!("{{\"a\":\"{}\"}}", "x".repeat(1000 - 8));
    assert_eq!(api(&sandbox, "POST", "/instances", &fits).status, 400);
    for size in [1001, 5_000_000] {
        let reply = api(&sandbox, "POST", "/instances", &"x".repeat(size));
        assert_eq!(reply.status, 413, "{size}");
    }
    let large = Sandbox::builder()
        .max_body_bytes(4_000_000)
        .start()
        .unwrap();
    let (_, token) = added(&large, "closeio");
    let body = json!({"a": "x".repeat(3_000_000)}).to_string();
    assert_eq!(
        through(&large, &token, "POST", "/contacts", &body).status,
        200
    );
    // A length that is not announced counts as well.
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         7d0\r\n{}\r\n0\r\n\r\n",
        "x".repeat(2000)
    );
    assert!(raw(&sandbox, chunked.as_bytes()).starts_with("HTTP/1.1 413"));
}

#[test]
fn an_absurd_length_is_refused_without_waiting_for_it() {
    let sandbox = Sandbox::start().unwrap();
    let head = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999\r\n\r\n{";
    assert!(raw(&sandbox, head).starts_with("HTTP/1.1 413"));
}

#[test]
fn bodies_on_their_way_are_bounded_in_bytes() {
    let sandbox = Sandbox::builder().max_body_bytes(4 << 20).start().unwrap();
    let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\n";
    let most = format!("{head}{}", "x".repeat(1_048_000));
    let slow: Vec<_> = (0..66).map(|_| write(&sandbox, most.as_bytes())).collect();
    let deadline = Instant::now() + PATIENCE;
    // More than what those leave that were refused.
    let body = "x".repeat(3_000_000);
    let is_refused = || api(&sandbox, "POST", "/instances", &body).status == 503;
    while !is_refused() {
        assert!(Instant::now() < deadline);
    }
    assert_eq!(api(&sandbox, "GET", "/elements/keys", "").status, 200);
    drop(slow);
    while is_refused() {
        assert!(Instant::now() < deadline);
    }
}

#[test]
fn slow_connections_time_out() {
    let timeout = Duration::from_millis(500);
    let sandbox = Sandbox::builder().request_timeout(timeout).start().unwrap();
    assert_eq!(raw(&sandbox, b"GET / HTTP/1.1\r\nHo"), "");
    let begun = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{";
    assert!(raw(&sandbox, begun).starts_with("HTTP/1.1 408"));
}

#[test]
fn what_is_not_http_harms_nobody() {
    let sandbox = Sandbox::start().unwrap();
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ] {
        drop(write(&sandbox, garbage));
    }
    assert_eq!(api(&sandbox, "GET", "/elements/keys", "").status, 200);
}

#[test]
fn serde_jsons_private_keys_are_refused() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "closeio");
    for body in [
        r#"{"a": {"$serde_json::private::RawValue": "{\"b\": 1}"}}"#,
        r#"{"a": [{"\u0024serde_json::private::Number": "1"}]}"#,
        r#"{"$serde_json::private::RawValue": "{}"}"#,
    ] {
        let refused = through(&sandbox, &token, "POST", "/contacts", body);
        assert_eq!(refused.status, 400, "{body}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(1000), "]".repeat(1000));
    assert_eq!(
        through(&sandbox, &token, "POST", "/contacts", &deep).status,
        400
    );
}

#[test]
fn what_is_kept_is_bounded_in_bytes() {
    let sandbox = Sandbox::builder().max_bytes(1 << 20).start().unwrap();
    let (id, token) = added(&sandbox, "closeio");
    // Half a megabyte of text, which takes up more in memory.
    let many = json!({"a": vec![0; 40_000]}).to_string();
    let created = through(&sandbox, &token, "POST", "/contacts", &many);
    assert_eq!(created.status, 403, "{}", created.message());
    let some = json!({"a": "x".repeat(300_000)}).to_string();
    let post = || through(&sandbox, &token, "POST", "/contacts", &some).status;
    assert_eq!([post(), post(), post(), post()], [200, 200, 200, 403]);
    let named = json!({"name": "x".repeat(300_000)}).to_string();
    let path = format!("/instances/{id}");
    assert_eq!(api(&sandbox, "PATCH", &path, &named).status, 403);
    assert_eq!(
        through(&sandbox, &token, "DELETE", "/contacts/3", "").status,
        200
    );
    assert_eq!(post(), 200);
}

#[test]
fn a_long_path_is_recorded_in_part() {
    let sandbox = Sandbox::start().unwrap();
    let path = format!("/{}", "x".repeat(60_000));
    assert_eq!(call(&sandbox, "GET", &path, &[], "").status, 404);
    assert_eq!(sandbox.served()[0].path, path[..2048]);
}

#[test]
fn secrets_are_never_quoted() {
    let sandbox = Sandbox::start().unwrap();
    let url = "/elements/api-v2/elements/instagram/oauth/url";
    let authorization = ("Authorization", "User s3cret, Element s3cret");
    let replies = [
        call(&sandbox, "GET", &format!("{url}?apiSecret=s3cret"), &[], ""),
        call(
            &sandbox,
            "POST",
            url,
            &[JSON],
            "{\"apiSecret\": \"s3cret\"}",
        ),
        call(&sandbox, "POST", url, &[JSON], "{\"apiSecret\": s3cret}"),
        call(
            &sandbox,
            "GET",
            "/elements/api-v2/ping",
            &[authorization],
            "",
        ),
    ];
    for reply in replies {
        assert!(reply.status >= 400);
        assert!(!reply.body.contains("s3cret"), "{}", reply.body);
    }
}
