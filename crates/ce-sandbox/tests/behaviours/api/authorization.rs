//! Who may call.

use crate::http::{added, call};
use ce_sandbox::Sandbox;

fn sandbox() -> Sandbox {
    let builder = Sandbox::builder();
    builder
        .user_secret("u")
        .organization_secret("o")
        .start()
        .unwrap()
}

fn status(sandbox: &Sandbox, path: &str, header: &str) -> u16 {
    let path = format!("/elements/api-v2{path}");
    call(sandbox, "GET", &path, &[("Authorization", header)], "").status
}

#[test]
fn platform_calls_need_user_and_organization() {
    let sandbox = sandbox();
    let (_, token) = added(&sandbox, "closeio");
    let with_token = format!("User u, Organization o, Element {token}");
    let table = [
        ("User u, Organization o", 200),
        ("user  u,ORGANIZATION   o ", 200),
        ("Organization o , User\tu", 200),
        ("User u, Organization o, Other x", 200),
        (&with_token, 200),
        ("User u, Organization o, Element nope", 401),
        ("User u", 401),
        ("User U, Organization o", 401),
        ("User u, Organization x", 401),
        ("User u, User u, Organization o", 401),
        ("User, Organization o", 401),
        ("Bearer u", 401),
        ("", 401),
    ];
    for (header, expected) in table {
        assert_eq!(
            status(&sandbox, "/elements/keys", header),
            expected,
            "{header}"
        );
    }
}

#[test]
fn element_calls_need_user_and_element() {
    let sandbox = sandbox();
    let (_, token) = added(&sandbox, "closeio");
    let table = [
        (format!("User u, Element {token}"), 200),
        (format!("User u, Organization o, Element {token}"), 200),
        (format!("User u, Organization x, Element {token}"), 401),
        ("User u, Organization o".to_owned(), 401),
        (format!("Element {token}"), 401),
        ("User u, Element nope".to_owned(), 401),
    ];
    for (header, expected) in table {
        assert_eq!(status(&sandbox, "/ping", &header), expected, "{header}");
    }
}

#[test]
fn the_odd_forms_of_old_clients_are_taken() {
    let sandbox = sandbox();
    let (_, token) = added(&sandbox, "closeio");
    for header in [
        format!("User u, Organization o, Element: {token}"),
        format!("User u, Organization o Element {token}"),
    ] {
        assert_eq!(status(&sandbox, "/ping", &header), 200, "{header}");
    }
}

#[test]
fn what_is_missing_is_named_and_nothing_is_quoted() {
    let sandbox = sandbox();
    let header = [("Authorization", "User hunter2")];
    let refused = call(&sandbox, "GET", "/elements/api-v2/elements", &header, "");
    assert!(
        refused.message().contains("Organization"),
        "{}",
        refused.body
    );
    assert!(!refused.body.contains("hunter2"));
}
