//! What `connect` does and prints when all goes well.

use ce_sandbox::{DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET, Sandbox};

use crate::program::{CLIENTS, Ends as _, connect, connect_at, has};

#[test]
fn the_story_is_on_standard_error_and_the_result_on_standard_output() {
    for (client, method) in CLIENTS
        .into_iter()
        .flat_map(|it| [(it, "get"), (it, "post")])
    {
        let arguments = format!("--client {client} --oauth-url-method {method}");
        let printed = connect(&arguments).ends(0, "The platform: http://127.0.0.1:");
        assert_eq!(
            printed.out,
            "Connected: instance 500001 of instagram, \"Instance of the connect example\".\n\
             Its token is what an application keeps: [redacted]\n"
        );
        #[rustfmt::skip] // Many a line.
        has(&printed.err, &[
            "It accepts the credentials.\n\n1. Ask", "\n2. The user", "\n3. Create", "\n4. Use",
            &format!("the {client} client"), &format!("→ {} /", method.to_uppercase()),
            "Authorization: User [redacted], Organization [redacted]",
        ]);
        for secret in [
            DEFAULT_USER_SECRET,
            DEFAULT_ORGANIZATION_SECRET,
            "sandbox-client-secret",
        ] {
            assert!(!printed.err.contains(secret), "{}", printed.err);
        }
        let object = connect(&arguments).arg("--json").object();
        assert!(object["id"].is_u64() && object["name"].is_string());
        assert_eq!(object["element"], "instagram");
        assert_eq!(object["valid"], true);
        assert_eq!(object["token"], "[redacted]");
    }
}

#[test]
fn every_option_has_its_effect() {
    for client in CLIENTS {
        let sandbox = Sandbox::start().unwrap();
        let arguments = format!(
            "--client {client} --element shopify --tag a --tag b --scope read_products \
             --param siteAddress=ann.example --config shopify.site.address=ann.example \
             --callback-url https://app.example/cb?x=1 --timeout 20 --json --show-token"
        );
        let mut command = connect_at(sandbox.base_url(), &arguments);
        let command = command.args(["--name", "Ann's <b>shop"]);
        let printed = command.ends(0, "scope=read_products");
        let callback = "callbackUrl=https://app.example/cb?[redacted]";
        has(&printed.err, &["siteAddress=ann.example", callback]);
        let object: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
        assert_eq!(object["element"], "shopify");
        let instances = sandbox.instances();
        assert_eq!(object["token"], instances[0].expose_token());
        assert_eq!(instances[0].tags, ["a", "b"]);
        assert_eq!(instances[0].name, "Ann's shop");
    }
}

#[test]
fn every_kind_of_element_is_connected() {
    #[rustfmt::skip] // A row a case.
    let table = [
        ("quickbooks", ""),
        ("etsy", ""),
        ("etsy", "--oauth-url-method post"),
        ("etsy", "--authentication oauth1"),
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
        let arguments = format!("--client {client} --element {element} --json {more}");
        assert_eq!(connect(&arguments).object()["element"], element);
    }
}

#[test]
fn secrets_of_the_configuration_come_from_the_environment() {
    let sandbox = Sandbox::start().unwrap();
    let arguments = "--element closeio --config username=ann --config-env password=PASSWORD_OF_ANN";
    let mut command = connect_at(sandbox.base_url(), arguments);
    command.env("PASSWORD_OF_ANN", "c4n4ry").ends(0, "");
    assert_eq!(sandbox.created(), 1);
}
