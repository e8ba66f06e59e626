//! What any HTTP client may rely on, whatever it sends.

use std::io::Read as _;
use std::time::{Duration, Instant};

use crate::api::files::{part, send_parts};
use crate::http::{Api, Client as _, FORM, JSON};
use crate::raw::{PATIENCE, write};
use ce_sandbox::Sandbox;
use serde_json::json;

/// What comes back for these bytes until the connection ends.
fn raw(api: &Api, bytes: impl AsRef<[u8]>) -> String {
    let mut answer = String::new();
    let _ = write(api, bytes.as_ref()).read_to_string(&mut answer);
    answer
}

#[test]
fn every_error_is_json_with_its_request_id() {
    let api = Api::start();
    let authorization = api.authorization();
    let authorized = ("Authorization", &*authorization);
    let wrong = ("Authorization", "User x, Organization y");
    let html = ("Accept", "text/html");
    let no_json = ("Accept", "application/json;q=0, */*");
    let instances = "/instances";
    let url = "/elements/instagram/oauth/url";
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let table: &[(&str, &str, Headers<'_>, &str, u16)] = &[
        ("GET", "/nothing", &[], "", 404),
        ("GET", "/%ff", &[], "", 404),
        ("GET", "/instances%2F7", &[authorized], "", 404),
        ("GET", "/elements/insta%2Fgram", &[authorized], "", 404),
        ("PUT", "/elements/keys", &[], "", 405),
        ("FROBNICATE", instances, &[], "", 405),
        ("GET", url, &[html], "", 406),
        ("GET", url, &[no_json], "", 406),
        ("GET", url, &[], "", 400),
        ("GET", "/elements/x/oauth/url", &[], "", 404),
        ("GET", instances, &[], "", 401),
        ("GET", instances, &[wrong], "", 401),
        ("GET", "/instances/7", &[authorized], "", 404),
        ("POST", instances, &[JSON], "{}", 401),
        ("POST", instances, &[authorized], "{}", 415),
        ("POST", instances, &[authorized, FORM], "{}", 415),
        ("POST", instances, &[authorized, JSON], "{", 400),
        ("POST", instances, &[authorized, JSON], "[]", 400),
        ("POST", instances, &[authorized, JSON], "{}", 400),
    ];
    let replies = table.iter().map(|(method, path, headers, body, status)| {
        let path = format!("/elements/api-v2{path}");
        api.bare(method, &path, headers, body).is(*status)
    });
    let nowhere = api.bare("GET", "/", &[], "").is(404);
    for reply in replies.chain([nowhere]) {
        assert_eq!(reply.header("Content-Type"), Some("application/json"));
        let id = reply.text("requestId");
        assert_eq!(Some(id), reply.header("Elements-Request-Id"));
        assert_eq!(id.len(), 24);
        assert!(!reply.text("message").is_empty());
        assert_eq!(reply.header("Allow").is_some(), reply.status == 405);
    }
}

#[test]
fn pages_and_successes_have_a_request_id_too() {
    let api = Api::start();
    let page = api.bare("GET", "/provider/instagram/authorize", &[], "");
    let replies = [api.get("/elements/keys"), page];
    let ids = replies.map(|reply| reply.header("Elements-Request-Id").unwrap().to_owned());
    assert_ne!(ids[0], ids[1], "each has its own");
}

#[test]
fn json_is_taken_if_the_accept_header_does_not_exclude_it() {
    let api = Api::start();
    let html = "text/html, application/json;q=0.5";
    for accept in ["*/*", "application/*", html, "", "*/*;q=0.1"] {
        let reply = api.call("GET", "/elements/keys", &[("Accept", accept)], "");
        assert_eq!(reply.status, 200, "{accept}");
    }
}

#[test]
fn slashes_may_be_doubled_and_trail() {
    let api = Api::start();
    for path in ["//elements//keys", "/elements/keys/", "/elements///keys//"] {
        api.get(path).is(200);
    }
}

#[test]
fn headers_are_written_as_documented() {
    let request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let answer = raw(&Api::start(), request);
    assert!(answer.contains("\r\nElements-Request-Id: "), "{answer}");
}

#[test]
fn a_body_over_the_limit_is_refused_even_if_the_client_writes_it_all_first() {
    let api = Api::of(Sandbox::builder().max_body_bytes(1000));
    for (size, status) in [(1000, 400), (1001, 413), (5_000_000, 413)] {
        let body = json!("x".repeat(size - 2));
        api.post("/instances", &body).is(status);
    }
    let large = Api::of(Sandbox::builder().max_body_bytes(4_000_000));
    let body = json!({"a": "x".repeat(3_000_000)});
    large.added("closeio").post("/contacts", &body).is(200);
    // A length that is not announced counts as well.
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         7d0\r\n{}\r\n0\r\n\r\n",
        "x".repeat(2000)
    );
    assert!(raw(&api, chunked).starts_with("HTTP/1.1 413"));
}

