//! What `connect` says and with which code it ends when something is wrong.

use std::net::TcpListener;

use axum::http::StatusCode;
use axum::http::header::{HOST, LOCATION};
use axum::response::{IntoResponse as _, Response};
use ce_sandbox::Sandbox;

use crate::program::{CLIENTS, Ends as _, Server, connect, connect_at, has};

/// The answer to a creation.
type Created = (StatusCode, &'static str);

/// A platform that answers a creation like this. Its provider asks nobody, and redirects at once to
/// the callback, with the state.
fn platform(callback: &'static str, created: Created) -> Server {
    Server::start(move |request| -> Response {
        let mut query = request.uri().query().unwrap_or_default().split('&');
        let state = query
            .find(|pair| pair.starts_with("state="))
            .unwrap_or_default();
        let path = request.uri().path().trim_start_matches("/elements/api-v2");
        match (request.method().as_str(), path) {
            (_, "/authorize") => (
                StatusCode::FOUND,
                [(LOCATION, format!("{callback}&{state}"))],
            )
                .into_response(),
            (_, "/elements/instagram/oauth/url") => {
                let host = request.headers()[HOST].to_str().unwrap();
                format!(r#"{{"oauthUrl":"http://{host}/authorize?{state}"}}"#).into_response()
            }
            ("GET", "/instances") => "[]".into_response(),
            ("POST", "/instances") => {
                (created.0, [("elements-request-id", "r1")], created.1).into_response()
            }
            ("GET", "/ping") => {
                let body = r#"{"message":"no","requestId":"r1"}"#;
                (StatusCode::UNAUTHORIZED, body).into_response()
            }
            other => panic!("{other:?}"),
        }
    })
}

const CALLBACK: &str = "http://localhost/callback?code=c4n4ry";
const INSTANCE: Created = (
    StatusCode::OK,
    r#"{"id":7,"name":"\u001b[2J\nConnected","token":"t0ken","element":{}}"#,
);

#[test]
fn a_denial_ends_with_3() {
    for client in CLIENTS {
        let mut command = connect(&format!("--consent deny --json --client {client}"));
        let sentence = "connect: the connection was denied: access_denied (user_denied)";
        assert_eq!(command.ends(3, sentence).out, "");
    }
}

#[test]
fn a_providers_refusal_is_not_the_users_and_ends_with_4() {
    let refused =
        "http://localhost/callback?error=temporarily_unavailable&error_description=Later.";
    let platform = platform(refused, INSTANCE);
    for client in CLIENTS {
        connect_at(&platform.base_url, &format!("--client {client}")).ends(
            4,
            "the provider refused: temporarily_unavailable: Later.; nothing was created, and it \
             wasn't the user",
        );
    }
}

#[test]
fn a_callback_url_may_be_an_applications_own() {
    #[rustfmt::skip] // A row a case.
    let table = [
        ("myapp://cb", "myapp://cb?code=c4n4ry"),
        ("www.mycoolapp.com/auth", "http://www.mycoolapp.com/auth?code=c4n4ry"),
        ("www.mycoolapp.com/auth?x=1", "www.mycoolapp.com/auth?x=1&code=c4n4ry"),
    ];
    for (given, callback) in table {
        let platform = platform(callback, INSTANCE);
        let mut command = connect_at(&platform.base_url, &format!("--callback-url {given}"));
        command.ends(
            4,
            "instance 7 was created, but: the platform refused to ping",
        );
    }
    let mut command = connect("--callback-url javascript:alert(1)");
    command.ends(2, "oauth.callback.url can't be a callback URL");
}

#[test]
fn a_page_that_is_not_the_sandboxs_is_left_to_a_browser() {
    let login = "https://provider.example/login?then=http://localhost/callback";
    let platform = platform(login, INSTANCE);
    let mut command = connect_at(&platform.base_url, "");
    let sentence = "does not send the browser to the callback URL, as a sandbox's";
    command.ends(6, sentence);
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_right() {
    let sandbox = Sandbox::start().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = format!("http://{}/cb", taken.local_addr().unwrap());
    let without_secrets = format!("--base-url {}", sandbox.base_url());
    #[rustfmt::skip] // A row a case.
    let table = [
        ("stray", "unexpected argument 'stray'"),
        ("--client sync", "[possible values: async, blocking]"),
        ("--consent maybe", "[possible values: allow, deny, browser]"),
        ("--oauth-url-method put", "[possible values: get, post]"),
        ("--authentication saml", "[possible values: oauth2, oauth1, basic, apiKey, custom]"),
        ("--param c4n4ry", "--param takes NAME=VALUE"),
        ("--config =c4n4ry", "--config takes NAME=VALUE"),
        ("--config-env p=CE_NOT_SET", "the variable for \"p\" is not set"),
        ("--timeout 0", "expected seconds, such as 90"),
        ("--timeout inf", "expected seconds, such as 90"),
        ("--name", "a value is required for '--name <NAME>'"),
        ("--name=", "name is missing or blank"),
        ("--element=", "element is missing or blank"),
        ("--allow-unencrypted-http", "--base-url <URL>"),
        ("--param siteAddress=", "parameter \"siteAddress\" is missing or blank"),
        ("--config oauth.callback.url=x", "is set in another way"),
        ("--callback-url http://localhost:99999/", "oauth.callback.url can't be a callback URL"),
        (&format!("--consent browser --callback-url {taken}"), "choose another port with --callback-url"),
        ("--consent browser --callback-url https://app.example/cb", "must be http on this machine"),
        (&without_secrets, "not set: CE_USER_SECRET, CE_ORGANIZATION_SECRET, CE_API_KEY, CE_API_SECRET"),
    ];
    for (arguments, sentence) in table {
        assert_eq!(connect(arguments).ends(2, sentence).out, "");
    }
    let at = |base_url| connect_at(base_url, "");
    at("nonsense").ends(2, "base URL is not an absolute http or https URL");
    at("http://platform.example/api").ends(2, "base URL is plain http to another machine");
    let mut command = at(sandbox.base_url());
    command.env("CE_USER_SECRET", "c4n4ry\nX: y");
    command.ends(2, "user secret holds a line break");
    // Of an option that stands twice, the last counts.
    connect("--client async --client blocking").ends(0, "the blocking client");
}

#[test]
fn the_platforms_refusal_ends_with_4() {
    let sandbox = Sandbox::start().unwrap();
    for client in CLIENTS {
        // Nobody is sent anywhere for nothing.
        for element in ["closeio", "instagram"] {
            let arguments = format!("--client {client} --element {element}");
            let mut command = connect_at(sandbox.base_url(), &arguments);
            let sentence = "the platform refused to check the credentials (status 401, request id ";
            let printed = command.env("CE_USER_SECRET", "c4n4ry").ends(4, sentence);
            assert!(!printed.err.contains("oauth/url"));
        }
        connect(&format!("--element unheard-of --client {client}")).ends(4, "unheard-of");
        // With the method given, the platform is not asked what the element needs.
        let shopify = "--element shopify --param siteAddress=a.example --authentication oauth2";
        connect(&format!("{shopify} --client {client}")).ends(4, "shopify.site.address");
    }
}

#[test]
fn an_unknown_outcome_ends_with_5() {
    let lost = (StatusCode::BAD_GATEWAY, "<html>Bad gateway</html>");
    let platform = platform(CALLBACK, lost);
    for client in CLIENTS {
        let mut command = connect_at(&platform.base_url, &format!("--client {client}"));
        let sentence = "not known whether the platform did create the instance (request id r1)";
        command.ends(5, sentence);
    }
}

#[test]
fn a_dead_network_ends_with_6() {
    // No port that another test could be given.
    let gone = "http://127.0.0.1:1/elements/api-v2";
    let nothing = (StatusCode::NOT_FOUND, "<html>No such page</html>");
    let nothing = Server::start(move |_| nothing.into_response());
    let html = Server::start(|_| "<html>c4n4ry</html>".into_response());
    for client in CLIENTS {
        // On Windows each attempt is refused only after seconds.
        let at = |base_url: &str| connect_at(base_url, &format!("--client {client} --timeout 30"));
        at(gone).ends(6, "no connection to the platform");
        at(&html.base_url).ends(6, "is HTML");
        at(&nothing.base_url).ends(6, "perhaps the base URL is not the platform's");
    }
}

#[test]
fn an_instance_whose_ping_fails_is_shown_all_the_same() {
    let platform = platform(CALLBACK, INSTANCE);
    for client in CLIENTS {
        let arguments = format!("--client {client} --json --show-token");
        let mut command = connect_at(&platform.base_url, &arguments);
        let sentence = "instance 7 was created, but: the platform refused to ping";
        let printed = command.ends(4, sentence);
        has(&printed.out, &[r#""token":"t0ken""#]);
        // What the platform says can neither steer the terminal nor forge a line.
        has(&printed.err, &[r#""\u{1b}[2J\nConnected"."#]);
    }
}
