//! What the feature `tracing` records: an event for each attempt and each wait. No URL, header or
//! body.

use std::time::Duration;

use crate::error::TransportError;
use crate::wire::Response;

/// What applications filter by.
#[cfg(feature = "tracing")]
const TARGET: &str = "ce_core";

/// Records what an attempt ended with.
pub(super) fn attempt(purpose: &str, attempt: u32, result: &Result<Response, TransportError>) {
    #[cfg(feature = "tracing")]
    match result {
        Ok(response) => tracing::debug!(
            target: TARGET,
            purpose,
            attempt,
            status = response.status().as_u16(),
            request_id = response.request_id(),
            "response received"
        ),
        Err(error) => tracing::debug!(
            target: TARGET,
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
    tracing::debug!(target: TARGET, wait = ?duration, "waiting before the next attempt");
    #[cfg(not(feature = "tracing"))]
    let _ = duration;
}
