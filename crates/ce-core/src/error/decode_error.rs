use std::fmt;

use http::StatusCode;

use super::Escaped;
use super::response::{ErrorResponse, response_methods};

/// A response that is not the documented one: HTML, nothing at all, broken JSON.
///
/// `Display` and `Debug` show nothing of the body, which may hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    pub(super) response: ErrorResponse,
    reason: String,
}

impl DecodeError {
    /// The response to a call for this purpose ("get the instance"). The reason ends the sentence
    /// "the platform's answer …", such as "is empty", and must not quote the body.
    pub fn new(purpose: &'static str, status: StatusCode, reason: impl Into<String>) -> Self {
        Self {
            response: ErrorResponse::new(purpose, status),
            reason: reason.into(),
        }
    }

    response_methods!();

    /// Says which resource's answer it is.
    pub(crate) fn about(mut self, resource: &str) -> Self {
        self.reason = format!("for `{resource}` {}", self.reason);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (purpose, status) = (self.response.purpose, self.status().as_u16());
        let reason = Escaped(&self.reason);
        match self.may_have_side_effects() {
            true => write!(f, "the request to {purpose} got no usable answer")?,
            false => write!(f, "could not {purpose}")?,
        }
        write!(f, ": the platform's answer {reason} (status {status}")?;
        match self.request_id() {
            Some(id) => write!(f, ", request id {})", Escaped(id)),
            None => f.write_str(", no request id: perhaps the base URL is not the platform's)"),
        }
    }
}

impl std::error::Error for DecodeError {}
