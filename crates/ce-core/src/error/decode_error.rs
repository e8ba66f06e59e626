use std::fmt;

use bytes::Bytes;
use http::StatusCode;

use super::Escaped;
use super::body::ErrorBody;

/// A response that is not the documented one: HTML, nothing at all, broken JSON.
///
/// `Display` and `Debug` show nothing of the body, which may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    purpose: &'static str,
    status: StatusCode,
    reason: String,
    request_id: Option<String>,
    may_have_side_effects: bool,
    body: ErrorBody,
}

impl DecodeError {
    /// The response to a call for this purpose ("get the instance"). The reason ends the sentence
    /// "the platform's answer …", such as "is empty", and must not quote the body.
    pub fn new(purpose: &'static str, status: StatusCode, reason: impl Into<String>) -> Self {
        Self {
            purpose,
            status,
            reason: reason.into(),
            request_id: None,
            may_have_side_effects: false,
            body: ErrorBody::default(),
        }
    }

    /// Adds the platform's id of the request.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Adds the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = ErrorBody(body.into());
        self
    }

    /// Says whether the call may have changed something at the platform.
    #[must_use]
    pub fn with_side_effects(mut self, may_have_side_effects: bool) -> Self {
        self.may_have_side_effects = may_have_side_effects;
        self
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The platform's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns `true` if the call may have changed something at the platform.
    pub fn may_have_side_effects(&self) -> bool {
        self.may_have_side_effects
    }

    /// The body, which may hold secrets.
    pub fn expose_body(&self) -> &[u8] {
        &self.body.0
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (purpose, reason, status) = (self.purpose, &self.reason, self.status.as_u16());
        write!(
            f,
            "could not {purpose}: the platform's answer {} (status {status}",
            Escaped(reason)
        )?;
        match self.request_id() {
            Some(id) => write!(f, ", request id {})", Escaped(id)),
            None => f.write_str(", no request id: perhaps the base URL is not the platform's)"),
        }
    }
}

impl std::error::Error for DecodeError {}
