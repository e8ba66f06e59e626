//! Browsers that call the platform themselves.

use crate::http::{Api, Client as _};

const ORIGIN: (&str, &str) = ("Origin", "https://app.example");

#[test]
fn preflights_are_answered() {
    let api = Api::start();
    let wanted = "authorization,content-type";
    let headers = [
        ORIGIN,
        ("Access-Control-Request-Method", "PATCH"),
        ("Access-Control-Request-Headers", wanted),
    ];
    for path in ["/instances", "/hubs/social/media", "/instances/7/enabled"] {
        let path = format!("/elements/api-v2{path}");
        let reply = api.bare("OPTIONS", &path, &headers, "").is(200);
        assert_eq!(reply.header("Access-Control-Allow-Origin"), Some("*"));
        let allowed = reply.header("Access-Control-Allow-Headers");
        assert_eq!(allowed, Some(wanted));
        assert!(reply.header("Access-Control-Allow-Methods").is_some());
    }
}

#[test]
fn the_platforms_headers_are_exposed_also_of_errors() {
    let api = Api::start();
    for path in ["/elements", "/instances/7", "/nothing"] {
        let reply = api.call("GET", path, &[ORIGIN], "");
        let allowed = reply.header("Access-Control-Allow-Origin");
        assert_eq!(allowed, Some("*"), "{path}");
        let exposed = reply.header("Access-Control-Expose-Headers").unwrap();
        for name in ["request-id", "next-page-token", "total-count"] {
            assert!(exposed.contains(&format!("elements-{name}")), "{exposed}");
        }
    }
}

#[test]
fn web_pages_do_not_control_the_sandbox() {
    let api = Api::start();
    let reply = api.bare("POST", "/sandbox/reset", &[ORIGIN], "").is(403);
    assert_eq!(reply.header("Access-Control-Allow-Origin"), None);
}