#[test]
fn an_absurd_length_is_refused_without_waiting_for_it() {
    let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999\r\n\r\n{";
    assert!(raw(&Api::start(), head).starts_with("HTTP/1.1 413"));
}

#[test]
fn bodies_on_their_way_are_bounded_in_bytes() {
    let api = Api::of(Sandbox::builder().max_body_bytes(4 << 20));
    let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\n";
    let most = format!("{head}{}", "x".repeat(1_048_000));
    let slow: Vec<_> = (0..66).map(|_| write(&api, most.as_bytes())).collect();
    let deadline = Instant::now() + PATIENCE;
    // More than what those leave that were refused.
    let body = json!("x".repeat(3_000_000));
    let is_refused = || api.post("/instances", &body).status == 503;
    while !is_refused() {
        assert!(Instant::now() < deadline);
    }
    api.get("/elements/keys").is(200);
    drop(slow);
    while is_refused() {
        assert!(Instant::now() < deadline);
    }
}

#[test]
fn slow_connections_time_out() {
    let timeout = Duration::from_millis(500);
    let api = Api::of(Sandbox::builder().request_timeout(timeout));
    assert_eq!(raw(&api, "GET / HTTP/1.1\r\nHo"), "");
    let begun = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{";
    assert!(raw(&api, begun).starts_with("HTTP/1.1 408"));
}

#[test]
fn what_is_not_http_harms_nobody() {
    let api = Api::start();
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ] {
        drop(write(&api, garbage));
    }
    api.get("/elements/keys").is(200);
}

/// An object of serde_json's own name for text, as another format shows it, is an object like any other.
#[test]
fn an_object_is_what_its_text_says() {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.serialize(serde_json::value::RawValue::NULL).unwrap();
    let csv = String::from_utf8(csv.into_inner().unwrap()).unwrap();
    let name = csv.lines().next().unwrap();
    let api = Api::start();
    let account = api.added("closeio");
    let body = format!(r#"{{"a": {{"{name}": "[1]"}}}}"#);
    let kept = account.call("POST", "/contacts", &[JSON], &body).is(200);
    assert!(kept.body.contains(&format!(r#"{{"{name}":"[1]"}}"#)));
    // Each text would be read anew, with levels of its own, until the stack is exhausted.
    let mut deep = "{}".to_owned();
    for _ in 0..60 {
        let text = deep.replace('\\', r"\u005c").replace('"', r"\u0022");
        let object = format!(r#"{{"{name}":"{text}"}}"#);
        deep = format!(r#"{{"a":{}{object}{}}}"#, "[".repeat(120), "]".repeat(120));
    }
    let [metadata, file] = ["metaData", "file"].map(|name| part(name, "application/json", &deep));
    send_parts(&account, "/bulk/contacts", &[metadata, file]).is(200);
    // No answer repeats it: `Value` would read it, too.
    api.call("POST", "/instances", &[JSON], &deep).is(400);
    let deeper = format!(r#"{{"a":{}{}}}"#, "[".repeat(1000), "]".repeat(1000));
    account.call("POST", "/contacts", &[JSON], &deeper).is(400);
}

#[test]
fn what_is_kept_is_bounded_in_bytes() {
    let api = Api::of(Sandbox::builder().max_bytes(1 << 20));
    let account = api.added("closeio");
    // Half a megabyte of text, which takes up more in memory.
    let many = json!({"a": vec![0; 40_000]});
    account.post("/contacts", &many).is(403);
    let some = json!({"a": "x".repeat(300_000)});
    for status in [200, 200, 200, 403] {
        account.post("/contacts", &some).is(status);
    }
    let named = json!({"name": "x".repeat(300_000)});
    account.patch("/instances", &named).is(403);
    account.delete("/contacts/3").is(200);
    account.post("/contacts", &some).is(200);
}

#[test]
fn a_long_path_is_recorded_in_part() {
    let api = Api::start();
    let path = format!("/{}", "x".repeat(60_000));
    api.bare("GET", &path, &[], "").is(404);
    assert_eq!(api.served()[0].path, path[..2048]);
}

#[test]
fn secrets_are_never_quoted() {
    let api = Api::start();
    let url = "/elements/api-v2/elements/instagram/oauth/url";
    let authorization = ("Authorization", "User s3cret, Element s3cret");
    let replies = [
        api.bare("GET", &format!("{url}?apiSecret=s3cret"), &[], ""),
        api.bare("POST", url, &[JSON], "{\"apiSecret\": \"s3cret\"}"),
        api.bare("POST", url, &[JSON], "{\"apiSecret\": s3cret}"),
        api.bare("GET", "/elements/api-v2/ping", &[authorization], ""),
    ];
    for reply in replies {
        assert!(reply.status >= 400);
        reply.hides("s3cret");
    }
}
