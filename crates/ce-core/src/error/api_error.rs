use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use ce_model::ApiErrorBody;
use http::StatusCode;

use super::Escaped;
use super::body::ErrorBody;

/// A response that is an error: the platform's status and words.
///
/// `Display` escapes and bounds the words. The accessors return them as they came.
///
/// ```
/// use ce_core::{ApiError, Error, http::StatusCode};
///
/// // A unit test of an application makes its own:
/// let error = ApiError::new("create the instance", StatusCode::BAD_REQUEST)
///     .with_request_id("58d0c1e2")
///     .with_message("No such element");
/// assert_eq!(
///     Error::Refused(error.into()).to_string(),
///     "the platform refused to create the instance (status 400, request id 58d0c1e2), and did \
///      nothing: No such element"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    purpose: &'static str,
    status: StatusCode,
    request_id: Option<String>,
    message: Option<String>,
    provider_message: Option<String>,
    retry_after: Option<Duration>,
    may_have_side_effects: bool,
    body: ErrorBody,
}

impl ApiError {
    /// The response to a call for this purpose: "create the instance".
    pub fn new(purpose: &'static str, status: StatusCode) -> Self {
        Self {
            purpose,
            status,
            request_id: None,
            message: None,
            provider_message: None,
            retry_after: None,
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

    /// Adds the platform's message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Adds the provider's message.
    #[must_use]
    pub fn with_provider_message(mut self, message: impl Into<String>) -> Self {
        self.provider_message = Some(message.into());
        self
    }

    /// Adds how long the platform asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, time: Duration) -> Self {
        self.retry_after = Some(time);
        self
    }

    /// Says whether this or an earlier attempt may have changed something at the platform.
    #[must_use]
    pub fn with_side_effects(mut self, may_have_side_effects: bool) -> Self {
        self.may_have_side_effects = may_have_side_effects;
        self
    }

    /// Adds the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = ErrorBody(body.into());
        self
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The platform's id of the request, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The platform's message, or what a gateway said in its place.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The provider's message, if the provider refused.
    pub fn provider_message(&self) -> Option<&str> {
        self.provider_message.as_deref()
    }

    /// How long the platform asks to wait before the next attempt (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns `true` if this or an earlier attempt, whose response was lost, may have changed
    /// something at the platform.
    pub fn may_have_side_effects(&self) -> bool {
        self.may_have_side_effects
    }

    /// The body, which may hold secrets.
    pub fn expose_body(&self) -> &[u8] {
        &self.body.0
    }

    /// Returns `true` if it is the platform's response to a search without hits: a 404 in its own shape,
    /// whose message has the form `No … found`. A wrong path and a gateway's page are 404 as well, and
    /// prove nothing.
    pub(crate) fn is_empty_search(&self) -> bool {
        if self.status != StatusCode::NOT_FOUND {
            return false;
        }
        let body = serde_json::from_slice::<ApiErrorBody>(&self.body.0);
        let message = body.ok().and_then(|body| body.message).unwrap_or_default();
        let message = message.trim().to_ascii_lowercase();
        message.starts_with("no ") && message.contains(" found")
    }

    /// What to check, where the response says too little to tell.
    fn hint(&self) -> &'static str {
        let is_unauthorized = self.status == StatusCode::UNAUTHORIZED;
        match (&self.message, &self.request_id) {
            (Some(_), _) => "",
            (None, None) if is_unauthorized => {
                "; it gives no reason and no request id: check the secrets, and whether the base URL \
                 is the platform's"
            }
            (None, None) => {
                "; it gives no reason and no request id: perhaps the base URL is not the platform's"
            }
            (None, Some(_)) if is_unauthorized => ": check the secrets",
            (None, Some(_)) => "",
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = Class::of(self.status);
        f.write_str(match class {
            Class::Redirect => "the platform redirected instead of letting us ",
            Class::Refused => "the platform refused to ",
            Class::Unavailable => "the platform could not ",
        })?;
        write!(f, "{} (status {}", self.purpose, self.status.as_u16())?;
        if let Some(id) = self.request_id() {
            write!(f, ", request id {}", Escaped(id))?;
        }
        f.write_str(match class {
            Class::Redirect => "); not followed, since requests carry secrets: check the base URL",
            Class::Refused if self.may_have_side_effects => {
                "), an earlier attempt, whose answer was lost, may have done it"
            }
            Class::Refused => "), and did nothing",
            Class::Unavailable => "); try again later",
        })?;
        if let Some(message) = self.message() {
            write!(f, ": {}", Escaped(message))?;
        }
        f.write_str(self.hint())?;
        if let Some(message) = self.provider_message() {
            write!(f, " (the provider says: {})", Escaped(message))?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// The kinds of statuses that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// 3xx. Not followed.
    Redirect,
    /// 408, 429, 5xx: the same request may succeed later.
    Unavailable,
    /// Every other error.
    Refused,
}

impl Class {
    pub(crate) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            300..=399 => Self::Redirect,
            408 | 429 | 500..=599 => Self::Unavailable,
            _ => Self::Refused,
        }
    }
}
