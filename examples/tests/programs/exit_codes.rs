//! What `connect` and `bulk` say and with which code they end when something is wrong.

use std::net::TcpListener;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{HOST, LOCATION};
use axum::response::{IntoResponse as _, Response};
use ce_sandbox::{FaultRule, Sandbox};
use tokio::runtime::Runtime;

use crate::program::{CLIENTS, Ends as _, at, has, has_none, program};

/// A platform whose provider asks nobody, and redirects at once to the callback, with the state. It ends
/// with the test.
struct Platform {
    base_url: String,
    _runtime: Runtime,
}

impl Platform {
    fn start(callback: &'static str) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0");
        let listener = runtime.block_on(listener).unwrap();
        let base_url = format!("http://{}/elements/api-v2", listener.local_addr().unwrap());
        let answer = move |request: Request| async move { answer(&request, callback) };
        let router = Router::new().fallback(answer);
        runtime.spawn(async { axum::serve(listener, router).await });
        let _runtime = runtime;
        Self { base_url, _runtime }
    }
}

fn answer(request: &Request, callback: &str) -> Response {
    let mut query = request.uri().query().unwrap_or_default().split('&');
    let state = query.find(|pair| pair.starts_with("state="));
    let state = state.unwrap_or_default();
    let path = request.uri().path().trim_start_matches("/elements/api-v2");
    let json = match (request.method().as_str(), path) {
        (_, "/authorize") => {
            let location = format!("{callback}&{state}");
            return (StatusCode::FOUND, [(LOCATION, location)]).into_response();
        }
        (_, "/elements/instagram") => r#"{"authentication":{"type":"oauth2"}}"#,
        (_, "/elements/instagram/oauth/url") => {
            let host = request.headers()[HOST].to_str().unwrap();
            &format!(r#"{{"oauthUrl":"http://{host}/authorize?{state}"}}"#)
        }
        ("GET", "/instances") => "[]",
        ("POST", "/instances") => {
            r#"{"id":7,"name":"\u001b[2J\nConnected","token":"t0ken","element":{}}"#
        }
        ("GET", "/ping") => {
            return (StatusCode::UNAUTHORIZED, r#"{"message":"no"}"#).into_response();
        }
        _ => return (StatusCode::NOT_FOUND, "<html>No such page</html>").into_response(),
    };
    json.to_owned().into_response()
}

#[test]
fn what_the_browser_brings_back_decides() {
    let no_ping = "connect: instance 7 was created, but: the platform refused to ping through the instance (status 401";
    #[rustfmt::skip] // A row a case.
    let table = [
        ("http://localhost/callback", "http://localhost/callback?error=temporarily_unavailable&error_description=Later.",
         4, "connect: the provider refused: temporarily_unavailable: Later; nothing was created, and it wasn't the user"),
        ("http://localhost/callback", "http://localhost/callback?neither=", 4, "connect: the callback has neither a code nor"),
        ("http://localhost/callback", "https://provider.example/login?then=http://localhost/callback",
         6, "does not send the browser to the callback URL, as a sandbox's"),
        // It may be an application's own.
        ("myapp://cb", "myapp://cb?code=c4n4ry", 4, no_ping),
        ("www.mycoolapp.com/auth", "http://www.mycoolapp.com/auth?code=c4n4ry", 4, no_ping),
        ("www.mycoolapp.com/auth?x=1", "www.mycoolapp.com/auth?x=1&code=c4n4ry", 4, no_ping),
    ];
    for (callback_url, callback, code, sentence) in table {
        let platform = Platform::start(callback);
        let words = format!("connect --json --show-token --callback-url {callback_url}");
        let printed = at(&platform.base_url, &words).ends(code, sentence);
        if sentence == no_ping {
            // The instance is shown all the same. Its name can neither steer the terminal nor forge a line.
            has(&printed.out, &[r#""token":"t0ken""#]);
            has(&printed.err, &[r#""\u{1b}[2J\nConnected"."#]);
        }
    }
}

#[test]
fn what_is_wrong_is_said_before_anything_is_printed() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = format!("http://{}/cb", taken.local_addr().unwrap());
    #[rustfmt::skip] // A row a case.
    let table = [
        (2, "connect stray", "unexpected argument 'stray'"),
        (2, "connect --client sync", "[possible values: async, blocking]"),
        (2, "connect --consent maybe", "[possible values: allow, deny, browser]"),
        (2, "connect --oauth-url-method put", "[possible values: get, post]"),
        (2, "connect --authentication saml", "[possible values: oauth2, oauth1, basic, apiKey, custom]"),
        (2, "connect --param c4n4ry", "--param takes NAME=VALUE"),
        (2, "connect --config =c4n4ry", "--config takes NAME=VALUE"),
        (2, "connect --config-env p=CE_NOT_SET", "the variable for \"p\" is not set"),
        (2, "connect --timeout 0", "expected seconds, such as 90"),
        (2, "connect --timeout inf", "expected seconds, such as 90"),
        (2, "connect --name", "a value is required for '--name <NAME>'"),
        (2, "connect --element=", "element is missing or blank"),
        (2, "connect --element= --authentication oauth2", "the element needs --element"),
        (2, "connect --allow-unencrypted-http", "--base-url <URL>"),
        (2, "connect --param siteAddress=", "parameter \"siteAddress\" is missing or blank"),
        (2, "connect --config oauth.callback.url=x", "is set in another way"),
        (2, "connect --callback-url http://localhost:99999/", "oauth.callback.url can't be a callback URL"),
        (2, "connect --callback-url javascript:alert(1)", "oauth.callback.url can't be a callback URL"),
        (2, &format!("connect --consent browser --callback-url {taken}"), "choose another port with --callback-url"),
        (2, "connect --consent browser --callback-url https://127.0.0.1/cb", "must be http on this machine"),
        (2, "connect --consent browser --callback-url http://192.0.2.1/cb", "must be http on this machine"),
        (2, "connect --base-url http://127.0.0.1:1", "not set: CE_USER_SECRET, CE_ORGANIZATION_SECRET"),
        (2, "bulk --bogus", "unexpected argument '--bogus'"),
        (2, "bulk --at-a-time 0", "0 is not in 1..=1000"),
        (2, "bulk --provisioning-timeout 0", "expected seconds, such as 120"),
        (2, "bulk --base-url http://127.0.0.1:1", "--output <FILE>"),
        (2, "bulk --base-url http://127.0.0.1:1 --output x", "not set: CE_USER_SECRET, CE_ORGANIZATION_SECRET"),
        // What is missing, and which option gives it.
        (2, "connect --element closeio --config usrname=x", "Not known to the element: usrname\nconnect: nothing was \
             created: the element needs --config username=VALUE, --config password=VALUE (what is secret"),
        (2, "connect --element shopify --name= --tag= --callback-url=",
            "the element needs --callback-url, --name, --tag, --config shopify.site.address=VALUE"),
        (3, "connect --consent deny --json", "connect: the connection was denied: access_denied (user_denied)"),
        (4, "connect --element unheard-of", "unheard-of"),
        // With the method given, the platform is not asked what the element needs.
        (4, "connect --element shopify --param siteAddress=a.example --authentication oauth2", "shopify.site.address"),
        (4, "connect --element closeio --authentication oauth2", "refused to get the authorization URL"),
    ];
    for (code, words, sentence) in table {
        assert_eq!(program(words).ends(code, sentence).out, "");
    }
    // Of an option that stands twice, the last counts.
    program("connect --client async --client blocking").ends(0, "the blocking client");
}

#[test]
fn a_platform_that_is_none_or_refuses_has_its_exit_code() {
    let sandbox = Sandbox::start().unwrap();
    let platform = Platform::start("");
    let elsewhere = format!("{}/elsewhere", platform.base_url);
    // Taken, and nobody listens there.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let gone = format!("http://{}/elements/api-v2", socket.local_addr().unwrap());
    #[rustfmt::skip] // A row a case.
    let table = [
        ("CE_API_KEY=k", "nonsense", 2, "base URL is not an absolute http or https URL"),
        ("CE_API_KEY=k", "http://platform.example/api", 2, "base URL is plain http to another machine"),
        ("CE_USER_SECRET=c4n4ry\nX: y", sandbox.base_url(), 2, "user secret holds a line break"),
        ("CE_API_KEY=", sandbox.base_url(), 2, "the element needs CE_API_KEY in the environment"),
        ("CE_USER_SECRET=c4n4ry", sandbox.base_url(), 4,
         "the platform refused to check the credentials (status 401, request id "),
        ("CE_API_KEY=k", &gone, 6, "no connection to the platform"),
        ("CE_API_KEY=k", &elsewhere, 6, "perhaps the base URL is not the platform's"),
    ];
    for (variable, base_url, code, sentence) in table {
        let (name, value) = variable.split_once('=').unwrap();
        // On Windows each attempt to connect is refused only after seconds.
        let mut command = at(base_url, "connect --timeout 30");
        let printed = command.env(name, value).ends(code, sentence);
        // Nobody is sent anywhere for nothing.
        has_none(&printed.err, &["oauth/url"]);
    }
    // A blank variable is none, whether or not the platform is asked what the element needs.
    for (words, name, sentence) in [
        (
            "connect --authentication oauth2",
            "CE_API_KEY",
            "needs CE_API_KEY in the environment",
        ),
        (
            "connect --config-env p=CE_BLANK",
            "CE_BLANK",
            "the variable for \"p\" is not set",
        ),
    ] {
        let mut command = at(sandbox.base_url(), words);
        let printed = command.env(name, " ").ends(2, sentence);
        has_none(&printed.err, &["oauth/url"]);
    }
}

#[test]
fn an_answer_that_fails_has_its_exit_code_and_shows_no_secret() {
    #[rustfmt::skip] // A row a case.
    let table = [
        ("create-and-bad-gateway,on=create-instance", "30", 5, "not known whether the platform did create"),
        ("truncated-json,on=create-instance", "30", 5, "not known whether the platform did create"),
        ("close-mid-body,on=create-instance", "30", 5, "not known whether the platform did create"),
        ("wrong-length,on=create-instance", "30", 5, "not known whether the platform did create"),
        ("invalid-utf8,on=create-instance", "30", 0, ""),
        ("redirect,on=oauth-url", "30", 6, "redirected"),
        ("stall-before-answer,on=create-instance", "0.5", 5, "it is not known"),
        ("stall-before-answer,on=oauth-url", "0.5", 6, "did not answer in time"),
        ("empty-ok,on=oauth-url", "30", 6, "is empty"),
        ("html-bad-gateway,on=oauth-url", "30", 6, "the platform could not get the authorization URL"),
        ("unavailable,on=ping", "30", 4, "the platform could not ping"),
    ];
    for (client, (fault, seconds, code, sentence)) in CLIENTS
        .into_iter()
        .flat_map(|it| table.map(|row| (it, row)))
    {
        let fault: FaultRule = fault.parse().unwrap();
        let sandbox = Sandbox::builder().user_secret("c4n4ry-user").fault(fault);
        let sandbox = sandbox.start().unwrap();
        let words = format!("connect --timeout {seconds} --client {client}");
        let mut command = at(sandbox.base_url(), &words);
        let command = command.env("CE_USER_SECRET", "c4n4ry-user");
        let printed = command.ends(code, sentence);
        for instance in sandbox.instances() {
            has_none(&printed.err, &[instance.expose_token()]);
        }
        // There was no time to try again.
        assert!(seconds == "30" || !printed.err.contains("… again in"));
    }
}
