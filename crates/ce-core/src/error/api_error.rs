use std::fmt;
use std::time::Duration;

use ce_model::ApiErrorBody;
use http::StatusCode;

use crate::execution::read_json;
use crate::wire::Response;

/// What the platform said when it said no: its words, to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    purpose: &'static str,
    status: StatusCode,
    retry_after: Option<Duration>,
    may_be_done: bool,
    body: ApiErrorBody,
}

impl ApiError {
    pub(crate) fn new(
        purpose: &'static str,
        response: &Response,
        retry_after: Option<Duration>,
    ) -> Self {
        // A gateway's HTML reads as an error without words.
        let mut body: ApiErrorBody = read_json(purpose, response).unwrap_or_default();
        if body.request_id.is_none() {
            body.request_id = response.request_id().map(str::to_owned);
        }
        Self {
            purpose,
            status: response.status(),
            retry_after,
            may_be_done: false,
            body,
        }
    }

    /// The same, after an attempt that may have done it.
    pub(crate) fn after_another(mut self, may_be_done: bool) -> Self {
        self.may_be_done = may_be_done;
        self
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The platform's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.body.request_id.as_deref()
    }

    /// The platform's message.
    pub fn message(&self) -> Option<&str> {
        self.body.message.as_deref()
    }

    /// The provider's message, where it was the provider that refused.
    pub fn provider_message(&self) -> Option<&str> {
        self.body.provider_message.as_deref()
    }

    /// May it have been done all the same? An earlier attempt's answer was lost, and only the last
    /// attempt is known to have done nothing.
    pub fn may_be_done(&self) -> bool {
        self.may_be_done
    }

    /// How long the platform asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl ApiError {
    /// Returns `true` if it is the platform's answer to a search without hits: a 404 whose message has
    /// the form `No … found`. A wrong path and a gateway's page are 404 as well, and prove nothing.
    pub(crate) fn is_empty_search(&self) -> bool {
        self.status == StatusCode::NOT_FOUND
            && self.message().is_some_and(|message| {
                let message = message.trim().to_ascii_lowercase();
                message.starts_with("no ") && message.contains(" found")
            })
    }

    /// What is known to have been done.
    pub(super) fn done(&self) -> &'static str {
        if self.may_be_done {
            "an earlier attempt, whose answer was lost, may have done it"
        } else {
            "and did nothing"
        }
    }

    /// The platform's own words, to end a sentence with; or where they may have got lost.
    pub(super) fn words(&self) -> String {
        let mut words = String::new();
        if let Some(message) = self.message() {
            words.push_str(": ");
            words.push_str(message);
        } else if self.request_id().is_none() {
            words.push_str("; it gives no reason and no request id");
            words.push_str(match self.status {
                StatusCode::UNAUTHORIZED => {
                    ": check the secrets, and whether the base URL is the platform's"
                }
                _ => ": perhaps the base URL is not the platform's",
            });
        } else if self.status == StatusCode::UNAUTHORIZED {
            words.push_str(": check the secrets");
        }
        if let Some(message) = self.provider_message() {
            words.push_str(" (the provider says: ");
            words.push_str(message);
            words.push(')');
        }
        words
    }
}

impl fmt::Display for ApiError {
    /// What was asked for, and by which id support finds it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (status {}", self.purpose, self.status.as_u16())?;
        if let Some(id) = self.request_id() {
            write!(f, ", request id {id}")?;
        }
        f.write_str(")")
    }
}

/// The platform named entries that an element needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingConfiguration {
    pub(crate) entries: Vec<String>,
    pub(crate) api_error: ApiError,
}

impl MissingConfiguration {
    /// The entries that the platform's message names and the request lacks. The platform's wording
    /// isn't published: take them for a help, and the message for the truth.
    pub fn entries(&self) -> &[String] {
        &self.entries
    }

    /// What the platform said, to the letter.
    pub fn api_error(&self) -> &ApiError {
        &self.api_error
    }
}
