use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::store::Settings;
use crate::web::{ApiError, ApiResult};

/// How much of a body that is refused is still read, and thrown away, so that a client which writes
/// everything before it reads anything gets to see the refusal rather than a reset.
const DRAINED: usize = 16 << 20;

/// How many bytes of bodies may be on their way at a time, on all connections.
pub(super) const MAX_IN_FLIGHT: usize = 64 << 20;

/// Receives the whole body, if it is neither too large nor too slow. Each byte that is on its way takes
/// one of the permits.
pub(super) async fn receive(
    body: Incoming,
    settings: &Settings,
    in_flight: &Semaphore,
) -> ApiResult<Bytes> {
    let body = collect(body, settings.max_body_bytes, in_flight);
    let received = timeout(settings.request_timeout, body).await;
    let too_slow = || ApiError::new(StatusCode::REQUEST_TIMEOUT, "The body took too long.");
    received.unwrap_or_else(|_| Err(too_slow()))
}

async fn collect(mut body: Incoming, max: usize, in_flight: &Semaphore) -> ApiResult<Bytes> {
    let too_large = || {
        let message = "The body is larger than the sandbox takes.";
        ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    let too_many = |_| {
        let message = "Too many bodies are on their way; try again later.";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, message)
    };
    let drained = max.saturating_add(DRAINED);
    if body.size_hint().lower() > drained as u64 {
        return Err(too_large());
    }
    let permits = in_flight.try_acquire_many(0).map_err(too_many)?;
    // An error once the body is refused. What still comes is thrown away.
    let mut kept = Ok((permits, BytesMut::new()));
    let mut size = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::bad_request("The body broke off."))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        size = size.saturating_add(data.len());
        if size > drained {
            return Err(too_large());
        }
        let more = in_flight.try_acquire_many(data.len() as u32);
        kept = match (kept, more) {
            (Ok(_), _) if size > max => Err(too_large()),
            (Ok(_), Err(error)) => Err(too_many(error)),
            (Ok((mut permits, mut collected)), Ok(more)) => {
                permits.merge(more);
                collected.extend_from_slice(&data);
                Ok((permits, collected))
            }
            (refused, _) => refused,
        };
    }
    kept.map(|(_, collected)| collected.freeze())
}
