use std::time::Duration;

use ce_model::InstanceId;

use crate::callback::CallbackError;
use crate::input::InvalidInput;
use crate::transport::TransportError;

mod outcome_unknown;
mod refusal;
mod unreadable;

pub use outcome_unknown::OutcomeUnknown;
pub use refusal::{MissingConfiguration, Refusal};
pub use unreadable::Unreadable;

/// Why a call has no answer: what happened, what was or may have been done at the platform, and
/// by its kind what to do next.
///
/// | kind | was anything done at the platform? | what to do |
/// | --- | --- | --- |
/// | [`InvalidInput`](Error::InvalidInput) | no, nothing was sent | mend what is named |
/// | [`Callback`](Error::Callback) | no | let the user begin again |
/// | [`Refused`](Error::Refused) | no, unless an earlier attempt [may have](Refusal::may_be_done) | mend; ask support with the request id |
/// | [`MissingConfiguration`](Error::MissingConfiguration) | no | add the named entries, and let the user begin again |
/// | [`Unavailable`](Error::Unavailable) | no, or what may be repeated | try later |
/// | [`OutcomeUnknown`](Error::OutcomeUnknown) | **perhaps** | look for the instance before creating another |
/// | [`NotCreated`](Error::NotCreated) | no | let the user begin again |
/// | [`NotFoundYet`](Error::NotFoundYet) | **perhaps** | look again, for longer |
/// | [`Unreadable`](Error::Unreadable) | what was asked | check the base URL; ask support |
/// | [`Redirected`](Error::Redirected) | no | check the base URL |
/// | [`Transport`](Error::Transport) | no, or what may be repeated | check the network; try later |
/// | [`AnotherInstance`](Error::AnotherInstance) | what was asked, **for another account** | look at what is stored |
/// | [`PagesRepeat`](Error::PagesRepeat) | no | ask support |
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
    #[error("the platform refused to {0}, {done}{words}", done = .0.done(), words = .0.words())]
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
    /// It can't be known whether what may be done once only was done: whether the instance was
    /// created, say.
    #[error(transparent)]
    OutcomeUnknown(Box<OutcomeUnknown>),
    /// The answer to the creation was lost, and the instance was looked for long enough to know
    /// that it doesn't exist.
    #[error(
        "the instance was not created: the answer was lost, and looking for it found none; \
         its code may be used up, so let the user begin again"
    )]
    NotCreated,
    /// The instance was looked for, but not for as long as the platform may take to create it. It
    /// is the [cause](OutcomeUnknown::cause) of an [`OutcomeUnknown`](Error::OutcomeUnknown).
    #[error(
        "it is not there after {}, and the platform may take {}; look for longer, or again later",
        seconds(*looked_for), seconds(*may_take)
    )]
    NotFoundYet {
        /// When it was looked for last, since the search began.
        looked_for: Duration,
        /// [`Limits::provisioning_timeout`](crate::Limits::provisioning_timeout)
        may_take: Duration,
    },
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
    /// The answer came through another instance than the one that the token was said to be of.
    #[error(
        "the token is not of instance {expected}: the answer came through instance {answered}, \
         whose account it belongs to; look at what you stored for both"
    )]
    AnotherInstance {
        /// The instance that the application meant.
        expected: InstanceId,
        /// The instance that the platform answered through.
        answered: InstanceId,
    },
    /// The platform's pages lead in a circle: going on would never end.
    #[error(
        "asked to {purpose}, the platform hands out pages that lead in a circle; \
         what came so far is right, and the rest can't be reached"
    )]
    PagesRepeat {
        /// What the call was for.
        purpose: &'static str,
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

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
