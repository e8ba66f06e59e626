//! What becomes of a call after one attempt: the table.
//!
//! | outcome of an attempt | safe to repeat | once only |
//! | --- | --- | --- |
//! | certainly not sent | again | again |
//! | may have been sent, no answer | again | **unknown** |
//! | success, readable | done | done |
//! | success, unreadable | fails | **unknown** |
//! | 3xx | fails | fails (303: **unknown**) |
//! | 408 | again | **unknown** |
//! | 429 | again | again |
//! | other 4xx | fails | fails |
//! | 5xx | again | **unknown** |
//! | any other status | fails | **unknown** |
//!
//! *Again* means: after a wait, while attempts and time last; then it fails. An answer larger than
//! the limit is never asked for again.

use std::time::{Duration, SystemTime};

use http::StatusCode;

use crate::config::Limits;
use crate::error::{Delivery, TransportCause, TransportError};
use crate::execution::Idempotency;
use crate::wire::Response;

/// What to do after an attempt that did not end in a readable success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Try again, while attempts and time last.
    Again,
    /// It failed, and the platform did nothing that may not be repeated.
    Fail,
    /// The platform may have done it.
    Unknown,
}

pub(crate) fn after_transport_error(idempotency: Idempotency, error: &TransportError) -> Verdict {
    match (idempotency, error.delivery(), error.cause()) {
        (_, Delivery::NotSent, _) => Verdict::Again,
        (Idempotency::NonIdempotent, Delivery::MaybeSent, _) => Verdict::Unknown,
        (Idempotency::Idempotent, _, TransportCause::TooLarge) => Verdict::Fail,
        (Idempotency::Idempotent, Delivery::MaybeSent, _) => Verdict::Again,
    }
}

pub(crate) fn after_status(idempotency: Idempotency, status: StatusCode) -> Verdict {
    match (status.as_u16(), idempotency) {
        (429, _) => Verdict::Again,
        (408 | 500..=599, Idempotency::Idempotent) => Verdict::Again,
        // See Other is how a server answers a POST that it has acted on.
        (303 | 408 | 500..=599, Idempotency::NonIdempotent) => Verdict::Unknown,
        (300..=499, _) => Verdict::Fail,
        (_, Idempotency::Idempotent) => Verdict::Fail,
        (_, Idempotency::NonIdempotent) => Verdict::Unknown,
    }
}

/// May a platform that answers so have done what it was asked to?
pub(crate) fn may_be_done(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 500..=599)
}

pub(crate) fn after_decode_error(idempotency: Idempotency) -> Verdict {
    match idempotency {
        Idempotency::Idempotent => Verdict::Fail,
        Idempotency::NonIdempotent => Verdict::Unknown,
    }
}

/// How long to wait before the attempt after this one (`attempt` counts from 1): exponential
/// back-off with full jitter, and no less than the platform asks for.
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

/// `Retry-After`, in seconds or as a date. A date is measured from the answer's own `Date`, so
/// that nobody's clock need be right; without one it says nothing.
pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    let value = response.header("retry-after")?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let at: SystemTime = date(value)?;
    let now = date(response.header("date")?)?;
    Some(at.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Idempotency::{Idempotent, NonIdempotent};
    use Verdict::{Again, Fail, Unknown};

    #[test]
    fn the_table_for_statuses() {
        for (statuses, safe, once) in [
            (&[300, 301, 302, 304, 307, 308, 399][..], Fail, Fail),
            (&[303], Fail, Unknown),
            (
                &[400, 401, 403, 404, 405, 406, 409, 413, 415, 425, 499],
                Fail,
                Fail,
            ),
            (&[408], Again, Unknown),
            (&[429], Again, Again),
            (&[500, 501, 502, 503, 504, 599], Again, Unknown),
            (&[100, 101, 199, 600, 999], Fail, Unknown),
        ] {
            for &status in statuses {
                let status = StatusCode::from_u16(status).unwrap();
                assert_eq!(after_status(Idempotent, status), safe, "safe, {status}");
                assert_eq!(after_status(NonIdempotent, status), once, "once, {status}");
            }
        }
    }

    #[test]
    fn the_table_for_the_network() {
        use Delivery::{MaybeSent, NotSent};
        use TransportCause::{Connect, Interrupted, Timeout, TooLarge};
        for (delivery, cause, safe, once) in [
            (NotSent, Connect, Again, Again),
            (NotSent, Timeout, Again, Again),
            (NotSent, Interrupted, Again, Again),
            (MaybeSent, Connect, Again, Unknown),
            (MaybeSent, Timeout, Again, Unknown),
            (MaybeSent, Interrupted, Again, Unknown),
            (MaybeSent, TooLarge, Fail, Unknown),
        ] {
            let error = TransportError::new(delivery, cause);
            assert_eq!(after_transport_error(Idempotent, &error), safe, "{error:?}");
            assert_eq!(
                after_transport_error(NonIdempotent, &error),
                once,
                "{error:?}"
            );
        }
        assert_eq!(after_decode_error(Idempotent), Fail);
        assert_eq!(after_decode_error(NonIdempotent), Unknown);
    }

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

    #[test]
    fn retry_after_reads_as_seconds_and_as_a_date() {
        let now = "Tue, 24 Nov 2026 08:00:00 GMT";
        for (value, date, read) in [
            ("0", None, Some(0)),
            ("120", None, Some(120)),
            (" 7 ", None, Some(7)),
            ("99999999999999999999999", None, Some(u64::MAX)),
            ("Tue, 24 Nov 2026 08:00:30 GMT", Some(now), Some(30)),
            ("Tue, 24 Nov 2026 07:00:00 GMT", Some(now), Some(0)),
            ("Tue, 24 Nov 2026 08:00:30 GMT", None, None),
            ("soon", Some(now), None),
            ("-1", Some(now), None),
            ("1.5", Some(now), None),
            ("", Some(now), None),
        ] {
            let mut response = http::Response::<bytes::Bytes>::default();
            let headers = response.headers_mut();
            headers.insert("retry-after", value.parse().unwrap());
            if let Some(date) = date {
                headers.insert("date", date.parse().unwrap());
            }
            assert_eq!(
                retry_after(&response.into()),
                read.map(Duration::from_secs),
                "{value:?}"
            );
        }
        assert_eq!(retry_after(&http::Response::default().into()), None);
    }
}
