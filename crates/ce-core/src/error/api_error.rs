use std::fmt;
use std::time::Duration;

use ce_model::ApiErrorBody;
use http::StatusCode;

use super::Escaped;
use super::response::{ErrorResponse, response_methods};

/// A response that is an error: the platform's status and words.
///
/// `Display` and `Debug` escape and bound the words. The accessors return them as they came.
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
#[derive(Clone, PartialEq, Eq)]
pub struct ApiError {
    pub(super) response: ErrorResponse,
    message: Option<String>,
    provider_message: Option<String>,
    retry_after: Option<Duration>,
    advice: &'static str,
}

impl ApiError {
    /// The response to a call for this purpose: "create the instance".
    pub fn new(purpose: &'static str, status: StatusCode) -> Self {
        Self {
            response: ErrorResponse::new(purpose, status),
            message: None,
            provider_message: None,
            retry_after: None,
            advice: "",
        }
    }

    response_methods!();

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

    /// Adds what to do next: the end of the sentence.
    pub(crate) fn with_advice(mut self, advice: &'static str) -> Self {
        self.advice = advice;
        self
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

    /// Returns `true` if the platform says that there is none: a 404 in its own shape, whose message has
    /// the form `No … found`, as to a search without hits. A wrong path and a gateway's page are 404 as
    /// well, and prove nothing: a message that names a path is not about instances.
    pub(crate) fn says_none_found(&self) -> bool {
        let message = self.platforms_message().unwrap_or_default();
        let message = message.trim().to_ascii_lowercase();
        self.status() == StatusCode::NOT_FOUND
            && message.starts_with("no ")
            && message.contains(" found")
            && !message.contains('/')
    }

    /// Returns `true` if it is a 404 in the platform's own shape, whatever it says. What a provider calls
    /// an object that is absent is not documented.
    pub(crate) fn is_platforms_not_found(&self) -> bool {
        self.status() == StatusCode::NOT_FOUND && self.platforms_message().is_some()
    }

    /// The message of a body in the platform's own shape.
    fn platforms_message(&self) -> Option<String> {
        let body = serde_json::from_slice::<ApiErrorBody>(self.expose_body());
        body.ok().and_then(|body| body.message)
    }

    /// What to check, where the response says too little to tell.
    fn hint(&self) -> &'static str {
        let is_unauthorized = self.status() == StatusCode::UNAUTHORIZED;
        match (self.message(), self.request_id(), Class::of(self.status())) {
            (None, None, Class::Refused) if is_unauthorized => {
                "; it gives no reason and no request id: check the secrets, and whether the base URL \
                 is the platform's (its path is /elements/api-v2)"
            }
            (None, None, Class::Refused) => {
                "; it gives no reason and no request id: perhaps the base URL is not the platform's \
                 (its path is /elements/api-v2)"
            }
            (None, Some(_), Class::Refused) if is_unauthorized => ": check the secrets",
            _ => "",
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("response", &self.response)
            .field("message", &self.message().map(Escaped))
            .field("provider_message", &self.provider_message().map(Escaped))
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, after) = match Class::of(self.status()) {
            Class::Redirect if self.may_have_side_effects() => (
                "the platform redirected the request to",
                ", and may have carried it out all the same; not followed, since requests carry secrets: \
                 check the base URL",
            ),
            Class::Redirect => (
                "the platform redirected instead of letting us",
                "; not followed, since requests carry secrets: check the base URL",
            ),
            Class::Unavailable if self.may_have_side_effects() => (
                "the platform gave no result for the request to",
                ", and may have carried it out all the same",
            ),
            Class::Unavailable => ("the platform could not", "; try again later"),
            Class::Refused if self.may_have_side_effects() => (
                "the platform refused to",
                "; an earlier attempt, whose answer was lost, may have done it",
            ),
            Class::Refused => ("the platform refused to", ", and did nothing"),
        };
        let (purpose, status) = (self.response.purpose, self.status().as_u16());
        write!(f, "{before} {purpose} (status {status}")?;
        if let Some(id) = self.request_id() {
            write!(f, ", request id {}", Escaped(id))?;
        }
        write!(f, "){after}")?;
        // The sentence goes on.
        let message = self.message().unwrap_or_default();
        let message = message.trim_end().trim_end_matches('.');
        if !message.is_empty() {
            write!(f, ": {}", Escaped(message))?;
        }
        f.write_str(self.hint())?;
        if let Some(message) = self.provider_message() {
            write!(f, " (the provider says: {})", Escaped(message))?;
        }
        f.write_str(self.advice)
    }
}

impl std::error::Error for ApiError {}

/// The kinds of statuses that are told apart.
pub(super) enum Class {
    /// 3xx. Not followed.
    Redirect,
    /// 408, 429, 5xx: the same request may succeed later.
    Unavailable,
    /// Every other error.
    Refused,
}

impl Class {
    pub(super) fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            300..=399 => Self::Redirect,
            408 | 429 | 500..=599 => Self::Unavailable,
            _ => Self::Refused,
        }
    }
}
