//! Why nothing was connected: an exit code and a sentence.

use std::error::Error as StdError;
use std::fmt::Display;

use ce_async::{Error, InvalidInput};

pub struct Failure {
    pub code: u8,
    pub sentence: String,
}

impl Failure {
    pub fn new(code: u8, sentence: impl Display) -> Self {
        let sentence = sentence.to_string();
        Self { code, sentence }
    }

    /// An option or a setting is missing or wrong.
    pub fn usage(sentence: impl Display) -> Self {
        Self::new(2, sentence)
    }
}

/// The libraries' errors say what happened, what may have been done, and what to do next.
impl<E: StdError + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let code = match (&error as &dyn StdError).downcast_ref() {
            Some(Error::InvalidInput(_)) => 2,
            Some(Error::OutcomeUnknown(_)) => 5,
            // A gateway's answer says nothing for the platform.
            Some(Error::Unavailable(it)) if it.message().is_none() => 6,
            Some(Error::Refused(it)) if it.message().is_none() && it.request_id().is_none() => 6,
            Some(Error::Transport(_) | Error::Decode(_) | Error::Redirected(_)) => 6,
            // The platform's no, and a callback that does not answer this flow.
            Some(_) => 4,
            None if (&error as &dyn StdError).is::<InvalidInput>() => 2,
            // This machine's.
            None => 6,
        };
        Self::new(code, with_causes(&error))
    }
}

fn with_causes(error: &dyn StdError) -> String {
    match error.source() {
        Some(cause) => format!("{error}; because: {}", with_causes(cause)),
        None => error.to_string(),
    }
}
