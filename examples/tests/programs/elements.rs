//! `connect` with every kind of element, and `lifecycle`.

use crate::run::{ends, last_line, program, run, text};

#[test]
fn every_kind_of_element_is_connected() {
    for client in ["async", "blocking"] {
        for (element, more) in [
            ("quickbooks", &[][..]),
            ("etsy", &[]),
            ("etsy", &["--oauth-url-method", "post"]),
            (
                "desk",
                &[
                    "--param",
                    "siteAddress=ann.desk.com",
                    "--config",
                    "desk.site.address=ann.desk.com",
                ],
            ),
            (
                "closeio",
                &["--config", "username=ann", "--config", "password=c4n4ry"],
            ),
            (
                "amazons3",
                &[
                    "--config",
                    "filemanagement.provider.access_key=c4n4ry",
                    "--config",
                    "filemanagement.provider.secret_key=c4n4ry",
                    "--config",
                    "filemanagement.provider.bucket_name=b",
                ],
            ),
            // As the platform says, or as told.
            ("etsy", &["--authentication", "oauth1"]),
        ] {
            let mut arguments = vec!["--client", client, "--element", element, "--json"];
            arguments.extend(more);
            let output = run(&arguments);
            assert_eq!(last_line(&output)["element"], element);
            assert!(!text(&output.stdout).contains("c4n4ry"));
        }
    }
}

#[test]
fn what_is_missing_is_named_before_anything_is_created() {
    let output = run(&["--element", "closeio", "--config", "usrname=x"]);
    ends(
        &output,
        2,
        "nothing was created: the element needs username, password",
    );
    assert!(text(&output.stdout).contains("not known to the element: usrname"));
    // What has an option of its own is given by that one.
    let output = run(&["--element", "instagram", "--name", ""]);
    ends(
        &output,
        2,
        "nothing was created: the element needs name by --name; --preflight",
    );
    let arguments = [
        &["--element", "shopify", "--name", " ", "--tag", ""][..],
        &["--callback-url", ""],
    ];
    let output = run(&arguments.concat());
    ends(
        &output,
        2,
        "the element needs shopify.site.address, each by --config NAME=VALUE, or by --config-env \
         NAME=VARIABLE if it is secret; oauth.callback.url by --callback-url; name by --name; \
         tags by --tag; --preflight",
    );
    let output = run(&["--element", "closeio", "--authentication", "oauth2"]);
    ends(&output, 4, "refused to get the authorization URL");
    let output = run(&["--authentication", "saml"]);
    ends(&output, 2, "--authentication takes oauth2, oauth1, basic");
    let output = run(&["--config-env", "password=CE_NOT_SET_ANYWHERE"]);
    ends(&output, 2, "CE_NOT_SET_ANYWHERE is not set");
}

#[test]
fn secrets_of_the_configuration_come_from_the_environment() {
    let output = program("connect")
        .args(["--element", "closeio", "--config", "username=ann", "--json"])
        .args(["--config-env", "password=CE_PASSWORD_OF_THE_TEST"])
        .env("CE_PASSWORD_OF_THE_TEST", "c4n4ry")
        .output()
        .unwrap();
    assert_eq!(last_line(&output)["element"], "closeio");
    assert!(!text(&output.stdout).contains("c4n4ry"));
}

#[test]
fn preflight_shows_a_table_and_sends_nobody_anywhere() {
    for client in ["async", "blocking"] {
        let output = run(&["--preflight", "--element", "shopify", "--client", client]);
        assert!(output.status.success());
        let told = text(&output.stdout);
        let row = |key: &str| {
            let mut rows = told.lines().filter(|line| line.trim().starts_with(key));
            rows.next()
                .unwrap_or_else(|| panic!("{key}: {told}"))
                .to_owned()
        };
        let words = |key| {
            row(key)
                .split_whitespace()
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
        assert!(told.contains("by oauth2"), "{told}");
        assert!(told.contains("Missing: shopify.site.address"), "{told}");
        assert!(!told.contains("oauth/url"), "{told}");
    }
    let output = run(&["--preflight"]);
    assert!(text(&output.stdout).contains("Missing: nothing"));
    ends(
        &run(&["--preflight", "--element", "nothing"]),
        4,
        "no element",
    );
}

#[test]
fn the_life_of_an_instance_is_shown() {
    let output = program("lifecycle").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    for part in [
        "List those with a tag:",
        "Ann's photos",
        "Disable 500001: true",
        "403 Forbidden",
        "Enable 500001: instagram answers a ping",
        "Re-authorize 500001: the same id (true), the same token (true), now Ann's photos, again",
        "Delete both: 401",
        "Left: 0",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}
