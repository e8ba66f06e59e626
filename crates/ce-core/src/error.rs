use std::fmt;
use std::time::Duration;

use ce_model::ApiErrorBody;
use http::StatusCode;

use crate::callback::CallbackError;
use crate::input::InvalidInput;
use crate::message::Response;
use crate::transport::TransportError;

/// Why a call has no answer: what happened, what was or may have been done at the platform, and
/// by its kind what to do next.
///
/// | kind | was anything done at the platform? | what to do |
/// | --- | --- | --- |
/// | [`InvalidInput`](Error::InvalidInput) | no, nothing was sent | mend what is named |
/// | [`Callback`](Error::Callback) | no | let the user begin again |
/// | [`Refused`](Error::Refused) | no | mend; ask support with the request id |
/// | [`MissingConfiguration`](Error::MissingConfiguration) | no | add the named entries, and let the user begin again |
/// | [`Unavailable`](Error::Unavailable) | no, or what may be repeated | try later |
/// | [`OutcomeUnknown`](Error::OutcomeUnknown) | **perhaps** | look for the instance before creating another |
/// | [`NotCreated`](Error::NotCreated) | no | let the user begin again |
/// | [`Unreadable`](Error::Unreadable) | what was asked | check the base URL; ask support |
/// | [`Redirected`](Error::Redirected) | no | check the base URL |
/// | [`Transport`](Error::Transport) | no, or what may be repeated | check the network; try later |
/// | [`Randomness`](Error::Randomness) | no | the operating system has none to give |
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was given can't be sent.
    #[error(transparent)]
    InvalidInput(#[from] InvalidInput),
    /// The callback isn't an answer to this flow.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// The platform, or the provider behind it, said no.
    #[error("the platform refused to {0}, and did nothing{words}", words = .0.words())]
    Refused(Box<Refusal>),
    /// The platform names entries that the element needs and the request didn't have.
    #[error(
        "the platform refused to {head}, and did nothing; missing: {entries}{words}",
        head = .0.refusal, entries = .0.entries.join(", "), words = .0.refusal.words()
    )]
    MissingConfiguration(Box<MissingConfiguration>),
    /// The platform can't answer now: too many requests, or it failed.
    #[error("the platform could not {0}; try again later{words}", words = .0.words())]
    Unavailable(Box<Refusal>),
    /// It can't be known whether the instance was created.
    #[error(transparent)]
    OutcomeUnknown(Box<OutcomeUnknown>),
    /// The answer to the creation was lost, and the instance was looked for long enough to know
    /// that it doesn't exist.
    #[error(
        "the instance was not created: the answer was lost, and looking for it found none; \
         its code may be used up, so let the user begin again"
    )]
    NotCreated,
    /// The answer isn't what is documented.
    #[error(transparent)]
    Unreadable(Box<Unreadable>),
    /// The platform answered with a redirect. It was not followed: requests carry secrets.
    #[error(
        "redirected instead of letting us {0}; not followed, since requests carry secrets: check the base URL"
    )]
    Redirected(Box<Refusal>),
    /// The network failed.
    #[error("could not {purpose}: {source}")]
    Transport {
        /// What the call was for.
        purpose: &'static str,
        /// What failed.
        source: TransportError,
    },
    /// The operating system gave no random bytes for the flow's `state`.
    #[error("the operating system gave no random bytes")]
    Randomness(#[source] getrandom::Error),
}

impl Error {
    /// The platform's id of the request, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) | Self::Unavailable(refusal) | Self::Redirected(refusal) => {
                refusal.request_id()
            }
            Self::MissingConfiguration(missing) => missing.refusal.request_id(),
            Self::Unreadable(unreadable) => unreadable.request_id(),
            Self::OutcomeUnknown(unknown) => unknown.cause.request_id(),
            _ => None,
        }
    }
}

/// What the platform said when it said no: its words, to the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    purpose: &'static str,
    status: StatusCode,
    retry_after: Option<Duration>,
    body: ApiErrorBody,
}

