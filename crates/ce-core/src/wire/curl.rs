use std::fmt;

use serde_json::Value;

use crate::wire::Request;
use crate::wire::{redact_authorization, redact_json, redact_parameters};

/// A request as a `curl` command line, for support tickets and debugging.
///
/// `Display` redacts the authorization, and everything in query and body that is not known to be
/// harmless. [`expose`](Curl::expose) gives the command that works.
///
/// ```
/// use ce_core::calls::GetInstance;
/// use ce_core::model::InstanceId;
/// use ce_core::{Call, Credentials, Config};
///
/// let config = Config::new("https://a.example/api", Credentials::new("u+/=", "o+/="))?;
/// let curl = GetInstance::new(InstanceId::new(123)).request(&config)?.curl();
/// assert_eq!(
///     curl.to_string(),
///     "curl -X GET -H 'accept: application/json' \
///      -H 'authorization: User [redacted], Organization [redacted]' \
///      'https://a.example/api/instances/123'"
/// );
/// assert!(curl.expose().contains("User u+/=, Organization o+/="));
/// # Ok::<(), ce_core::InvalidInput>(())
/// ```
#[derive(Clone)]
pub struct Curl(Request);

impl Request {
    /// The request as a `curl` command line.
    pub fn curl(&self) -> Curl {
        Curl(self.clone())
    }
}

impl Curl {
    /// The command with all its secrets.
    pub fn expose(&self) -> String {
        let request = self.0.expose();
        let body = String::from_utf8_lossy(request.body());
        self.write(|value| value.to_owned(), &request.uri().to_string(), &body)
    }

    fn redacted(&self) -> String {
        let request = self.0.expose();
        let mut url = request.uri().to_string();
        if let Some((before, query)) = url.clone().split_once('?') {
            let seen = redact_parameters(query).map(|(name, value)| format!("{name}={value}"));
            url = format!("{before}?{}", seen.collect::<Vec<_>>().join("&"));
        }
        let text = std::str::from_utf8(request.body()).unwrap_or_default();
        let body = match serde_json::from_str::<Value>(text) {
            Ok(mut body) => {
                redact_json(&mut body);
                body.to_string()
            }
            Err(_) if request.body().is_empty() => String::new(),
            Err(_) => "[redacted]".to_owned(),
        };
        self.write(redact_authorization, &url, &body)
    }

    fn write(&self, authorization: impl Fn(&str) -> String, url: &str, body: &str) -> String {
        let mut command = format!("curl -X {}", self.0.method());
        for (name, value) in self.0.expose().headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            let value = if name == http::header::AUTHORIZATION {
                authorization(&value)
            } else {
                value.into_owned()
            };
            command.push_str(" -H ");
            command.push_str(&quoted(&format!("{name}: {value}")));
        }
        if !body.is_empty() {
            command.push_str(" --data-raw ");
            command.push_str(&quoted(body));
        }
        command.push(' ');
        command.push_str(&quoted(url));
        command
    }
}

/// For a POSIX shell: between single quotes nothing is special but the single quote.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

impl fmt::Display for Curl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.redacted())
    }
}

impl fmt::Debug for Curl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn it_is_the_whole_request_and_a_shell_reads_it_as_such() {
        let request = http::Request::post("https://a.example/b?apiSecret=canary&scope=it%27s")
            .header("authorization", "User canary, Organization canary")
            .body(Bytes::from_static(br#"{"name":"Ann's","token":"canary"}"#))
            .unwrap();
        let curl = Request::from(request).curl();
        assert_eq!(
            curl.to_string(),
            r#"curl -X POST -H 'authorization: User [redacted], Organization [redacted]' --data-raw '{"name":"Ann'\''s","token":"[redacted]"}' 'https://a.example/b?apiSecret=[redacted]&scope=it%27s'"#
        );
        assert_eq!(format!("{curl:?}"), curl.to_string());
        assert_eq!(
            curl.expose(),
            r#"curl -X POST -H 'authorization: User canary, Organization canary' --data-raw '{"name":"Ann'\''s","token":"canary"}' 'https://a.example/b?apiSecret=canary&scope=it%27s'"#
        );
    }
}
