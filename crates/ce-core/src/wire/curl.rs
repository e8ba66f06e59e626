use std::fmt;

use ce_model::Json;

use super::redaction::redact_header;
use super::{Request, redact_json, redact_parameters};

/// A request as a `curl` command line, for support tickets and debugging.
///
/// `Display` redacts the authorization, and everything in headers, query and body that is not known to
/// be harmless. [`expose`](Curl::expose) gives the command that works.
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
///     "curl -X 'GET' -H 'accept: application/json' \
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
        let exposed = |_: &str, value: &str| value.to_owned();
        self.command(exposed, &request.uri().to_string(), &body)
    }

    fn command(&self, header: fn(&str, &str) -> String, url: &str, body: &str) -> String {
        let mut command = "curl".to_owned();
        let mut add = |option: &str, value: &str| {
            // For a POSIX shell: between single quotes nothing is special but the single quote.
            let value = value.replace('\'', r"'\''");
            command.push_str(&format!(" {option}'{value}'"));
        };
        add("-X ", self.0.method().as_str());
        for (name, value) in self.0.expose().headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            add("-H ", &format!("{name}: {}", header(name.as_str(), &value)));
        }
        if !body.is_empty() {
            add("--data-raw ", body);
        }
        add("", url);
        command
    }
}

impl fmt::Display for Curl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.0.expose();
        let mut url = request.uri().to_string();
        if let Some(query) = request.uri().query() {
            let seen = redact_parameters(query).map(|(name, value)| format!("{name}={value}"));
            let seen = seen.collect::<Vec<_>>().join("&");
            url.replace_range(url.len() - query.len().., &seen);
        }
        let body = serde_json::from_slice::<Json>(request.body());
        let body = match body.and_then(|body| body.to_value()) {
            Ok(mut body) => {
                redact_json(&mut body);
                body.to_string()
            }
            Err(_) if request.body().is_empty() => String::new(),
            Err(_) => "[redacted]".to_owned(),
        };
        f.write_str(&self.command(redact_header, &url, &body))
    }
}

impl fmt::Debug for Curl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_whole_request_and_a_shell_reads_it_as_such() {
        const REDACTED: &str = r#"curl -X 'POST' -H 'accept: */*' -H 'x-api-key: [redacted]' -H 'authorization: User [redacted], Organization [redacted]' --data-raw '{"name":"Ann'\''s","token":"[redacted]"}' 'https://a.example/b?apiSecret=[redacted]&scope=it%27s'"#;
        let request = http::Request::post("https://a.example/b?apiSecret=canary&scope=it%27s")
            .header("accept", "*/*")
            .header("x-api-key", "canary")
            .header("authorization", "User canary, Organization canary")
            .body(r#"{"name":"Ann's","token":"canary"}"#.into())
            .unwrap();
        let curl = Request::from(request).curl();
        assert_eq!(curl.to_string(), REDACTED);
        assert_eq!(format!("{curl:?}"), REDACTED);
        assert_eq!(curl.expose(), REDACTED.replace("[redacted]", "canary"));
        let bare = http::Request::get("https://a.example").body("".into());
        let bare = Request::from(bare.unwrap());
        assert_eq!(
            bare.curl().to_string(),
            "curl -X 'GET' 'https://a.example/'"
        );
        assert_eq!(format!("{bare:?}"), "GET /");
        let piped = http::Request::builder()
            .method("A|id")
            .uri("https://a.example");
        let piped = Request::from(piped.body("".into()).unwrap());
        assert_eq!(piped.curl().expose(), "curl -X 'A|id' 'https://a.example/'");
        let odd = http::Request::put("https://a.example").body("canary".into());
        let odd = Request::from(odd.unwrap()).curl().to_string();
        assert_eq!(
            odd,
            "curl -X 'PUT' --data-raw '[redacted]' 'https://a.example/'"
        );
    }
}
