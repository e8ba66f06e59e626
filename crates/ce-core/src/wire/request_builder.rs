use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::config::Config;
use crate::config::Wiped;
use crate::error::InvalidInput;
use crate::wire::Request;

/// Writes a request: path, query, authorization, body.
pub struct RequestBuilder<'p> {
    config: &'p Config,
    method: http::Method,
    /// Path and query. The platform has a call with a secret in its query.
    path: Wiped,
    separator: u8,
    authorization: Option<http::HeaderValue>,
    body: Bytes,
}

impl<'p> RequestBuilder<'p> {
    /// A request to this path below the API base, with the platform user's authorization. Every
    /// segment is encoded as it needs.
    ///
    /// # Errors
    /// When a segment is blank, or dots, which every URL library would resolve away.
    pub fn new(
        config: &'p Config,
        method: http::Method,
        path: &[&str],
    ) -> Result<Self, InvalidInput> {
        let mut errors = crate::error::FieldErrors::default();
        let mut written = Wiped::with_capacity(config.base_path().len() + 512);
        written.extend_from_slice(config.base_path().as_bytes());
        for segment in path {
            errors.path_segment("path segment", segment);
            written.push(b'/');
            encode(segment, SEGMENT, &mut written);
        }
        errors.passed()?;
        Ok(Self {
            config,
            method,
            path: written,
            separator: b'?',
            authorization: Some(config.authorization()),
            body: Bytes::new(),
        })
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(self, name: &str, value: &str) -> Self {
        self.queries([(name, value)])
    }

    /// Adds query parameters.
    pub(crate) fn queries<'a>(
        mut self,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        for (name, value) in pairs {
            self.path.push(self.separator);
            self.separator = b'&';
            encode(name, QUERY, &mut self.path);
            self.path.push(b'=');
            encode(value, QUERY, &mut self.path);
        }
        self
    }

    /// Adds the token of an instance to the authorization.
    ///
    /// # Errors
    /// When the token can't stand in a header.
    pub fn through(mut self, token: &ce_model::ElementToken) -> Result<Self, InvalidInput> {
        self.authorization = Some(self.config.element_authorization(token)?);
        Ok(self)
    }

    /// Leaves the authorization out.
    #[must_use]
    pub fn without_authorization(mut self) -> Self {
        self.authorization = None;
        self
    }

    /// Adds a JSON body. Its memory is wiped with its last copy.
    ///
    /// # Errors
    /// When the value can't be written as JSON, such as a map whose keys aren't strings.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Result<Self, InvalidInput> {
        let mut body = Wiped::with_capacity(512);
        serde_json::to_writer(&mut body, value)
            .map_err(|_| InvalidInput::one("body", crate::FieldErrorKind::NotJson))?;
        self.body = body.into();
        Ok(self)
    }

    /// The request.
    ///
    /// # Errors
    /// When the URL is longer than HTTP libraries take (64 KiB).
    pub fn build(self) -> Result<Request, InvalidInput> {
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self
            .config
            .uri(self.path.into())
            .ok_or_else(|| InvalidInput::one("request URL", crate::FieldErrorKind::TooLong))?;
        let has_body = !request.body().is_empty();
        let headers = request.headers_mut();
        headers.reserve(4);
        headers.insert(http::header::ACCEPT, JSON);
        if has_body {
            headers.insert(http::header::CONTENT_TYPE, JSON);
        }
        if let Some(authorization) = self.authorization {
            headers.insert(http::header::AUTHORIZATION, authorization);
        }
        Ok(Request::new(request))
    }
}

const JSON: http::HeaderValue = http::HeaderValue::from_static("application/json");

/// RFC 3986's unreserved characters stay, all others are encoded: right in a path and in a query,
/// whether or not the reader takes `+` for a blank.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// In a query a few more are harmless, and URLs stay readable: `callbackUrl=https://…`.
const QUERY: &AsciiSet = &SEGMENT.remove(b'/').remove(b':').remove(b',');

fn encode(text: &str, set: &'static AsciiSet, into: &mut Wiped) {
    for part in utf8_percent_encode(text, set) {
        into.extend_from_slice(part.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;

    fn config() -> Config {
        Config::new("https://a.example/api/", Credentials::new("u", "o")).unwrap()
    }

    #[test]
    fn paths_and_queries_are_encoded() {
        let config = config();
        let request = RequestBuilder::new(&config, http::Method::GET, &["elements", "a b/ü?"])
            .unwrap()
            .query("callbackUrl", "https://app.example/cb?x=1&y=2#z")
            .query("tags[]", "a+b c%")
            .build()
            .unwrap();
        assert_eq!(
            request.expose().uri().to_string(),
            "https://a.example/api/elements/a%20b%2F%C3%BC%3F\
             ?callbackUrl=https://app.example/cb%3Fx%3D1%26y%3D2%23z&tags%5B%5D=a%2Bb%20c%25"
        );
    }

    #[test]
    fn headers_say_who_asks_and_what_is_sent() {
        let config = config();
        let post = RequestBuilder::new(&config, http::Method::POST, &["instances"])
            .unwrap()
            .json(&serde_json::json!({"a": 1}))
            .unwrap()
            .build()
            .unwrap();
        assert_eq!(
            post.expose().headers()["authorization"],
            "User u, Organization o"
        );
        assert_eq!(post.expose().headers()["content-type"], "application/json");
        assert_eq!(post.expose().headers()["accept"], "application/json");
        assert_eq!(&post.expose().body()[..], br#"{"a":1}"#);
        let open = RequestBuilder::new(&config, http::Method::GET, &["x"])
            .unwrap()
            .without_authorization()
            .build()
            .unwrap();
        assert!(!open.expose().headers().contains_key("authorization"));
        assert!(!open.expose().headers().contains_key("content-type"));
    }

    #[test]
    fn what_no_path_can_hold_is_refused() {
        let config = config();
        for segment in ["", " ", ".", "..", "a\nb"] {
            assert!(
                RequestBuilder::new(&config, http::Method::GET, &["elements", segment]).is_err(),
                "{segment:?}"
            );
        }
        let long = "x".repeat(70_000);
        let built = RequestBuilder::new(&config, http::Method::GET, &["x"])
            .unwrap()
            .query("scope", &long)
            .build();
        assert_eq!(
            built.unwrap_err().errors()[0].kind(),
            crate::FieldErrorKind::TooLong
        );
    }
}
