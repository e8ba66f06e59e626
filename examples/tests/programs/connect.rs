//! What `connect` does and prints when all goes well.

use ce_sandbox::Sandbox;

use crate::program::{CLIENTS, connect, connect_at, ends, object};

#[test]
fn the_story_is_on_standard_error_and_the_result_on_standard_output() {
    for (client, method) in [
        ("async", "get"),
        ("async", "post"),
        ("blocking", "get"),
        ("blocking", "post"),
    ] {
        let arguments = format!("--client {client} --oauth-url-method {method}");
        let printed = ends(
            &mut connect(&arguments),
            0,
            "The platform: http://127.0.0.1:",
        );
        assert_eq!(
            printed.out,
            "Connected: instance 500001 of instagram, \"Instance of the connect example\".\n\
             Its token is what an application keeps: [redacted]\n"
        );
        for part in [
            "It accepts the credentials.\n\n1. Ask",
            "\n2. The user",
            "\n3. Create",
            "\n4. Use",
            &format!("the {client} client"),
            &format!("→ {} /", method.to_uppercase()),
            "Authorization: User [redacted], Organization [redacted]",
        ] {
            assert!(printed.err.contains(part), "{part}: {}", printed.err);
        }
        for secret in [
            ce_sandbox::DEFAULT_USER_SECRET,
            ce_sandbox::DEFAULT_ORGANIZATION_SECRET,
            "sandbox-client-secret",
        ] {
            assert!(!printed.err.contains(secret), "{}", printed.err);
        }
        let object = object(connect(&arguments).arg("--json"));
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
        let printed = ends(
            command.args(["--name", "Ann's <b>shop"]),
            0,
            "scope=read_products",
        );
        let object: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
        assert_eq!(object["element"], "shopify");
        let instances = sandbox.instances();
        assert_eq!(object["token"], instances[0].expose_token());
        assert_eq!(instances[0].tags, ["a", "b"]);
        assert_eq!(instances[0].name, "Ann's shop");
        for part in [
            "siteAddress=ann.example",
            "callbackUrl=https://app.example/cb%3Fx%3D1",
        ] {
            assert!(printed.err.contains(part), "{}", printed.err);
        }
    }
}

#[test]
fn every_kind_of_element_is_connected() {
    for client in CLIENTS {
        for (element, more) in [
            ("quickbooks", ""),
            ("etsy", ""),
            ("etsy", "--oauth-url-method post"),
            ("etsy", "--authentication oauth1"),
            (
                "desk",
                "--param siteAddress=ann.desk.com --config desk.site.address=ann.desk.com",
            ),
            ("closeio", "--config username=ann --config password=c4n4ry"),
            (
                "amazons3",
                "--config filemanagement.provider.access_key=c4n4ry \
                 --config filemanagement.provider.secret_key=c4n4ry \
                 --config filemanagement.provider.bucket_name=b",
            ),
        ] {
            let arguments = format!("--client {client} --element {element} --json {more}");
            assert_eq!(object(&mut connect(&arguments))["element"], element);
        }
    }
}

#[test]
fn secrets_of_the_configuration_come_from_the_environment() {
    let sandbox = Sandbox::start().unwrap();
    let arguments = "--element closeio --config username=ann --config-env password=PASSWORD_OF_ANN";
    let mut command = connect_at(sandbox.base_url(), arguments);
    ends(command.env("PASSWORD_OF_ANN", "c4n4ry"), 0, "");
    assert_eq!(sandbox.created(), 1);
}
