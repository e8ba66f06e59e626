//! Who may call.

use crate::http::Api;
use ce_sandbox::Sandbox;

fn sandbox() -> Api {
    let builder = Sandbox::builder().user_secret("u");
    Api::of(builder.organization_secret("o"))
}

/// Asks with each of these headers, in which `{T}` stands for an element token.
fn check(path: &str, table: &[(&str, u16)]) {
    let api = sandbox();
    let token = api.added("closeio").token;
    let path = format!("/elements/api-v2{path}");
    for (header, expected) in table {
        let header = header.replace("{T}", &token);
        let reply = api.bare("GET", &path, &[("Authorization", &header)], "");
        assert_eq!(reply.status, *expected, "{header}");
    }
}

#[test]
fn platform_calls_need_user_and_organization() {
    let table = [
        ("User u, Organization o", 200),
        ("user  u,ORGANIZATION   o ", 200),
        ("Organization o , User\tu", 200),
        ("User u, Organization o, Other x", 200),
        ("User u, Organization o, Element {T}", 200),
        ("User u, Organization o, Element nope", 401),
        ("User u", 401),
        ("User U, Organization o", 401),
        ("User u, Organization x", 401),
        ("User u, User u, Organization o", 401),
        ("User, Organization o", 401),
        ("Bearer u", 401),
        ("", 401),
    ];
    check("/elements/keys", &table);
}

#[test]
fn element_calls_need_user_and_element() {
    let table = [
        ("User u, Element {T}", 200),
        ("User u, Organization o, Element {T}", 200),
        ("User u, Organization x, Element {T}", 401),
        ("User u, Organization o", 401),
        ("Element {T}", 401),
        ("User u, Element nope", 401),
    ];
    check("/ping", &table);
}

#[test]
fn the_odd_forms_of_old_clients_are_taken() {
    let table = [
        ("User u, Organization o, Element: {T}", 200),
        ("User u, Organization o Element {T}", 200),
    ];
    check("/ping", &table);
}

#[test]
fn what_is_missing_is_named_and_nothing_is_quoted() {
    let api = sandbox();
    let header = [("Authorization", "User hunter2")];
    let refused = api.bare("GET", "/elements/api-v2/elements", &header, "");
    refused.refuses(401, "Organization");
    refused.hides("hunter2");
}
