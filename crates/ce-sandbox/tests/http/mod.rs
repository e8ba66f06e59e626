//! A small HTTP client over `std::net`, so that nothing of the sandbox's own stack answers for it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ce_sandbox::Sandbox;
use serde_json::Value;

pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");
pub(crate) const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(candidate, _)| candidate.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A connection that can be used again.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        // A test that waits for ever says nothing.
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Self(BufReader::new(stream))
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) {
        let mut request = format!("{method} {target} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str("Host: sandbox\r\n");
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        self.write(request.as_bytes());
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// `method` because the answer to HEAD announces a body and has none.
    pub(crate) fn receive(&mut self, method: &str) -> Reply {
        let status = self.line();
        let status = status
            .split(' ')
            .nth(1)
            .unwrap_or_else(|| panic!("{status:?}"));
        let status = status.parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            headers.push((name.to_owned(), value.to_owned()));
        }
        let mut reply = Reply {
            status,
            headers,
            body: String::new(),
        };
        if method != "HEAD" {
            let length = reply.header("Content-Length").unwrap().parse().unwrap();
            let mut body = vec![0; length];
            self.0.read_exact(&mut body).unwrap();
            reply.body = String::from_utf8(body).unwrap();
        }
        reply
    }

    /// Whether the other side has ended the connection; waits until it says something.
    pub(crate) fn is_closed(&mut self) -> bool {
        !matches!(self.0.read(&mut [0]), Ok(1..))
    }
}

/// One request on a connection of its own.
pub(crate) fn call(
    sandbox: &Sandbox,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Reply {
    let mut connection = Connection::open(sandbox.address());
    connection.send(method, target, headers, body);
    connection.receive(method)
}

/// One request to the API, with the sandbox's secrets.
pub(crate) fn api(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Reply {
    let authorization = format!(
        "User {}, Organization {}",
        sandbox.user_secret(),
        sandbox.organization_secret()
    );
    let headers = [("Authorization", authorization.as_str()), JSON];
    call(
        sandbox,
        method,
        &format!("/elements/api-v2{path}"),
        &headers,
        body,
    )
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

pub(crate) fn code_in(callback: &str) -> String {
    parameter(callback, "code")
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
    code_in(&sandbox.allow(&oauth_url(sandbox)).unwrap())
}

/// The body that creates an Instagram instance.
pub(crate) fn order(code: &str, name: &str) -> String {
    serde_json::json!({
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
    .to_string()
}
