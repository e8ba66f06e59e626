//! Why nothing was connected: an exit code and a sentence.

use std::fmt::Display;

use ce_async::Error;

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

    /// The network or this machine fails.
    pub fn network(error: impl std::error::Error) -> Self {
        Self::new(6, with_causes(&error))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::InvalidInput(_) => 2,
            Error::OutcomeUnknown(_) => 5,
            // A gateway's answer says nothing for the platform.
            Error::Unavailable(it) if it.message().is_none() => 6,
            Error::Refused(it) if it.message().is_none() && it.request_id().is_none() => 6,
            Error::Transport(_) | Error::Decode(_) | Error::Redirected(_) => 6,
            // The platform's no, and a callback that does not answer this flow.
            _ => 4,
        };
        Self::new(code, with_causes(&error))
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}; because: {}", with_causes(cause)),
        None => error.to_string(),
    }
}
