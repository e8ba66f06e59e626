//! What `connect` does and prints when all goes well.

use ce_sandbox::{DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET, Sandbox};

use crate::program::{CLIENTS, Ends as _, at, has, has_none, program};

#[test]
fn the_story_is_on_standard_error_and_the_result_on_standard_output() {
    for (client, method) in CLIENTS
        .into_iter()
        .flat_map(|it| [(it, "get"), (it, "post")])
    {
        let words = format!("connect --client {client} --oauth-url-method {method}");
        let printed = program(&words).ends(0, "The platform: http://127.0.0.1:");
        assert_eq!(
            printed.out,
            "Connected: instance 500001 of instagram, \"Instance of the connect example\".\n\
             Its token is what an application keeps: [redacted]\n"
        );
        #[rustfmt::skip] // Many a line.
        has(&printed.err, &[
            "It accepts the credentials, whatever it finds.\n\nAsk", "\n1. Ask", "\n2. The user", "\n3. Create", "\n4. Use",
            &format!("the {client} client"),
            &format!("→ {} /elements/api-v2/elements/instagram/oauth/url", method.to_uppercase()),
            "Authorization: User [redacted], Organization [redacted]",
        ]);
        let secrets = [
            DEFAULT_USER_SECRET,
            DEFAULT_ORGANIZATION_SECRET,
            "of the sandbox",
        ];
        has_none(&printed.err, &secrets);
        let object = program(&format!("{words} --json")).ends(0, "").object();
        assert!(object["id"].is_u64() && object["name"].is_string());
        assert_eq!(object["element"], "instagram");
        assert_eq!(object["valid"], true);
        assert_eq!(object["token"], "[redacted]");
    }
}

#[test]
fn every_option_has_its_effect() {
    let sandbox = Sandbox::start().unwrap();
    let words = "connect --element shopify --tag a --tag b --scope read_products \
                     --param siteAddress=ann.example --config-env shopify.site.address=SITE \
                     --callback-url https://app.example/cb?x=1 --timeout 20 --json --show-token";
    let mut command = at(sandbox.base_url(), words);
    let command = command.args(["--name", "Ann's <b>shop"]);
    let printed = command.env("SITE", "ann.example").ends(0, "");
    #[rustfmt::skip] // A line a line.
    has(&printed.err, &[
        "scope=read_products", "siteAddress=ann.example",
        "callbackUrl=https://app.example/cb?[redacted]",
    ]);
    let object = printed.object();
    assert_eq!(object["element"], "shopify");
    let instances = sandbox.instances();
    assert_eq!(object["token"], instances[0].expose_token());
    assert_eq!(instances[0].tags, ["a", "b"]);
    assert_eq!(instances[0].name, "Ann's shop");
}

#[test]
fn every_kind_of_element_is_connected() {
    #[rustfmt::skip] // A row a case.
    let table = [
        ("quickbooks", ""),
        ("etsy", ""),
        ("etsy", "--authentication oauth1 --oauth-url-method post"),
        ("desk", "--param siteAddress=ann.desk.com --config desk.site.address=ann.desk.com"),
        ("closeio", "--config username=ann --config password=c4n4ry"),
        ("amazons3", "--config filemanagement.provider.access_key=c4n4ry \
                      --config filemanagement.provider.secret_key=c4n4ry \
                      --config filemanagement.provider.bucket_name=b"),
    ];
    for (client, (element, more)) in CLIENTS
        .into_iter()
        .flat_map(|it| table.map(|row| (it, row)))
    {
        let words = format!("connect --client {client} --element {element} --json {more}");
        assert_eq!(program(&words).ends(0, "").object()["element"], element);
    }
    let by_id = program("connect --element 74 --json").ends(0, "");
    assert_eq!(by_id.object()["element"], "instagram");
}

#[test]
fn preflight_shows_what_the_element_requires_and_sends_nobody_anywhere() {
    const NEEDS: &str = "nothing was created: the element needs --config shopify.site.address=";
    let printed = program("connect --preflight --element shopify").ends(2, NEEDS);
    let words: Vec<_> = printed.out.split_whitespace().collect();
    #[rustfmt::skip] // A line a line.
    has(&words.join(" "), &[
        "Shopify authenticates its users by oauth2.", "oauth.api.key given ",
        "shopify.site.address MISSING ", "event.notification.enabled optional ",
    ]);
    has_none(&printed.err, &["oauth/url"]);
    // The object says the same, alone.
    let printed = program("connect --preflight --element shopify --json").ends(2, " MISSING ");
    let object = printed.object();
    assert_eq!(object["authentication"], "oauth2");
    assert_eq!(object["missing"][0], "shopify.site.address");
    program("connect --preflight").ends(0, "");
}
