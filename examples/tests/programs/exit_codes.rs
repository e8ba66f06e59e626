//! What `connect` says and with which code it ends when something is wrong.

use std::net::TcpListener;

use ce_sandbox::Sandbox;
use ce_tests::{Asked, Scripted, answer};

use crate::run::{ends, run, run_at, text};

/// Returns `true` for the call that checks the credentials.
fn is_check(asked: &Asked) -> bool {
    asked.method == "GET" && asked.target.contains("/instances?")
}

#[test]
fn a_denial_ends_with_3() {
    for client in ["async", "blocking"] {
        let output = run(&["--consent", "deny", "--client", client]);
        ends(
            &output,
            3,
            "the connection was denied: access_denied (user_denied)",
        );
    }
}

#[test]
fn a_providers_refusal_is_not_the_users_and_ends_with_4() {
    let sandbox = Sandbox::start().unwrap();
    let server = Scripted::start(|asked| {
        let state = asked
            .query()
            .into_iter()
            .find(|(name, _)| name == "state")
            .map(|(_, state)| state)
            .unwrap_or_default();
        match asked.target.split('?').next() {
            Some("/authorize") => {
                let callback = format!(
                    "http://localhost/callback?error=temporarily_unavailable\
                     &error_description=Later.&state={state}"
                );
                answer(302, &[&format!("Location: {callback}")], "")
            }
            _ if is_check(asked) => answer(200, &[], "[]"),
            _ => {
                let host = asked.header("host").unwrap();
                let url = format!(r#"{{"oauthUrl":"http://{host}/authorize?state={state}"}}"#);
                answer(200, &[], &url)
            }
        }
    })
    .unwrap();
    for client in ["async", "blocking"] {
        let arguments = ["--client", client];
        let output = run_at(&server.base_url(), sandbox.user_secret(), &arguments);
        ends(
            &output,
            4,
            "the provider refused: temporarily_unavailable: Later.; nothing was created, and it \
             wasn't the user",
        );
    }
    assert!(
        text(&run(&["--help"]).stdout).contains("4 refused (by the platform, by the\nprovider")
    );
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    let sandbox = Sandbox::start().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken_url = format!("http://127.0.0.1:{}/cb", taken.local_addr().unwrap().port());
    for (arguments, sentence) in [
        (&["--bogus"][..], "unknown option --bogus"),
        (&["stray"], "unknown option stray"),
        (
            &["--client", "sync"],
            "--client takes async or blocking, not \"sync\"",
        ),
        (
            &["--consent", "maybe"],
            "--consent takes allow or deny or browser",
        ),
        (
            &["--oauth-url-method", "put"],
            "--oauth-url-method takes get or post",
        ),
        (&["--param", "c4n4ry"], "--param takes NAME=VALUE"),
        (&["--config", "=c4n4ry"], "--config takes NAME=VALUE"),
        (&["--timeout", "0"], "--timeout takes seconds"),
        (&["--timeout", "inf"], "--timeout takes seconds"),
        (&["--name"], "missing argument for option '--name'"),
        (&["--name", " "], "name is missing or blank"),
        (&["--element", ""], "element is missing or blank"),
        (
            &["--base-url", sandbox.base_url()],
            "not set: CE_USER_SECRET, CE_ORGANIZATION_SECRET, CE_API_KEY, CE_API_SECRET",
        ),
        (
            &["--consent", "browser", "--callback-url", &taken_url],
            "another program listens there",
        ),
        (
            &["--allow-unencrypted-http"],
            "--allow-unencrypted-http goes with --base-url",
        ),
        (
            &["--base-url", "nonsense"],
            "base URL is not an absolute http or https URL",
        ),
        (
            &["--param", "siteAddress="],
            "parameter \"siteAddress\" is missing or blank",
        ),
        (
            &["--config", "oauth.callback.url=x"],
            "is set in another way",
        ),
        (
            &["--callback-url", "http://localhost:99999/"],
            "oauth.callback.url can't be a callback URL",
        ),
        (
            &[
                "--consent",
                "browser",
                "--callback-url",
                "https://app.example/cb",
            ],
            "must be http on this machine",
        ),
    ] {
        ends(&run(arguments), 2, sentence);
    }
    let plain = run_at("http://platform.example/api", "u", &[]);
    ends(&plain, 2, "base URL is plain http to another machine");
    let broken = run_at(sandbox.base_url(), "c4n4ry\nX: y", &[]);
    ends(&broken, 2, "user secret holds a line break");
}

#[test]
fn the_platforms_refusal_ends_with_4() {
    let sandbox = Sandbox::start().unwrap();
    for client in ["async", "blocking"] {
        // Nobody is sent anywhere for nothing.
        for element in ["closeio", "instagram"] {
            let arguments = ["--client", client, "--element", element];
            let output = run_at(sandbox.base_url(), "c4n4ry", &arguments);
            ends(
                &output,
                4,
                "the platform refused to check the credentials (status 401, request id ",
            );
            assert!(!text(&output.stdout).contains("oauth/url"));
        }
        let output = run(&["--element", "unheard-of", "--client", client]);
        ends(&output, 4, "unheard-of");
        let output = run(&[
            "--element",
            "shopify",
            "--param",
            "siteAddress=ann.example",
            "--client",
            client,
            // Told how, the program doesn't ask what the element needs.
            "--authentication",
            "oauth2",
        ]);
        ends(&output, 4, "shopify.site.address");
    }
}

#[test]
fn an_unknown_outcome_ends_with_5() {
    let sandbox = Sandbox::start().unwrap();
    // A provider that redirects at once, and a platform that loses the answer.
    let server = Scripted::start(|asked| match asked.target.split('?').next() {
        Some("/authorize") => {
            let state = asked
                .query()
                .into_iter()
                .find(|(name, _)| name == "state")
                .unwrap()
                .1;
            let location = format!("Location: http://localhost/callback?code=c4n4ry&state={state}");
            answer(302, &[&location], "")
        }
        Some("/elements/api-v2/elements/instagram/oauth/url") => {
            let state = asked
                .query()
                .into_iter()
                .find(|(name, _)| name == "state")
                .unwrap()
                .1;
            let host = asked.header("host").unwrap();
            let url = format!(r#"{{"oauthUrl":"http://{host}/authorize?state={state}"}}"#);
            answer(200, &[], &url)
        }
        _ if is_check(asked) => answer(200, &[], "[]"),
        _ => answer(
            502,
            &["Elements-Request-Id: r1"],
            "<html>Bad gateway</html>",
        ),
    })
    .unwrap();
    for client in ["async", "blocking"] {
        let output = run_at(
            &server.base_url(),
            sandbox.user_secret(),
            &["--client", client],
        );
        ends(
            &output,
            5,
            "it is not known whether the platform did create the instance",
        );
        assert!(text(&output.stderr).contains("r1"));
    }
}

#[test]
fn a_dead_network_ends_with_6() {
    let gone = Scripted::start(|_| Vec::new()).unwrap();
    let base_url = gone.base_url();
    drop(gone);
    let nothing = Scripted::start(|_| answer(404, &[], "<html>No such page</html>")).unwrap();
    let html = Scripted::start(|_| answer(200, &[], "<html>c4n4ry</html>")).unwrap();
    for client in ["async", "blocking"] {
        let arguments = ["--client", client, "--timeout", "5"];
        ends(
            &run_at(&base_url, "u", &arguments),
            6,
            "no connection to the platform",
        );
        ends(&run_at(&html.base_url(), "u", &arguments), 6, "is HTML");
        let hint = "perhaps the base URL is not the platform's";
        ends(&run_at(&nothing.base_url(), "u", &arguments), 6, hint);
    }
}

#[test]
fn an_instance_whose_ping_fails_is_told_all_the_same() {
    let server = Scripted::start(|asked| {
        let parameter = |wanted: &str| {
            let found = asked.query().into_iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value).unwrap_or_default()
        };
        let host = asked.header("host").unwrap();
        match asked.target.split('?').next() {
            Some("/authorize") => {
                let state = parameter("state");
                let location = format!("Location: http://localhost/callback?code=c&state={state}");
                answer(302, &[&location], "")
            }
            Some(path) if path.ends_with("/oauth/url") => {
                let state = parameter("state");
                let url = format!(r#"{{"oauthUrl":"http://{host}/authorize?state={state}"}}"#);
                answer(200, &[], &url)
            }
            _ if is_check(asked) => answer(200, &[], "[]"),
            Some(path) if path.ends_with("/instances") => answer(
                200,
                &[],
                r#"{"id":7,"name":"n","token":"t0ken","element":{}}"#,
            ),
            _ => answer(401, &[], r#"{"message":"no","requestId":"r1"}"#),
        }
    })
    .unwrap();
    for client in ["async", "blocking"] {
        let arguments = ["--client", client, "--json", "--show-token"];
        let output = run_at(&server.base_url(), "u", &arguments);
        ends(
            &output,
            4,
            "instance 7 was created, but: the platform refused to ping",
        );
        let last = text(&output.stdout).lines().last().unwrap();
        assert!(last.contains(r#""token":"t0ken""#), "{last}");
    }
}
