//! The retry table: what follows an attempt.

use std::time::Duration;

use http::StatusCode;

use super::Idempotency::{self, Idempotent, NonIdempotent};
use crate::config::Limits;
use crate::error::{Delivery, TransportCause, TransportError};

/// What to do after an attempt that did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Send it again after a wait, while attempts and time last; then fail.
    Retry,
    /// Fail: the platform did nothing that may not be repeated.
    Fail,
    /// The outcome is unknown: the platform may have executed it.
    Unknown,
}

pub(super) fn after_transport_error(idempotency: Idempotency, error: &TransportError) -> Verdict {
    match (idempotency, error.delivery(), error.cause()) {
        (_, Delivery::NotSent, _) => Verdict::Retry,
        (NonIdempotent, Delivery::MaybeSent, _) => Verdict::Unknown,
        // It would be as large again.
        (Idempotent, Delivery::MaybeSent, TransportCause::TooLarge) => Verdict::Fail,
        (Idempotent, Delivery::MaybeSent, _) => Verdict::Retry,
    }
}

/// After a status that is no success.
pub(super) fn after_status(idempotency: Idempotency, status: StatusCode) -> Verdict {
    match (status.as_u16(), idempotency) {
        (408 | 429 | 500..=599, Idempotent) => Verdict::Retry,
        (300..=499, Idempotent) => Verdict::Fail,
        (_, NonIdempotent) if may_be_done(status) => Verdict::Unknown,
        (_, NonIdempotent) => Verdict::Fail,
        (_, Idempotent) => after_odd_response(idempotency),
    }
}

/// After a response that HTTP or the platform does not define.
pub(super) fn after_odd_response(idempotency: Idempotency) -> Verdict {
    match idempotency {
        Idempotent => Verdict::Fail,
        NonIdempotent => Verdict::Unknown,
    }
}

/// Returns `true` if a platform that answers so may have executed the request: unless it says that the
/// request is at fault (4xx). Too Many Requests and a redirect come from gateways too, which may answer
/// in place of a platform that did its work; that it did not is documented of neither.
pub(super) fn may_be_done(status: StatusCode) -> bool {
    !status.is_client_error() || matches!(status.as_u16(), 408 | 429)
}

/// The wait after this attempt (counted from 1): exponential back-off with full jitter, and no less
/// than the platform asks for.
pub(super) fn wait(
    limits: &Limits,
    attempt: u32,
    retry_after: Option<Duration>,
    jitter: &mut fastrand::Rng,
) -> Duration {
    let doublings = attempt.saturating_sub(1).min(31);
    let bound = limits.backoff.saturating_mul(1 << doublings);
    let random = bound.min(limits.max_backoff).mul_f64(jitter.f64());
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
        let (limits, mut jitter) = (Limits::default(), fastrand::Rng::with_seed(1));
        for (attempt, bound) in [(1, 250), (2, 500), (4, 2000), (6, 8000), (u32::MAX, 8000)] {
            let bound = Duration::from_millis(bound);
            let draw = |_| wait(&limits, attempt, None, &mut jitter);
            let waits: Vec<_> = (0..200).map(draw).collect();
            let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
            // Full jitter: the whole range is drawn from.
            assert!(
                *least < bound / 4 && *most > bound * 3 / 4 && *most <= bound,
                "{attempt}"
            );
        }
        // What the platform asks for is a lower bound.
        let asked = Duration::from_secs(60);
        let wait = wait(&limits, 1, Some(asked), &mut jitter);
        assert!((asked..=asked + limits.backoff).contains(&wait));
    }
}
