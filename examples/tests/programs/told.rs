//! What `connect` does and tells when all goes well.

use ce_sandbox::Sandbox;

use crate::run::{last_line, run, run_at, text};

#[test]
fn connects_with_either_client_and_either_method() {
    for client in ["async", "blocking"] {
        for method in ["get", "post"] {
            let output = run(&["--client", client, "--oauth-url-method", method, "--json"]);
            let object = last_line(&output);
            assert_eq!(object["element"], "instagram");
            assert_eq!(object["valid"], true);
            assert_eq!(object["token"], "[redacted]");
            assert!(object["id"].is_u64() && object["name"].is_string());
            let told = text(&output.stdout);
            for step in [
                "1. Ask",
                "2. The user",
                "3. Create",
                "4. Use",
                &format!("the {client} client"),
            ] {
                assert!(told.contains(step), "{step}: {told}");
            }
            assert!(
                told.contains(&format!("→ {} /", method.to_uppercase())),
                "{told}"
            );
            assert!(told.contains("Authorization: User [redacted], Organization [redacted]"));
            for secret in [
                ce_sandbox::DEFAULT_USER_SECRET,
                ce_sandbox::DEFAULT_ORGANIZATION_SECRET,
                "sandbox-client-secret",
            ] {
                assert!(!told.contains(secret), "{told}");
            }
        }
    }
}

#[test]
fn every_option_has_its_effect() {
    for client in ["async", "blocking"] {
        let sandbox = Sandbox::start().unwrap();
        let output = run_at(
            sandbox.base_url(),
            sandbox.user_secret(),
            &[
                "--client",
                client,
                "--element",
                "shopify",
                "--name",
                "Ann's <b>shop",
                "--tag",
                "a",
                "--tag",
                "b",
                "--scope",
                "read_products",
                "--param",
                "siteAddress=ann.example",
                "--config",
                "shopify.site.address=ann.example",
                "--callback-url",
                "https://app.example/cb?x=1",
                "--timeout",
                "20",
                "--json",
                "--show-token",
            ],
        );
        let object = last_line(&output);
        assert_eq!(object["element"], "shopify");
        let token = object["token"].as_str().unwrap();
        assert!(token.len() > 20 && token != "[redacted]");
        let instances = sandbox.instances();
        let [instance] = &instances[..] else {
            panic!("{instances:?}")
        };
        assert_eq!(instance.tags, ["a", "b"]);
        assert_eq!(instance.name, "Ann's shop");
        let told = text(&output.stdout);
        assert!(told.contains("scope=read_products"), "{told}");
        assert!(told.contains("siteAddress=ann.example"), "{told}");
        assert!(
            told.contains("callbackUrl=https://app.example/cb%3Fx%3D1"),
            "{told}"
        );
    }
}
