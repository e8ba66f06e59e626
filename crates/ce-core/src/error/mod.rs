//! Errors: what happened, what may have been done at the platform, and what to do next.

mod api_error;
mod callback_error;
mod decode_error;
mod escaped;
mod invalid_input;
mod outcome_unknown;
mod response;
mod transport_error;

use std::error::Error as StdError;
use std::time::Duration;

use ce_model::InstanceId;
use http::StatusCode;

pub use api_error::ApiError;
use api_error::Class;
pub use callback_error::CallbackError;
pub use decode_error::DecodeError;
pub(crate) use escaped::Escaped;
pub use invalid_input::{FieldError, FieldErrorKind, InvalidInput};
pub(crate) use invalid_input::{FieldErrors, has_control, is_blank, is_blank_value};
pub use outcome_unknown::OutcomeUnknown;
use response::ErrorResponse;
pub use transport_error::{Delivery, TransportCause, TransportError};

/// Why a call has no result.
///
/// | variant | what may have been done at the platform | what to do next |
/// | --- | --- | --- |
/// | [`InvalidInput`](Error::InvalidInput) | nothing; nothing was sent | correct what is named |
/// | [`Callback`](Error::Callback) | nothing | pass the whole callback; else let the user begin again |
/// | [`Refused`](Error::Refused) | nothing, unless an earlier attempt [may have](ApiError::may_have_side_effects) | correct the request; ask support with the request id |
/// | [`Unavailable`](Error::Unavailable) | nothing, or what may be repeated | try again later |
/// | [`OutcomeUnknown`](Error::OutcomeUnknown) | **perhaps what was asked** | look for the instance before creating another |
/// | [`NotCreated`](Error::NotCreated) | nothing | let the user begin again |
/// | [`NotFoundYet`](Error::NotFoundYet) | **perhaps what was asked** | look again, for longer |
/// | [`SearchInconclusive`](Error::SearchInconclusive) | **perhaps what was asked** | look among the instances in the platform's console |
/// | [`SeveralInstances`](Error::SeveralInstances) | what was asked, **more than once** | delete all but one in the platform's console |
/// | [`UnexpectedInstance`](Error::UnexpectedInstance) | **perhaps what was asked** | look whose the instance is in the platform's console |
/// | [`StateNotCarried`](Error::StateNotCarried) | nothing | ask support why; or accept callbacks without a state |
/// | [`Decode`](Error::Decode) | what was asked | check the base URL; ask support |
/// | [`Redirected`](Error::Redirected) | nothing, or what may be repeated | check the base URL |
/// | [`Transport`](Error::Transport) | nothing, or what may be repeated | check the network; try again later |
/// | [`AnotherInstance`](Error::AnotherInstance) | what was asked, **in another account** | check the stored token and id |
/// | [`PagesRepeat`](Error::PagesRepeat) | nothing | ask support |
/// | [`Randomness`](Error::Randomness) | nothing | check the operating system |
/// | [`UnexpectedInput`](Error::UnexpectedInput) | nothing new | correct the driver of the operation |
///
/// `NotFoundYet`, `SearchInconclusive`, `SeveralInstances` and `UnexpectedInstance` are the
/// [reason](OutcomeUnknown::reason) of an `OutcomeUnknown`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input can't be sent.
    #[error(transparent)]
    InvalidInput(#[from] InvalidInput),
    /// The callback does not answer this flow.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// The platform, or the provider behind it, refused.
    #[error(transparent)]
    Refused(Box<ApiError>),
    /// The platform can't answer now: too many requests, or it failed.
    #[error(transparent)]
    Unavailable(Box<ApiError>),
    /// It is unknown whether a call was executed that may be executed once only.
    #[error(transparent)]
    OutcomeUnknown(Box<OutcomeUnknown>),
    /// The response to the creation was lost, and the instance was looked for long enough to know
    /// that it does not exist.
    #[error(
        "the instance was not created: the answer was lost, and looking for it found none; its code \
         may be used up, so let the user begin again"
    )]
    NotCreated,
    /// The instance was looked for, but not for as long as the platform may take to create it.
    #[error(
        "it is not there after {:.1} s, and the platform may take {:.1} s; look for longer, or again \
         later",
        .looked_for.as_secs_f64(),
        .may_take.as_secs_f64()
    )]
    NotFoundYet {
        /// When it was looked for last, since the search began.
        looked_for: Duration,
        /// [`Limits::provisioning_timeout`](crate::Limits::provisioning_timeout)
        may_take: Duration,
    },
    /// The instance was looked for in a list that holds instances without the tag, or fewer than it
    /// is said to: its absence proves nothing.
    #[error(
        "the platform's list does not keep to the tag that was asked for, or is not whole, so that \
         the instance's absence proves nothing; look in the platform's console"
    )]
    SearchInconclusive,
    /// The instance was looked for, and several have the flow's tag.
    #[error("several instances have the flow's tag: delete all but one in the platform's console")]
    SeveralInstances,
    /// The platform answered with an instance that is not the flow's.
    #[error(
        "the platform answered with instance {instance}, which {difference}: look whose it is in the platform's console"
    )]
    UnexpectedInstance {
        /// The instance that the platform answered with.
        instance: InstanceId,
        /// What tells it from the flow's own: the end of a sentence.
        difference: &'static str,
    },
    /// The authorization URL does not carry the flow's `state`, so the callback would not be
    /// recognized. No user was sent away.
    ///
    /// A provider without a state can be connected all the same, see
    /// [`dangerously_accept_callbacks_without_state`](crate::ConnectRequest::dangerously_accept_callbacks_without_state).
    #[error(
        "the authorization URL carries {}; no user was sent away: {}",
        if *.replaced { "another state than the flow's, so its callback would be refused" }
        else { "no state, so its callback can't be told from a forged one" },
        if *.replaced { "ask the platform's support why it is replaced" }
        else { "if the provider has none, \
                ConnectRequest::dangerously_accept_callbacks_without_state accepts that" },
    )]
    StateNotCarried {
        /// `true` if the URL carries another state, `false` if it carries none.
        replaced: bool,
    },
    /// The response is not the documented one.
    #[error(transparent)]
    Decode(Box<DecodeError>),
    /// The platform answered with a redirect. It was not followed, since requests carry secrets.
    #[error(transparent)]
    Redirected(Box<ApiError>),
    /// The network failed.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The response came through another instance than the application meant.
    #[error(
        "the token is not of instance {expected}: the answer came through instance {answered}, whose \
         account it belongs to; check the token and id that you stored"
    )]
    AnotherInstance {
        /// The instance that the application meant.
        expected: InstanceId,
        /// The instance that the platform answered through.
        answered: InstanceId,
    },
    /// The platform's pages lead in a circle, so the list has no end.
    #[error(
        "could not {purpose} to the end: the platform's pages lead in a circle; what came so far is \
         right, and the rest can't be reached"
    )]
    PagesRepeat {
        /// What the call was for.
        purpose: &'static str,
    },
    /// The operating system gave no random bytes for the flow's `state`.
    #[error("the operating system gave no random bytes")]
    Randomness(#[source] Box<dyn StdError + Send + Sync>),
    /// An operation was given an input that it did not ask for: a driver's mistake. The operation has
    /// ended, and sends nothing more.
    #[error(
        "the operation was given an input that it did not ask for, or had ended: report to each step \
         what came of the one before"
    )]
    UnexpectedInput,
}

