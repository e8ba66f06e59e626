//! Errors: what happened, what may have been done at the platform, and what to do next.

mod api_error;
mod callback_error;
mod decode_error;
mod invalid_input;
mod outcome_unknown;
mod sentences;
mod transport_error;

use std::time::Duration;

use ce_model::InstanceId;

pub use api_error::{ApiError, MissingConfiguration};
pub use callback_error::CallbackError;
pub use decode_error::DecodeError;
pub use invalid_input::{FieldError, FieldErrorKind, InvalidInput};
pub(crate) use invalid_input::{FieldErrors, has_control, is_blank, is_blank_value};
pub use outcome_unknown::OutcomeUnknown;
pub use transport_error::{Delivery, TransportCause, TransportError};

/// Why a call has no answer: what happened, what was or may have been done at the platform, and
/// by its kind what to do next.
///
/// | kind | was anything done at the platform? | what to do |
/// | --- | --- | --- |
/// | [`InvalidInput`](Error::InvalidInput) | no, nothing was sent | mend what is named |
/// | [`Callback`](Error::Callback) | no | let the user begin again |
/// | [`Refused`](Error::Refused) | no, unless an earlier attempt [may have](ApiError::may_be_done) | mend; ask support with the request id |
/// | [`MissingConfiguration`](Error::MissingConfiguration) | no | add the named entries, and let the user begin again |
/// | [`Unavailable`](Error::Unavailable) | no, or what may be repeated | try later |
/// | [`OutcomeUnknown`](Error::OutcomeUnknown) | **perhaps** | look for the instance before creating another |
/// | [`NotCreated`](Error::NotCreated) | no | let the user begin again |
/// | [`NotFoundYet`](Error::NotFoundYet) | **perhaps** | look again, for longer |
/// | [`SearchInconclusive`](Error::SearchInconclusive) | **perhaps** | look among the instances in the platform's console |
/// | [`DecodeError`](Error::Decode) | what was asked | check the base URL; ask support |
/// | [`Redirected`](Error::Redirected) | no | check the base URL |
/// | [`Transport`](Error::Transport) | no, or what may be repeated | check the network; try later |
/// | [`AnotherInstance`](Error::AnotherInstance) | what was asked, **for another account** | look at what is stored |
/// | [`PagesRepeat`](Error::PagesRepeat) | no | ask support |
/// | [`Randomness`](Error::Randomness) | no | the operating system has none to give |
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// What was given can't be sent.
    InvalidInput(InvalidInput),
    /// The callback isn't an answer to this flow.
    Callback(CallbackError),
    /// The platform, or the provider behind it, said no.
    Refused(Box<ApiError>),
    /// The platform names entries that the element needs and the request didn't have.
    MissingConfiguration(Box<MissingConfiguration>),
    /// The platform can't answer now: too many requests, or it failed.
    Unavailable(Box<ApiError>),
    /// It can't be known whether what may be done once only was done: whether the instance was
    /// created, say.
    OutcomeUnknown(Box<OutcomeUnknown>),
    /// The answer to the creation was lost, and the instance was looked for long enough to know
    /// that it doesn't exist.
    NotCreated,
    /// The instance was looked for, but not for as long as the platform may take to create it. It
    /// is the [cause](OutcomeUnknown::cause) of an [`OutcomeUnknown`](Error::OutcomeUnknown).
    NotFoundYet {
        /// When it was looked for last, since the search began.
        looked_for: Duration,
        /// [`Limits::provisioning_timeout`](crate::Limits::provisioning_timeout)
        may_take: Duration,
    },
    /// The instance was looked for, and the list holds instances that it was not asked for, or fewer
    /// than it is said to: that it isn't among them proves nothing. It is the
    /// [cause](OutcomeUnknown::cause) of an [`OutcomeUnknown`](Error::OutcomeUnknown).
    SearchInconclusive,
    /// The answer isn't what is documented.
    Decode(Box<DecodeError>),
    /// The platform answered with a redirect. It was not followed: requests carry secrets.
    Redirected(Box<ApiError>),
    /// The network failed.
    Transport {
        /// What the call was for.
        purpose: &'static str,
        /// What failed.
        source: TransportError,
    },
    /// The answer came through another instance than the one that the token was said to be of.
    AnotherInstance {
        /// The instance that the application meant.
        expected: InstanceId,
        /// The instance that the platform answered through.
        answered: InstanceId,
    },
    /// The platform's pages lead in a circle: going on would never end.
    PagesRepeat {
        /// What the call was for.
        purpose: &'static str,
    },
    /// The operating system gave no random bytes for the flow's `state`.
    Randomness(getrandom::Error),
}

impl Error {
    /// The platform's id of the request, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(api_error)
            | Self::Unavailable(api_error)
            | Self::Redirected(api_error) => api_error.request_id(),
            Self::MissingConfiguration(missing) => missing.api_error.request_id(),
            Self::Decode(decode_error) => decode_error.request_id(),
            Self::OutcomeUnknown(unknown) => unknown.cause.request_id(),
            _ => None,
        }
    }
}
