//! Why the job was not done, as a sentence and an exit code.

use std::fmt::Display;
use std::process::ExitCode;

use ce_async::model::InstanceId;
use ce_async::{Denied, Error};

use crate::telling::{complain, printable};

/// What went wrong, by exit code.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    sentence: String,
}

impl Failure {
    /// An option or a setting is missing or wrong.
    pub fn usage(sentence: impl Display) -> Self {
        Self::new(2, sentence)
    }

    /// The user said no, or the provider did.
    pub fn denied(denied: &Denied) -> Self {
        if denied.is_by_user() {
            return Self::new(3, denied);
        }
        Self::new(
            4,
            format_args!(
                "{denied}; nothing was created, and it wasn't the user: try again later, or look \
                 at what the provider has registered for this application"
            ),
        )
    }

    /// The network, or what answers there isn't what it should be.
    pub fn network(sentence: impl Display) -> Self {
        Self::new(6, sentence)
    }

    fn new(code: u8, sentence: impl Display) -> Self {
        Self {
            code,
            sentence: sentence.to_string(),
        }
    }

    /// Says it, and gives the exit code.
    pub fn report(&self) -> ExitCode {
        complain(&printable(&self.sentence));
        ExitCode::from(self.code)
    }
}

impl Failure {
    /// The instance was created; what went wrong came after.
    pub fn after_creation(id: InstanceId, error: Error) -> Self {
        let failure = Self::from(error);
        let sentence = format!("instance {id} was created, but: {}", failure.sentence);
        Self::new(failure.code, sentence)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::InvalidInput(_) => 2,
            Error::OutcomeUnknown(_) => 5,
            // What stands in front of the platform says nothing for it.
            Error::Unavailable(api_error) if api_error.message().is_none() => 6,
            Error::Refused(api_error)
                if api_error.message().is_none() && api_error.request_id().is_none() =>
            {
                6
            }
            Error::Transport(_) | Error::Decode(_) | Error::Redirected(_) => 6,
            // The platform's no, and a callback that is no answer to this flow.
            _ => 4,
        };
        let mut sentence = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            sentence.push_str(&format!("; because: {cause}"));
            source = cause.source();
        }
        Self::new(code, sentence)
    }
}
