use std::fmt;

use bytes::Bytes;
use ce_model::ElementToken;
use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use zeroize::Zeroizing;

use super::Request;
use crate::config::Config;
use crate::error::FieldErrorKind::{self, NotAHeader, NotJson, Reserved, TooLong};
use crate::error::{FieldErrors, InvalidInput};

/// Builds a request: path, query, headers, body.
///
/// Everything that is wrong is reported by [`build`](RequestBuilder::build), all at once.
///
/// ```
/// use ce_core::http::Method;
/// use ce_core::{Config, Credentials, RequestBuilder};
///
/// let config = Config::new("https://a.example/api", Credentials::new("u", "o"))?;
/// let request = RequestBuilder::new(&config, Method::POST, &["bulk", "contacts"])
///     .query("q", "a b")
///     .header("elements-async-request", "true")
///     .body("text/csv", "name\nAnn\n")
///     .build()?;
/// assert_eq!(request.expose().uri(), "https://a.example/api/bulk/contacts?q=a%20b");
/// # Ok::<(), ce_core::InvalidInput>(())
/// ```
pub struct RequestBuilder<'a> {
    config: &'a Config,
    method: Method,
    /// One call has a secret in its query.
    path_and_query: Zeroizing<String>,
    has_query: bool,
    headers: HeaderMap,
    body: Bytes,
    errors: FieldErrors,
}

impl<'a> RequestBuilder<'a> {
    /// A request to this path below the API base, with the authorization of the platform's user, which
    /// accepts JSON. Each segment is percent-encoded.
    pub fn new(config: &'a Config, method: Method, path: &[&str]) -> Self {
        // Room for most requests, since a text that outgrows its memory leaves a copy behind.
        let mut written = Zeroizing::new(String::with_capacity(config.base_path().len() + 512));
        written.push_str(config.base_path());
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(ACCEPT, JSON);
        headers.insert(AUTHORIZATION, config.authorization());
        let builder = Self {
            config,
            method,
            path_and_query: written,
            has_query: false,
            headers,
            body: Bytes::new(),
            errors: FieldErrors::default(),
        };
        path.iter().fold(builder, |builder, segment| {
            builder.segment("path segment", segment)
        })
    }

    /// Adds a segment to the path, under the name that an error gives it.
    pub(crate) fn segment(mut self, field: &'static str, segment: &str) -> Self {
        self.errors.path_segment(field, segment);
        self.path_and_query.push('/');
        self.path_and_query
            .extend(utf8_percent_encode(segment, SEGMENT));
        self
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let written = &mut self.path_and_query;
        written.push(if self.has_query { '&' } else { '?' });
        written.extend(utf8_percent_encode(name, QUERY));
        written.push('=');
        written.extend(utf8_percent_encode(value, QUERY));
        self.has_query = true;
        self
    }

    /// Sets a header, in place of any of the same name.
    ///
    /// Those by which a transport frames the request (`Host`, `Connection`, `Content-Length`,
    /// `Transfer-Encoding`) are refused. So is `Authorization`, unless it was
    /// [left out](RequestBuilder::without_authorization) before.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(header), Ok(_)) if self.is_reserved(&header) => {
                self.errors.push(format!("header {name:?}"), Reserved);
            }
            (Ok(header), Ok(value)) => drop(self.headers.insert(header, value)),
            _ => self.errors.push(format!("header {name:?}"), NotAHeader),
        }
        self
    }

    /// Returns `true` if another value of the header would send another request than is built.
    fn is_reserved(&self, header: &HeaderName) -> bool {
        match *header {
            AUTHORIZATION => self.headers.contains_key(AUTHORIZATION),
            CONNECTION | CONTENT_LENGTH | HOST | TRANSFER_ENCODING => true,
            _ => false,
        }
    }

    /// Sets the media type that is accepted in the response, such as `text/csv`.
    #[must_use]
    pub fn accept(self, media_type: &str) -> Self {
        self.header(ACCEPT.as_str(), media_type)
    }

    /// Adds the token of an instance to the authorization.
    #[must_use]
    pub fn through(mut self, token: &ElementToken) -> Self {
        match self.config.element_authorization(token) {
            Ok(authorization) => drop(self.headers.insert(AUTHORIZATION, authorization)),
            Err(invalid) => self.errors.extend(invalid),
        }
        self
    }

    /// Leaves the authorization out.
    #[must_use]
    pub fn without_authorization(mut self) -> Self {
        self.headers.remove(AUTHORIZATION);
        self
    }

    /// Sets a body of any media type.
    #[must_use]
    pub fn body(mut self, media_type: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header(CONTENT_TYPE.as_str(), media_type)
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match json_bytes(value) {
            Some(body) => self.set_json(body),
            None => self.errors.push("body", NotJson),
        }
        self
    }

    /// Sets a body that is JSON text. Its memory is wiped with its last copy.
    #[must_use]
    pub fn json_text(mut self, text: String) -> Self {
        self.set_json(Bytes::from_owner(Zeroizing::new(text)));
        self
    }

    fn set_json(&mut self, body: Bytes) {
        self.body = body;
        self.headers.insert(CONTENT_TYPE, JSON);
    }

    pub(super) fn jitter(&self) -> fastrand::Rng {
        self.config.jitter()
    }

    /// Notes that the caller found a field invalid; `build` reports it.
    pub(crate) fn invalid(mut self, field: &'static str, kind: FieldErrorKind) -> Self {
        self.errors.push(field, kind);
        self
    }

    /// Builds the request.
    ///
    /// # Errors
    /// Names everything that is wrong: a path segment that is blank, or dots, which every URL library
    /// resolves away; a token or header that no header can hold; a body that is not JSON; a URL beyond
    /// 64 KiB.
    pub fn build(mut self) -> Result<Request, InvalidInput> {
        if !self.path_and_query.starts_with('/') {
            // The API base has no path, and neither has the request.
            self.path_and_query.insert(0, '/');
        }
        let path_and_query = Bytes::from_owner(self.path_and_query);
        let uri = self.config.uri(path_and_query);
        if uri.is_none() {
            self.errors.push("request URL", TooLong);
        }
        self.errors.into_result()?;
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = uri.unwrap_or_default();
        *request.headers_mut() = self.headers;
        Ok(request.into())
    }
}

