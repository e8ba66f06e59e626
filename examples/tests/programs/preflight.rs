//! What `connect` says of an element before a user is sent anywhere.

use crate::program::{CLIENTS, Ends as _, connect, has};

#[test]
fn preflight_shows_what_the_element_requires_and_sends_nobody_anywhere() {
    for client in CLIENTS {
        let arguments = format!("--preflight --element shopify --client {client}");
        let missing = "nothing was created: the element needs --config shopify.site.address=VALUE";
        let printed = connect(&arguments).ends(2, missing);
        let rows: Vec<Vec<_>> = printed
            .out
            .lines()
            .map(|row| row.split_whitespace().collect())
            .collect();
        for row in [
            ["oauth.api.key", "given"],
            ["shopify.site.address", "MISSING"],
            ["event.notification.enabled", "optional"],
        ] {
            assert!(
                rows.iter().any(|it| it.starts_with(&row)),
                "{row:?}: {}",
                printed.out
            );
        }
        let authentication = "Shopify authenticates its users by oauth2.";
        has(
            &printed.out,
            &[authentication, "Missing: shopify.site.address"],
        );
        assert!(!printed.err.contains("oauth/url"), "{}", printed.err);
        // The object says the same, alone.
        let printed = connect(&arguments)
            .arg("--json")
            .ends(2, "Missing: shopify.site.address");
        let object: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
        assert_eq!(object["authentication"], "oauth2");
        assert_eq!(object["missing"][0], "shopify.site.address");
    }
    has(
        &connect("--preflight").ends(0, "").out,
        &["Missing: nothing"],
    );
    connect("--preflight --element nothing").ends(4, "no element");
}

#[test]
fn what_is_missing_is_named_before_anything_is_created() {
    let printed = connect("--element closeio --config usrname=x").ends(
        2,
        "nothing was created: the element needs --config username=VALUE, --config password=VALUE \
         (what is secret, by --config-env; parameters of step 1, such as siteAddress, by --param); --preflight shows all",
    );
    has(&printed.err, &["Not known to the element: usrname"]);
    // What has an option of its own is given by that one.
    connect("--element shopify --name= --tag= --callback-url=").ends(
        2,
        "the element needs --callback-url, --name, --tag, --config shopify.site.address=VALUE",
    );
    let mut command = connect("--element closeio --authentication oauth2");
    command.ends(4, "refused to get the authorization URL");
}
