use std::fmt;

use super::{Error, Escaped};

/// It is unknown whether the platform executed a call that may be executed once only: an instance may
/// exist, and its one-time code may be used up.
#[derive(Debug)]
pub struct OutcomeUnknown {
    purpose: &'static str,
    advice: &'static str,
    /// By what a recoverable flow's instance is found.
    tag: Option<String>,
    cause: Box<Error>,
}

impl OutcomeUnknown {
    /// The outcome of a call for this purpose ("create the instance"), and why it is unknown.
    pub fn new(purpose: &'static str, cause: Error) -> Self {
        Self {
            purpose,
            advice: "look at the platform for what it did before trying again",
            tag: None,
            cause: Box::new(cause),
        }
    }

    /// Says what to do before trying again: the end of a sentence.
    #[must_use]
    pub fn with_advice(mut self, advice: &'static str) -> Self {
        self.advice = advice;
        self
    }

    /// Says that the instance can be found by this tag.
    #[must_use]
    pub fn with_recovery(mut self, correlation_tag: impl Into<String>) -> Self {
        self.tag = Some(correlation_tag.into());
        self.with_advice("reconcile the flow before trying again")
    }

    /// Returns `true` if the flow has a tag by which
    /// [`PendingAuthorization::reconcile`](crate::PendingAuthorization::reconcile) finds the instance.
    pub fn is_recoverable(&self) -> bool {
        self.tag.is_some()
    }

    /// The tag of a recoverable flow, by which [`ListInstances`](crate::calls::ListInstances::tag) finds the
    /// instance if the flow itself was not kept.
    pub fn correlation_tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// Why it is unknown.
    pub fn reason(&self) -> &Error {
        &self.cause
    }
}

impl fmt::Display for OutcomeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "it is not known whether the platform did {}",
            self.purpose
        )?;
        // Not that of a search.
        let own = self
            .cause
            .response()
            .filter(|it| it.purpose == self.purpose);
        if let Some(id) = own.and_then(|it| it.request_id.as_deref()) {
            write!(f, " (request id {})", Escaped(id))?;
        }
        if let Some(tag) = &self.tag {
            write!(f, " (tag {})", Escaped(tag))?;
        }
        write!(f, ": it may have; {}", self.advice)
    }
}

impl std::error::Error for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.cause)
    }
}