impl Refusal {
    pub(crate) fn new(
        purpose: &'static str,
        response: &Response,
        retry_after: Option<Duration>,
    ) -> Self {
        // A gateway's HTML reads as an error without words.
        let mut body: ApiErrorBody = serde_json::from_slice(response.body()).unwrap_or_default();
        if body.request_id.is_none() {
            body.request_id = request_id(response);
        }
        Self {
            purpose,
            status: response.status(),
            retry_after,
            body,
        }
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

    /// How long the platform asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl Refusal {
    /// The platform's own words, to end a sentence with.
    fn words(&self) -> String {
        let mut words = String::new();
        if let Some(message) = self.message() {
            words.push_str(": ");
            words.push_str(message);
        }
        if let Some(message) = self.provider_message() {
            words.push_str(" (the provider says: ");
            words.push_str(message);
            words.push(')');
        }
        words
    }
}

impl fmt::Display for Refusal {
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
    pub(crate) refusal: Refusal,
}

impl MissingConfiguration {
    /// The entries that the platform's message names and the request lacks. The platform's wording
    /// isn't published: take them for a help, and the message for the truth.
    pub fn entries(&self) -> &[String] {
        &self.entries
    }

    /// What the platform said, to the letter.
    pub fn refusal(&self) -> &Refusal {
        &self.refusal
    }
}

/// It can't be known whether the platform created the instance: it may exist, and the one-time
/// code may be used up.
#[derive(Debug)]
pub struct OutcomeUnknown {
    pub(crate) purpose: &'static str,
    pub(crate) recoverable: bool,
    pub(crate) cause: Box<Error>,
}

impl OutcomeUnknown {
    /// Has the flow a tag by which [`Pending::reconcile`](crate::Pending::reconcile) finds the
    /// instance?
    pub fn is_recoverable(&self) -> bool {
        self.recoverable
    }

    /// Why it isn't known.
    pub fn cause(&self) -> &Error {
        &self.cause
    }
}

impl fmt::Display for OutcomeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it is not known whether the platform did {}: it may have; ",
            self.purpose
        )?;
        f.write_str(if self.recoverable {
            "reconcile the flow before trying again"
        } else {
            "look among its instances before trying again"
        })
    }
}

impl std::error::Error for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}

/// An answer that isn't what is documented: HTML, nothing at all, broken JSON. It holds nothing
/// of the body, which may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    purpose: &'static str,
    status: StatusCode,
    request_id: Option<String>,
    fault: String,
}

impl Unreadable {
    pub(crate) fn new(
        purpose: &'static str,
        response: &Response,
        error: Option<&serde_json::Error>,
    ) -> Self {
        Self {
            purpose,
            status: response.status(),
            request_id: request_id(response),
            fault: fault(response, error),
        }
    }

    pub(crate) fn because(purpose: &'static str, response: &Response, fault: &str) -> Self {
        Self {
            fault: fault.to_owned(),
            ..Self::new(purpose, response, None)
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The platform's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "asked to {}, the platform's answer {} (status {}",
            self.purpose,
            self.fault,
            self.status.as_u16()
        )?;
        match self.request_id() {
            Some(id) => write!(f, ", request id {id})"),
            None => f.write_str(", no request id: perhaps the base URL is not the platform's)"),
        }
    }
}

impl std::error::Error for Unreadable {}

impl From<Unreadable> for Error {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(Box::new(unreadable))
    }
}

/// What is wrong with a body. serde_json's own message may quote the body, so only what can't be
/// secret is taken from it.
fn fault(response: &Response, error: Option<&serde_json::Error>) -> String {
    let body = response.body();
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let encoding = response.header("content-encoding");
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return "is compressed, which was not asked for".to_owned();
    }
    match (first, error) {
        (None, _) => "is empty".to_owned(),
        (Some(b'<'), _) => "is HTML or XML instead of JSON".to_owned(),
        (_, Some(error)) if error.is_data() => {
            let message = error.to_string();
            match message
                .strip_prefix("missing field `")
                .and_then(|rest| rest.split('`').next())
            {
                Some(field) => format!("lacks the field `{field}`"),
                None => format!(
                    "is JSON, but not of the documented kind (line {}, column {})",
                    error.line(),
                    error.column()
                ),
            }
        }
        (_, Some(error)) => format!(
            "is not whole JSON (line {}, column {})",
            error.line(),
            error.column()
        ),
        (_, None) => "is not what is documented".to_owned(),
    }
}

fn request_id(response: &Response) -> Option<String> {
    response.header("elements-request-id").map(str::to_owned)
}
