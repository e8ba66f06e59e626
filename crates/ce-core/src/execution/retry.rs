//! The retry table: what follows an attempt.
//!
//! | result of an attempt | idempotent | not idempotent |
//! | --- | --- | --- |
//! | certainly not sent | retry | retry |
//! | may have been sent, no response | retry | **unknown** |
//! | success, decodable | done | done |
//! | success, not decodable | fail | **unknown** |
//! | 3xx | fail | fail (303: **unknown**) |
//! | 408 | retry | **unknown** |
//! | 429 | retry | retry |
//! | other 4xx | fail | fail |
//! | 5xx | retry | **unknown** |
//! | any other status | fail | **unknown** |
//!
//! *Retry* means: after a wait, while attempts and time last; then it fails. A response larger than the
//! limit is never asked for again.

use std::time::Duration;

use http::StatusCode;

use super::Idempotency;
use crate::config::Limits;
use crate::error::{Delivery, TransportCause, TransportError};

/// What to do after an attempt that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Send it again, while attempts and time last.
    Retry,
    /// Fail: the platform did nothing that may not be repeated.
    Fail,
    /// The outcome is unknown: the platform may have executed it.
    Unknown,
}

pub(crate) fn after_transport_error(idempotency: Idempotency, error: &TransportError) -> Verdict {
    match (idempotency, error.delivery(), error.cause()) {
        (_, Delivery::NotSent, _) => Verdict::Retry,
        (Idempotency::NonIdempotent, Delivery::MaybeSent, _) => Verdict::Unknown,
        (Idempotency::Idempotent, _, TransportCause::TooLarge) => Verdict::Fail,
        (Idempotency::Idempotent, Delivery::MaybeSent, _) => Verdict::Retry,
    }
}

pub(crate) fn after_status(idempotency: Idempotency, status: StatusCode) -> Verdict {
    match (status.as_u16(), idempotency) {
        (429, _) => Verdict::Retry,
        (408 | 500..=599, Idempotency::Idempotent) => Verdict::Retry,
        // See Other is how a server answers a POST that it has acted on.
        (303 | 408 | 500..=599, Idempotency::NonIdempotent) => Verdict::Unknown,
        (300..=499, _) => Verdict::Fail,
        (_, Idempotency::Idempotent) => Verdict::Fail,
        (_, Idempotency::NonIdempotent) => Verdict::Unknown,
    }
}

/// Returns `true` if a platform that answers so may have executed the request.
pub(crate) fn may_be_done(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 500..=599)
}

pub(crate) fn after_decode_error(idempotency: Idempotency) -> Verdict {
    match idempotency {
        Idempotency::Idempotent => Verdict::Fail,
        Idempotency::NonIdempotent => Verdict::Unknown,
    }
}

/// The wait after this attempt (counted from 1): exponential back-off with full jitter, and no less
/// than the platform asks for.
pub(crate) fn wait(
    limits: &Limits,
    attempt: u32,
    retry_after: Option<Duration>,
    jitter: &mut fastrand::Rng,
) -> Duration {
    let doublings = attempt.saturating_sub(1).min(31);
    let bound = limits
        .backoff
        .saturating_mul(1 << doublings)
        .min(limits.max_backoff);
    let random = bound.mul_f64(jitter.f64());
    match retry_after {
        // A little more than asked, so that not all come back at the same moment.
        Some(asked) => asked.saturating_add(random.min(limits.backoff)),
        None => random,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_are_random_and_bounded() {
        let limits = Limits::default();
        let mut jitter = fastrand::Rng::with_seed(1);
        for attempt in [1, 2, 3, 4, 5, 6, 40, u32::MAX] {
            let bound = Duration::from_millis(250)
                .saturating_mul(1 << (attempt - 1).min(20))
                .min(Duration::from_secs(8));
            let waits: Vec<_> = (0..200)
                .map(|_| wait(&limits, attempt, None, &mut jitter))
                .collect();
            assert!(waits.iter().all(|wait| *wait <= bound), "{attempt}");
            // Full jitter: the whole range is drawn from.
            assert!(waits.iter().any(|wait| *wait < bound / 4), "{attempt}");
            assert!(waits.iter().any(|wait| *wait > bound * 3 / 4), "{attempt}");
        }
    }

    #[test]
    fn what_the_platform_asks_for_is_a_lower_bound() {
        let mut jitter = fastrand::Rng::with_seed(1);
        let asked = Duration::from_secs(60);
        let wait = wait(&Limits::default(), 1, Some(asked), &mut jitter);
        assert!((asked..=asked + Duration::from_millis(250)).contains(&wait));
    }
}