/// The JSON of a value, if it has any. Its memory is wiped with its last copy.
pub(crate) fn json_bytes<T: Serialize + ?Sized>(value: &T) -> Option<Bytes> {
    // Room for most bodies, since a body that outgrows its memory leaves a copy behind.
    let mut body = Zeroizing::new(Vec::with_capacity(1024));
    serde_json::to_writer(&mut *body, value).ok()?;
    Some(Bytes::from_owner(body))
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// RFC 3986's unreserved characters stay, all others are encoded: valid in a path and in a query,
/// whether or not the reader takes `+` for a blank.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// In a query a few more are harmless, and URLs stay readable: `callbackUrl=https://…`.
const QUERY: &AsciiSet = &SEGMENT.remove(b'/').remove(b':').remove(b',');

impl fmt::Debug for RequestBuilder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        write!(f, "{} {path} {:?}", self.method, self.errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::config;

    #[test]
    fn a_request_is_what_it_was_told_to_be() {
        let config = config();
        let post = RequestBuilder::new(&config, Method::POST, &["a", "b c/ü?"])
            .query("callbackUrl", "https://app.example/cb?x=1&y=2#z")
            .query("tags[]", "a+b c%")
            .json(&serde_json::json!({"a": 1}));
        assert_eq!(
            format!("{post:?}"),
            "POST /a/b%20c%2F%C3%BC%3F FieldErrors([])"
        );
        let post = post.build().unwrap();
        assert_eq!(
            post.expose().uri(),
            "https://a.example/a/b%20c%2F%C3%BC%3F?callbackUrl=https://app.example/cb%3Fx%3D1%26y%3D2%23z\
             &tags%5B%5D=a%2Bb%20c%25"
        );
        let headers = post.expose().headers();
        assert_eq!(headers["authorization"], "User u, Organization o");
        assert_eq!(format!("{:?}", headers["authorization"]), "Sensitive");
        assert_eq!(headers["content-type"], "application/json");
        assert_eq!(headers["accept"], "application/json");
        assert_eq!(&post.expose().body()[..], br#"{"a":1}"#);

        let open = RequestBuilder::new(&config, Method::GET, &["x"]).without_authorization();
        let open = open
            .accept("text/csv")
            .header("a", "b")
            .header("authorization", "own")
            .body("text/plain", "c");
        let open = open.build().unwrap().into_exposed();
        let texts = open
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {value:?}"));
        assert_eq!(
            texts.collect::<Vec<_>>().join(", "),
            r#"accept: "text/csv", a: "b", authorization: "own", content-type: "text/plain""#
        );
        assert_eq!(&open.body()[..], b"c");
    }

    #[test]
    fn a_request_may_have_no_path() {
        let config = Config::new("https://a.example", crate::Credentials::new("u", "o")).unwrap();
        let deep = Config::new("https://a.example/b/", crate::Credentials::new("u", "o")).unwrap();
        for (config, query, url) in [
            (&config, None, "https://a.example/"),
            (&config, Some("q"), "https://a.example/?q=v"),
            (&deep, None, "https://a.example/b"),
        ] {
            let request = RequestBuilder::new(config, Method::GET, &[]);
            let request = query
                .into_iter()
                .fold(request, |it, name| it.query(name, "v"));
            assert_eq!(request.build().unwrap().expose().uri().to_string(), url);
        }
    }

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let config = config();
        let unwritable = std::collections::HashMap::from([((), ())]);
        let error = RequestBuilder::new(&config, Method::GET, &[".", "..", " ", "a\nb"])
            .header("a b", "c")
            .header("x", "a\nb")
            .header("Host", "b.example")
            .header("Connection", "close")
            .header("Content-Length", "1")
            .header("Transfer-Encoding", "chunked")
            .header("Authorization", "Basic x")
            .through(&ElementToken::new("a\nb"))
            .json(&unwritable)
            .query("scope", &"x".repeat(70_000))
            .build()
            .unwrap_err();
        use FieldErrorKind::{ControlCharacter, Missing, NotAPathSegment};
        #[rustfmt::skip] // By field.
        let expected = [
            NotAPathSegment, NotAPathSegment, Missing, ControlCharacter,
            NotAHeader, NotAHeader, Reserved, Reserved, Reserved, Reserved, Reserved,
            ControlCharacter, NotJson, TooLong,
        ];
        let kinds = error.errors().iter().map(|error| error.kind());
        assert_eq!(kinds.collect::<Vec<_>>(), expected);
    }
}
