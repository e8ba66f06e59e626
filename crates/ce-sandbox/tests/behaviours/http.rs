//! The client of these tests: ureq, which shares nothing with the sandbox's own stack.

use std::time::Duration;

use ce_sandbox::Sandbox;
use serde_json::{Value, json};
use ureq::http::Request;

pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");
pub(crate) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap().to_owned()
    }
}

/// One request, to a path from the root.
pub(crate) fn call(
    sandbox: &Sandbox,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let url = format!("http://{}{target}", sandbox.address());
    send(method, &url, headers, body)
}

pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    // A test that waits for ever says nothing.
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(20)))
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .proxy(None)
        .build()
        .new_agent();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = match body {
        "" => agent.run(request.body(()).unwrap()),
        body => agent.run(request.body(body.to_owned()).unwrap()),
    };
    let mut response = response.unwrap();
    Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.body_mut().read_to_string().unwrap(),
    }
}

pub(crate) fn authorization(sandbox: &Sandbox) -> String {
    let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
    format!("User {user}, Organization {organization}")
}

/// One request to the API, with the sandbox's secrets.
pub(crate) fn api(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Reply {
    let headers = [("Authorization", &*authorization(sandbox)), JSON];
    let target = format!("/elements/api-v2{path}");
    call(sandbox, method, &target, &headers, body)
}

/// One request to the API, with an element token.
pub(crate) fn through(
    sandbox: &Sandbox,
    token: &str,
    method: &str,
    path: &str,
    body: &str,
) -> Reply {
    let authorization = format!("User {}, Element {token}", sandbox.user_secret());
    let headers = [("Authorization", authorization.as_str()), JSON];
    let target = format!("/elements/api-v2{path}");
    call(sandbox, method, &target, &headers, body)
}

/// Step 1 with Instagram's documented parameters.
pub(crate) fn oauth_url(sandbox: &Sandbox) -> String {
    let reply = api(
        sandbox,
        "GET",
        "/elements/instagram/oauth/url?apiKey=key&apiSecret=s3cret&callbackUrl=http://app.example/cb&state=st%2Fate",
        "",
    );
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["oauthUrl"].as_str().unwrap().to_owned()
}

/// A parameter of a callback URL, which needs no decoding here.
pub(crate) fn parameter(callback: &str, name: &str) -> String {
    let mut parts = callback.split(['?', '&', '#']);
    let value = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    value
        .unwrap_or_else(|| panic!("no {name} in {callback}"))
        .to_owned()
}

/// A code for an Instagram instance.
pub(crate) fn code(sandbox: &Sandbox) -> String {
    parameter(&sandbox.allow(&oauth_url(sandbox)).unwrap(), "code")
}

/// The body that creates an Instagram instance.
pub(crate) fn create_request(code: &str, name: &str) -> Value {
    json!({
        "element": {"key": "instagram"},
        "providerData": {"code": code},
        "configuration": {
            "oauth.api.key": "key",
            "oauth.api.secret": "s3cret",
            "oauth.callback.url": "https://elsewhere.example/cb",
        },
        "tags": ["tests"],
        "name": name,
    })
}

/// A new Instagram instance.
pub(crate) fn create(sandbox: &Sandbox, name: &str) -> Value {
    let body = create_request(&code(sandbox), name).to_string();
    let created = api(sandbox, "POST", "/instances", &body);
    assert_eq!(created.status, 200, "{}", created.body);
    created.json()
}

/// The id and the token of a new instance of an element, as the sandbox's own methods make it.
pub(crate) fn added(sandbox: &Sandbox, element: &str) -> (u64, String) {
    let id = sandbox.add_instances(element, 1).unwrap().start;
    let mut instances = sandbox.instances().into_iter();
    let instance = instances.rfind(|instance| instance.id == id).unwrap();
    (id, instance.expose_token().to_owned())
}
