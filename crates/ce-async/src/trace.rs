//! What the feature `tracing` records: a span for each call of the client, an event for each attempt
//! and each wait. No URL, header or body.

use std::time::Duration;

use ce_core::{Response, TransportError};

/// The name of a span, with the purpose of the call where it is known.
#[cfg_attr(not(feature = "tracing"), allow(dead_code))]
pub(crate) enum SpanName {
    Begin,
    Finish,
    Create,
    Provision,
    Reconcile,
    Send(&'static str),
    List(&'static str),
    Run,
}

#[cfg(feature = "tracing")]
impl SpanName {
    fn span(self) -> tracing::Span {
        match self {
            Self::Begin => tracing::debug_span!("begin"),
            Self::Finish => tracing::debug_span!("finish"),
            Self::Create => tracing::debug_span!("create"),
            Self::Provision => tracing::debug_span!("provision"),
            Self::Reconcile => tracing::debug_span!("reconcile"),
            Self::Send(purpose) => tracing::debug_span!("send", purpose),
            Self::List(purpose) => tracing::debug_span!("list", purpose),
            Self::Run => tracing::debug_span!("run"),
        }
    }
}

/// Runs a future in a span.
pub(crate) async fn in_span<F: Future>(name: SpanName, future: F) -> F::Output {
    #[cfg(feature = "tracing")]
    let future = tracing::Instrument::instrument(future, name.span());
    #[cfg(not(feature = "tracing"))]
    let _ = name;
    future.await
}

/// Records what an attempt ended with.
pub(crate) fn attempt(purpose: &str, attempt: u32, result: &Result<Response, TransportError>) {
    #[cfg(feature = "tracing")]
    match result {
        Ok(response) => tracing::debug!(
            purpose,
            attempt,
            status = response.status().as_u16(),
            request_id = response.request_id(),
            "response received"
        ),
        Err(error) => tracing::debug!(
            purpose,
            attempt,
            cause = ?error.cause(),
            delivery = ?error.delivery(),
            error = error as &(dyn std::error::Error + 'static),
            "attempt failed"
        ),
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (purpose, attempt, result);
}

/// Records the wait before the next attempt.
pub(crate) fn sleep(duration: Duration) {
    #[cfg(feature = "tracing")]
    tracing::debug!(wait = ?duration, "waiting before the next attempt");
    #[cfg(not(feature = "tracing"))]
    let _ = duration;
}
