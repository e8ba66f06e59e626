//! What any HTTP client may rely on, whatever it sends.

#![allow(dead_code, reason = "each test binary uses its own part of the client")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "the client fails the test that uses it"
)]

mod http;

use ce_sandbox::Sandbox;
use http::{Connection, FORM, JSON, api, call};

#[test]
fn every_error_is_json_with_its_request_id() {
    let sandbox = Sandbox::start().unwrap();
    let authorization = format!(
        "User {}, Organization {}",
        sandbox.user_secret(),
        sandbox.organization_secret()
    );
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
        ("OPTIONS", "*", &[], "", 404),
        ("PUT", "/elements/api-v2/elements/keys", &[], "", 405),
        ("FROBNICATE", instances, &[], "", 405),
        ("GET", url, &[("Accept", "text/html")], "", 406),
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
        let json = reply.json();
        assert_eq!(
            json["requestId"].as_str(),
            reply.header("Elements-Request-Id")
        );
        assert_eq!(json["requestId"].as_str().unwrap().len(), 24);
        assert!(!json["message"].as_str().unwrap().is_empty());
        let allow = reply.header("Allow");
        assert_eq!(allow.is_some(), *status == 405, "{allow:?}");
    }
}

#[test]
fn pages_and_successes_have_a_request_id_too() {
    let sandbox = Sandbox::start().unwrap();
    let replies = [
        api(&sandbox, "GET", "/elements/keys", ""),
        call(&sandbox, "GET", "/provider/instagram/authorize", &[], ""),
        call(&sandbox, "HEAD", "/elements/api-v2/ping", &[], ""),
    ];
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [200, 400, 401]);
    let mut ids: Vec<&str> = replies
        .iter()
        .filter_map(|reply| reply.header("Elements-Request-Id"))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3, "each has its own");
}

#[test]
fn slashes_may_be_doubled_and_trail() {
    let sandbox = Sandbox::start().unwrap();
    for path in ["//elements//keys", "/elements/keys/", "/elements///keys//"] {
        assert_eq!(api(&sandbox, "GET", path, "").status, 200, "{path}");
    }
}

#[test]
fn a_body_over_the_limit_is_refused_even_if_the_client_writes_it_all_first() {
    let sandbox = Sandbox::builder().max_body_bytes(1000).start().unwrap();
    let fits = format!("{{\"a\":\"{}\"}}", "x".repeat(1000 - 8));
    assert_eq!(fits.len(), 1000);
    assert_eq!(api(&sandbox, "POST", "/instances", &fits).status, 400);
    for size in [1001, 5_000_000] {
        let reply = api(&sandbox, "POST", "/instances", &"x".repeat(size));
        assert_eq!(reply.status, 413, "{size}");
    }
    // Unsaid lengths count as well.
    let mut connection = Connection::open(sandbox.address());
    let head = format!(
        "POST /elements/api-v2/elements/instagram/oauth/url HTTP/1.1\r\nHost: h\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        2000,
        "x".repeat(2000)
    );
    connection.write(head.as_bytes());
    assert_eq!(connection.receive("POST").status, 413);
}

#[test]
fn an_absurd_length_is_refused_without_waiting_for_it() {
    let sandbox = Sandbox::start().unwrap();
    let mut connection = Connection::open(sandbox.address());
    connection.write(
        b"POST /elements/api-v2/elements/instagram/oauth/url HTTP/1.1\r\nHost: h\r\n\
          Content-Type: application/json\r\nContent-Length: 99999999999999\r\n\r\n{",
    );
    assert_eq!(connection.receive("POST").status, 413);
}

#[test]
fn a_connection_can_be_used_again_and_pipelined() {
    let sandbox = Sandbox::start().unwrap();
    let mut connection = Connection::open(sandbox.address());
    for _ in 0..3 {
        connection.send("GET", "/nothing", &[], "");
        assert_eq!(connection.receive("GET").status, 404);
    }
    connection.send("GET", "/nothing", &[], "");
    connection.send("GET", "/elements/api-v2/instances", &[], "");
    assert_eq!(connection.receive("GET").status, 404);
    assert_eq!(connection.receive("GET").status, 401);
    connection.send("GET", "/nothing", &[("Connection", "close")], "");
    assert_eq!(connection.receive("GET").status, 404);
    assert!(connection.is_closed());
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
        let mut connection = Connection::open(sandbox.address());
        connection.write(garbage);
        drop(connection);
    }
    assert_eq!(api(&sandbox, "GET", "/elements/keys", "").status, 200);
}

#[test]
fn secrets_are_never_quoted() {
    let sandbox = Sandbox::start().unwrap();
    let url = "/elements/api-v2/elements/instagram/oauth/url";
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
            &[("Authorization", "User s3cret, Element s3cret")],
            "",
        ),
    ];
    for reply in replies {
        assert!(reply.status >= 400);
        assert!(!reply.body.contains("s3cret"), "{}", reply.body);
    }
}
