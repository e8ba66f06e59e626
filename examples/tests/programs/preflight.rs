//! What `connect` says of an element before a user is sent anywhere.

use crate::program::{CLIENTS, connect, ends};

#[test]
fn preflight_shows_what_the_element_requires_and_sends_nobody_anywhere() {
    for client in CLIENTS {
        let arguments = format!("--preflight --element shopify --client {client}");
        let missing = "nothing was created: the element needs --config shopify.site.address=VALUE";
        let printed = ends(&mut connect(&arguments), 2, missing);
        let words = |key: &str| {
            let row = printed
                .out
                .lines()
                .find(|line| line.trim().starts_with(key));
            let row = row.unwrap_or_else(|| panic!("{key}: {}", printed.out));
            row.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(words("ENTRY")[..3], ["ENTRY", "REQUIRED", "GIVEN"]);
        assert_eq!(words("oauth.api.key")[1..3], ["yes", "yes"]);
        assert_eq!(words("shopify.site.address")[1..3], ["yes", "-"]);
        assert_eq!(
            words("event.notification.enabled")[1..4],
            ["-", "-", "false"]
        );
        assert!(
            printed
                .out
                .starts_with("Shopify authenticates its users by oauth2.")
        );
        assert!(printed.out.contains("Missing: shopify.site.address"));
        assert!(!printed.err.contains("oauth/url"), "{}", printed.err);
        // The object says the same, alone.
        let printed = ends(
            connect(&arguments).arg("--json"),
            2,
            "Missing: shopify.site.address",
        );
        let object: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
        assert_eq!(object["authentication"], "oauth2");
        assert_eq!(
            object["missing"],
            serde_json::json!(["shopify.site.address"])
        );
    }
    let printed = ends(
        &mut connect("--preflight"),
        0,
        "It accepts the credentials.",
    );
    assert!(printed.out.contains("Missing: nothing"), "{}", printed.out);
    ends(
        &mut connect("--preflight --element nothing"),
        4,
        "no element",
    );
}

#[test]
fn what_is_missing_is_named_before_anything_is_created() {
    let printed = ends(
        &mut connect("--element closeio --config usrname=x"),
        2,
        "nothing was created: the element needs --config username=VALUE, --config password=VALUE \
         (what is secret, by --config-env); --preflight shows all",
    );
    assert!(printed.err.contains("Not known to the element: usrname"));
    // What has an option of its own is given by that one.
    let mut command = connect("--element shopify --tag");
    ends(
        command.args(["", "--name", " ", "--callback-url", ""]),
        2,
        "the element needs --callback-url, --name, --tag, --config shopify.site.address=VALUE",
    );
    let arguments = "--element closeio --authentication oauth2";
    ends(
        &mut connect(arguments),
        4,
        "refused to get the authorization URL",
    );
}
