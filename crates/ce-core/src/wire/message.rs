use std::fmt;

use bytes::Bytes;
use ce_model::InstanceId;
use http::{HeaderMap, Method, StatusCode};

/// A request, ready to be carried to the platform.
///
/// `Debug` prints its method and path alone: query, headers and body may hold secrets.
#[derive(Clone)]
pub struct Request(http::Request<Bytes>);

impl Request {
    pub(crate) fn new(request: http::Request<Bytes>) -> Self {
        Self(request)
    }

    /// The request in the words that HTTP libraries share. **Its own `Debug` prints secrets.**
    pub fn expose(&self) -> &http::Request<Bytes> {
        &self.0
    }

    /// The same, taken over.
    pub fn into_exposed(self) -> http::Request<Bytes> {
        self.0
    }

    /// `GET`, `POST`, …
    pub fn method(&self) -> &Method {
        self.0.method()
    }

    /// The path of its URL, without the query.
    pub fn path(&self) -> &str {
        self.0.uri().path()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.path())
    }
}

/// An answer, as it was received.
///
/// `Debug` prints its status alone: the body may hold secrets.
#[derive(Clone)]
pub struct Response(http::Response<Bytes>);

impl Response {
    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// The platform's id of the request (`Elements-Request-Id`), which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.header("elements-request-id")
    }

    /// The instance that it came through (`Elements-Element-Instance-Id`).
    pub fn instance_id(&self) -> Option<InstanceId> {
        self.number("elements-element-instance-id")
            .map(InstanceId::new)
    }

    /// A header that is a number.
    pub(crate) fn number(&self, header: &str) -> Option<u64> {
        self.header(header)?.trim().parse().ok()
    }

    /// The body, whole.
    pub fn body(&self) -> &[u8] {
        self.0.body()
    }
}

impl From<http::Response<Bytes>> for Response {
    fn from(response: http::Response<Bytes>) -> Self {
        Self(response)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({})", self.status())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_no_secret() {
        let request = http::Request::post("https://a.example/b?apiSecret=canary")
            .header("authorization", "User canary")
            .body(Bytes::from_static(b"canary"))
            .unwrap();
        assert_eq!(format!("{:?}", Request::new(request)), "POST /b");
        let response = http::Response::builder()
            .header("location", "canary")
            .body(Bytes::from_static(b"canary"))
            .unwrap();
        assert_eq!(
            format!("{:?}", Response::from(response)),
            "Response(200 OK)"
        );
    }
}