impl Error {
    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.response()?.status)
    }

    /// The platform's id of the request, which its support asks for.
    pub fn request_id(&self) -> Option<&str> {
        self.response()?.request_id.as_deref()
    }

    /// The body of the response that became this error. It may hold secrets.
    pub fn expose_body(&self) -> Option<&[u8]> {
        Some(&self.response()?.body.0)
    }

    /// How long the platform asks to wait before trying again (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.innermost().api_error()?.retry_after()
    }

    /// Returns `true` if time was up before there was a response.
    pub fn is_timeout(&self) -> bool {
        matches!(self.innermost(), Self::Transport(error) if error.cause() == TransportCause::Timeout)
    }

    /// Returns `true` if the same call may succeed later, and does no harm if it is made again.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unavailable(_) => true,
            Self::Transport(error) => error.cause() != TransportCause::TooLarge,
            _ => false,
        }
    }

    /// Returns `true` if the call may have changed something at the platform.
    pub fn may_have_side_effects(&self) -> bool {
        match self {
            Self::OutcomeUnknown(_)
            | Self::NotFoundYet { .. }
            | Self::SearchInconclusive
            | Self::SeveralInstances
            | Self::UnexpectedInstance { .. }
            | Self::AnotherInstance { .. } => true,
            Self::Transport(error) => error.may_have_side_effects(),
            Self::Refused(error) | Self::Unavailable(error) | Self::Redirected(error) => {
                error.may_have_side_effects()
            }
            Self::Decode(error) => error.may_have_side_effects(),
            // Named, so that a variant that is added is thought of here.
            Self::InvalidInput(_)
            | Self::Callback(_)
            | Self::NotCreated
            | Self::StateNotCarried { .. }
            | Self::PagesRepeat { .. }
            | Self::Randomness(_)
            | Self::UnexpectedInput => false,
        }
    }

    /// Why the outcome is unknown, if it is.
    fn innermost(&self) -> &Self {
        match self {
            Self::OutcomeUnknown(unknown) => unknown.reason().innermost(),
            other => other,
        }
    }

    fn response(&self) -> Option<&ErrorResponse> {
        match self.innermost() {
            Self::Decode(error) => Some(&error.response),
            other => Some(&other.api_error()?.response),
        }
    }

    fn api_error(&self) -> Option<&ApiError> {
        match self {
            Self::Refused(it) | Self::Unavailable(it) | Self::Redirected(it) => Some(it),
            _ => None,
        }
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Box::new(error))
    }
}

impl From<OutcomeUnknown> for Error {
    fn from(unknown: OutcomeUnknown) -> Self {
        Self::OutcomeUnknown(Box::new(unknown))
    }
}

impl From<ApiError> for Error {
    /// By its status: refused, unavailable or redirected.
    fn from(error: ApiError) -> Self {
        match Class::of(error.status()) {
            Class::Redirect => Self::Redirected(Box::new(error)),
            Class::Unavailable => Self::Unavailable(Box::new(error)),
            Class::Refused => Self::Refused(Box::new(error)),
        }
    }
}
