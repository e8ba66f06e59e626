//! Browsers that call the platform themselves.

use crate::http::{authorization, call};
use ce_sandbox::Sandbox;

const ORIGIN: (&str, &str) = ("Origin", "https://app.example");

#[test]
fn preflights_are_answered() {
    let sandbox = Sandbox::start().unwrap();
    for path in ["/instances", "/hubs/social/media", "/instances/7/enabled"] {
        let headers = [
            ORIGIN,
            ("Access-Control-Request-Method", "PATCH"),
            (
                "Access-Control-Request-Headers",
                "authorization,content-type",
            ),
        ];
        let path = format!("/elements/api-v2{path}");
        let reply = call(&sandbox, "OPTIONS", &path, &headers, "");
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("Access-Control-Allow-Origin"), Some("*"));
        let allowed = reply.header("Access-Control-Allow-Headers");
        assert_eq!(allowed, Some("authorization,content-type"));
        assert!(reply.header("Access-Control-Allow-Methods").is_some());
    }
}

#[test]
fn the_platforms_headers_are_exposed_also_of_errors() {
    let sandbox = Sandbox::start().unwrap();
    let authorization = authorization(&sandbox);
    for path in ["/elements", "/instances/7", "/nothing"] {
        let headers = [ORIGIN, ("Authorization", &*authorization)];
        let path = format!("/elements/api-v2{path}");
        let reply = call(&sandbox, "GET", &path, &headers, "");
        assert_eq!(
            reply.header("Access-Control-Allow-Origin"),
            Some("*"),
            "{path}"
        );
        let exposed = reply.header("Access-Control-Expose-Headers").unwrap();
        for name in [
            "elements-request-id",
            "elements-next-page-token",
            "elements-total-count",
        ] {
            assert!(exposed.contains(name), "{exposed}");
        }
    }
}

#[test]
fn web_pages_do_not_control_the_sandbox() {
    let sandbox = Sandbox::start().unwrap();
    let reply = call(&sandbox, "POST", "/sandbox/reset", &[ORIGIN], "");
    assert_eq!(reply.status, 403);
    assert_eq!(reply.header("Access-Control-Allow-Origin"), None);
}
