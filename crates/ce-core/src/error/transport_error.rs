use std::error::Error as StdError;

/// The network failed, and there is no response.
///
/// A transport makes it. The core decides by its [`Delivery`] whether the request may be sent again.
///
/// ```
/// use ce_core::{Delivery, TransportCause, TransportError};
///
/// let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
/// let error = TransportError::new(Delivery::NotSent, TransportCause::Connect).with_source(refused);
/// assert!(error.to_string().starts_with("no connection to the platform"));
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{}{cause}", before(*.purpose, *.may_have_side_effects))]
pub struct TransportError {
    delivery: Delivery,
    cause: TransportCause,
    purpose: Option<&'static str>,
    may_have_side_effects: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// How far a request got before the network failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The platform can't have acted on the request: it was not sent, or not whole.
    NotSent,
    /// The request may have been sent, and the platform may have acted on it.
    MaybeSent,
}

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportCause {
    /// No connection was established: the name is unknown, the connection was refused, or the
    /// certificate is not trusted.
    #[error(
        "no connection to the platform: check the base URL (http or https, host, port) and the network"
    )]
    Connect,
    /// Time was up.
    #[error("the platform did not answer in time")]
    Timeout,
    /// The connection broke, or the peer does not speak HTTP.
    #[error("the connection broke: check the network, and whether the base URL is http or https")]
    Interrupted,
    /// The body is larger than [`Limits::max_body_bytes`](crate::Limits::max_body_bytes).
    #[error("the answer is larger than the limit allows")]
    TooLarge,
}

impl TransportError {
    /// An error of a transport.
    pub fn new(delivery: Delivery, cause: TransportCause) -> Self {
        Self {
            delivery,
            cause,
            purpose: None,
            may_have_side_effects: delivery == Delivery::MaybeSent,
            source: None,
        }
    }

    /// Adds the error of the library below, which must not show the request's URL or headers.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds what is known of the call.
    pub(crate) fn of_call(mut self, purpose: &'static str, may_have_side_effects: bool) -> Self {
        self.purpose = Some(purpose);
        self.may_have_side_effects = may_have_side_effects;
        self
    }

    /// How far the request got.
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// What failed.
    pub fn cause(&self) -> TransportCause {
        self.cause
    }

    /// Returns `true` if the call, in this or an earlier attempt, may have changed something at the
    /// platform.
    pub fn may_have_side_effects(&self) -> bool {
        self.may_have_side_effects
    }
}

fn before(purpose: Option<&str>, may_be_done: bool) -> String {
    match (purpose, may_be_done) {
        (None, _) => String::new(),
        (Some(purpose), false) => format!("could not {purpose}: "),
        (Some(purpose), true) => format!("the request to {purpose} may have been carried out: "),
    }
}
