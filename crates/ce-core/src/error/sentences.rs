//! What errors say. By hand, since deriving it would cost whoever builds this as much as the half of
//! this crate.

use std::error::Error as StdError;
use std::fmt;

use super::CallbackError;
use super::Error;
use crate::error::InvalidInput;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput(error) => error.fmt(f),
            Self::Callback(error) => error.fmt(f),
            Self::Refused(api_error) => {
                let (done, words) = (api_error.done(), api_error.words());
                write!(f, "the platform refused to {api_error}, {done}{words}")
            }
            Self::MissingConfiguration(missing) => {
                let (entries, words) = (missing.entries.join(", "), missing.api_error.words());
                let api_error = &missing.api_error;
                write!(
                    f,
                    "the platform refused to {api_error}, and did nothing; missing: {entries}{words}"
                )
            }
            Self::Unavailable(api_error) => {
                let words = api_error.words();
                write!(
                    f,
                    "the platform could not {api_error}; try again later{words}"
                )
            }
            Self::OutcomeUnknown(error) => error.fmt(f),
            Self::NotCreated => f.write_str(
                "the instance was not created: the answer was lost, and looking for it found none; \
                 its code may be used up, so let the user begin again",
            ),
            Self::NotFoundYet {
                looked_for,
                may_take,
            } => write!(
                f,
                "it is not there after {:.1} s, and the platform may take {:.1} s; look for longer, \
                 or again later",
                looked_for.as_secs_f64(),
                may_take.as_secs_f64()
            ),
            Self::SearchInconclusive => f.write_str(
                "the platform's list does not keep to the tag that was asked for, or is not whole, so \
                 that the instance is not among them proves nothing; look in the platform's console",
            ),
            Self::Decode(error) => error.fmt(f),
            Self::Redirected(api_error) => write!(
                f,
                "redirected instead of letting us {api_error}; not followed, since requests carry \
                 secrets: check the base URL"
            ),
            Self::Transport { purpose, source } => write!(f, "could not {purpose}: {source}"),
            Self::AnotherInstance { expected, answered } => write!(
                f,
                "the token is not of instance {expected}: the answer came through instance \
                 {answered}, whose account it belongs to; look at what you stored for both"
            ),
            Self::PagesRepeat { purpose } => write!(
                f,
                "asked to {purpose}, the platform hands out pages that lead in a circle; what came \
                 so far is right, and the rest can't be reached"
            ),
            Self::Randomness(_) => f.write_str("the operating system gave no random bytes"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // What they say is said above, so the next is theirs.
            Self::InvalidInput(error) => error.source(),
            Self::Callback(error) => error.source(),
            Self::OutcomeUnknown(error) => error.source(),
            Self::Decode(error) => error.source(),
            Self::Transport { source, .. } => Some(source),
            Self::Randomness(error) => Some(error),
            _ => None,
        }
    }
}

impl From<InvalidInput> for Error {
    fn from(error: InvalidInput) -> Self {
        Self::InvalidInput(error)
    }
}

impl From<CallbackError> for Error {
    fn from(error: CallbackError) -> Self {
        Self::Callback(error)
    }
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StateMissing => {
                "the callback has no state, so it can't be told whose it is: refused; begin again, \
                 unless this provider never sends one, in which case it can't be connected safely"
            }
            Self::StateMismatch => "the callback's state is not this flow's: refused; begin again",
            Self::Expired => "the callback came after the flow had expired: begin again",
            Self::TooLong => "the callback is too long to be one: refused; begin again",
            Self::CodeMissing => "the callback has neither a code nor an error: begin again",
        })
    }
}

impl StdError for CallbackError {}
