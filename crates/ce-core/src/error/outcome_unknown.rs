use std::fmt;

use super::Error;

/// It can't be known whether the platform did what it was asked to, and may do only once: an
/// instance may exist, and its one-time code may be used up.
#[derive(Debug)]
pub struct OutcomeUnknown {
    pub(crate) purpose: &'static str,
    /// What to do before trying again.
    pub(crate) advice: &'static str,
    pub(crate) recoverable: bool,
    pub(crate) cause: Box<Error>,
}

impl OutcomeUnknown {
    /// Has the flow a tag by which [`PendingAuthorization::reconcile`](crate::PendingAuthorization::reconcile) finds the
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
            self.advice
        })
    }
}

impl std::error::Error for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}
