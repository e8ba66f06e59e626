use std::error::Error as StdError;
use std::fmt;

/// The network failed: there is no answer to read.
///
/// It is made by a client, which tells what the core decides by: whether the request
/// [certainly was not sent](Delivery::NotSent).
#[derive(Debug)]
pub struct TransportError {
    delivery: Delivery,
    cause: TransportCause,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// How far a request got before the network failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It certainly was not sent: no connection, so the platform can't have seen it.
    NotSent,
    /// It may have been sent, and may have been acted on.
    MaybeSent,
}

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportCause {
    /// No connection came about: no such host, refused, or no trust in the certificate.
    Connect,
    /// Time was up.
    Timeout,
    /// The connection broke, or what came over it isn't HTTP.
    Interrupted,
    /// The answer is larger than [`max_body_bytes`](crate::Limits::max_body_bytes).
    TooLarge,
}

impl TransportError {
    /// For whoever carries requests. The source must not hold the request's URL.
    pub fn new(delivery: Delivery, cause: TransportCause) -> Self {
        Self {
            delivery,
            cause,
            source: None,
        }
    }

    /// Adds what the library below said.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
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
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.cause {
            TransportCause::Connect => "no connection to the platform",
            TransportCause::Timeout => "the platform did not answer in time",
            TransportCause::Interrupted => "the connection broke",
            TransportCause::TooLarge => "the answer is larger than the limit allows",
        })?;
        // The deepest source says it best ("Connection refused"); those between repeat it.
        let mut deepest: Option<&(dyn StdError + 'static)> = self.source();
        while let Some(next) = deepest.and_then(StdError::source) {
            deepest = Some(next);
        }
        match deepest {
            Some(source) => write!(f, " ({source})"),
            None => Ok(()),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
