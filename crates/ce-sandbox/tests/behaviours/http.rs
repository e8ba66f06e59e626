//! The client of these tests: ureq, which shares nothing with the sandbox's own stack.

use std::fmt::Display;
use std::ops::{Deref, Index};
use std::time::Duration;

use ce_sandbox::{Builder, Sandbox};
use serde_json::{Value, json};
use ureq::http::Request;

pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");
pub(crate) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

type Headers<'a> = &'a [(&'a str, &'a str)];

/// An answer, and the fields or the items of its JSON.
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: ureq::http::HeaderMap,
    pub(crate) body: String,
    /// Null if it is none.
    pub(crate) json: Value,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        let text = self[name].as_str();
        text.unwrap_or_else(|| panic!("no {name}: {}", self.body))
    }

    pub(crate) fn list(&self) -> &[Value] {
        let list = self.json.as_array();
        list.unwrap_or_else(|| panic!("no list: {}", self.body))
    }

    /// It was answered with this status.
    #[track_caller]
    pub(crate) fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    #[track_caller]
    pub(crate) fn shows(&self, part: &str) {
        assert!(self.body.contains(part), "{part}: {}", self.body);
    }

    #[track_caller]
    pub(crate) fn hides(&self, part: &str) {
        let is_hidden = !self.body.contains(part);
        assert!(is_hidden, "{part}: {}", self.body);
    }

    /// It was refused with this status, and a message that holds this.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, part: &str) {
        assert_eq!(self.status, status, "{part}: {}", self.body);
        assert!(self.text("message").contains(part), "{part}: {}", self.body);
    }
}

impl<I: serde_json::value::Index> Index<I> for Reply {
    type Output = Value;

    fn index(&self, index: I) -> &Value {
        &self.json[index]
    }
}

pub(crate) fn send(method: &str, url: &str, headers: Headers<'_>, body: &str) -> Reply {
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
    let body = response.body_mut().read_to_string().unwrap();
    Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        json: serde_json::from_str(&body).unwrap_or_default(),
        body,
    }
}

/// Calls the API of a sandbox.
pub(crate) trait Client {
    fn sandbox(&self) -> &Sandbox;
    fn authorization(&self) -> String;

    /// With these headers besides.
    fn call(&self, method: &str, path: &str, headers: Headers<'_>, body: &str) -> Reply {
        let authorization = self.authorization();
        let headers = [&[("Authorization", &*authorization)], headers].concat();
        let url = format!("{}{path}", self.sandbox().base_url());
        send(method, &url, &headers, body)
    }

    fn send(&self, method: &str, path: impl Display, body: &Value) -> Reply {
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        self.call(method, &path.to_string(), &[JSON], &body)
    }

    fn get(&self, path: impl Display) -> Reply {
        self.send("GET", path, &Value::Null)
    }

    fn post(&self, path: impl Display, body: &Value) -> Reply {
        self.send("POST", path, body)
    }

    fn patch(&self, path: impl Display, body: &Value) -> Reply {
        self.send("PATCH", path, body)
    }

    fn put(&self, path: impl Display, body: &Value) -> Reply {
        self.send("PUT", path, body)
    }

    fn delete(&self, path: impl Display) -> Reply {
        self.send("DELETE", path, &Value::Null)
    }
}

/// A sandbox, and its client with the secrets of user and organization.
pub(crate) struct Api(Sandbox);

impl Deref for Api {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.0
    }
}

impl Client for Api {
    fn sandbox(&self) -> &Sandbox {
        self
    }

    fn authorization(&self) -> String {
        let (user, organization) = (self.user_secret(), self.organization_secret());
        format!("User {user}, Organization {organization}")
    }
}

impl Api {
    pub(crate) fn start() -> Self {
        Self::of(Sandbox::builder())
    }

    pub(crate) fn of(builder: Builder) -> Self {
        Self(builder.start().unwrap())
    }

    pub(crate) fn origin(&self) -> &str {
        self.base_url().strip_suffix("/elements/api-v2").unwrap()
    }

    /// One request without credentials, to a path from the root.
    pub(crate) fn bare(&self, method: &str, path: &str, headers: Headers<'_>, body: &str) -> Reply {
        send(method, &format!("{}{path}", self.origin()), headers, body)
    }

    /// Step 1 with Instagram's documented parameters.
    pub(crate) fn oauth_url(&self) -> String {
        let query = "apiKey=key&apiSecret=s3cret&callbackUrl=http://app.example/cb&state=st%2Fate";
        let reply = self.get(format!("/elements/instagram/oauth/url?{query}"));
        reply.is(200).text("oauthUrl").to_owned()
    }

    /// A code for an Instagram instance.
    pub(crate) fn code(&self) -> String {
        parameter(&self.allow(&self.oauth_url()).unwrap(), "code")
    }

    /// A new Instagram instance.
    pub(crate) fn create(&self, name: &str) -> Reply {
        let body = create_request(&self.code(), name);
        self.post("/instances", &body).is(200)
    }

    /// A new instance of an element, as the sandbox's own methods make it.
    pub(crate) fn added(&self, element: &str) -> Account<'_> {
        self.account(self.add_instances(element, 1).unwrap().start)
    }

    pub(crate) fn account(&self, id: u64) -> Account<'_> {
        let mut instances = self.instances().into_iter();
        let instance = instances.rfind(|instance| instance.id == id).unwrap();
        Account {
            sandbox: self,
            id,
            token: instance.expose_token().to_owned(),
        }
    }
}

/// An instance, and the client that calls through it.
pub(crate) struct Account<'a> {
    sandbox: &'a Sandbox,
    pub(crate) id: u64,
    pub(crate) token: String,
}

impl Client for Account<'_> {
    fn sandbox(&self) -> &Sandbox {
        self.sandbox
    }

    fn authorization(&self) -> String {
        format!(
            "User {}, Element {}",
            self.sandbox.user_secret(),
            self.token
        )
    }
}

/// A parameter of a callback URL, which needs no decoding here.
pub(crate) fn parameter(callback: &str, name: &str) -> String {
    let mut parts = callback.split(['?', '&', '#']);
    let value = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    value
        .unwrap_or_else(|| panic!("no {name} in {callback}"))
        .to_owned()
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
