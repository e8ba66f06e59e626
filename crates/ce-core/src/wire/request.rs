use std::fmt;

use bytes::Bytes;
use http::Method;

/// A request to the platform.
///
/// `Debug` shows its method and path alone: query, headers and body may hold secrets.
///
/// ```
/// use ce_core::{Request, bytes::Bytes, http};
///
/// let request = http::Request::post("https://a.example/b?key=canary").body(Bytes::new())?;
/// assert_eq!(format!("{:?}", Request::from(request)), "POST /b");
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct Request(Box<http::Request<Bytes>>);

impl Request {
    /// The whole request. **Its own `Debug` shows secrets.**
    pub fn expose(&self) -> &http::Request<Bytes> {
        &self.0
    }

    /// Converts into the whole request. **Its own `Debug` shows secrets.**
    pub fn into_exposed(self) -> http::Request<Bytes> {
        *self.0
    }

    /// The method.
    pub fn method(&self) -> &Method {
        self.0.method()
    }

    /// The path of the URL, without the query.
    pub fn path(&self) -> &str {
        self.0.uri().path()
    }
}

impl From<http::Request<Bytes>> for Request {
    fn from(request: http::Request<Bytes>) -> Self {
        Self(Box::new(request))
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.path())
    }
}
