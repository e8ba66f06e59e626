use std::sync::atomic::{AtomicUsize, Ordering};

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;

use crate::store::Limits;
use crate::web::ApiError;

/// How much of a body that is too large is still read, and thrown away, so that a client which
/// writes everything before it reads anything gets to see its 413 rather than a reset.
const DRAINED: usize = 16 << 20;

/// How many bytes of bodies may be on their way at a time, on all connections.
const MAX_IN_FLIGHT: usize = 64 << 20;

/// Why there is no body.
#[derive(Clone, Copy)]
pub(crate) enum BodyError {
    TooLarge,
    TooSlow,
    TooMany,
    Broken,
}

impl IntoResponse for BodyError {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is larger than the sandbox takes.",
            ),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "The body took too long."),
            Self::TooMany => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Too many bodies are on their way; try again later.",
            ),
            Self::Broken => (StatusCode::BAD_REQUEST, "The body broke off."),
        };
        ApiError::new(status, message).into_response()
    }
}

/// Counts the bytes of all bodies that are on their way.
#[derive(Default)]
pub(crate) struct InFlight(AtomicUsize);

/// Those of one body, until it is whole.
struct Share<'a> {
    all: &'a InFlight,
    bytes: usize,
}

impl Share<'_> {
    fn add(&mut self, bytes: usize) -> Result<(), BodyError> {
        self.bytes += bytes;
        match self.all.0.fetch_add(bytes, Ordering::Relaxed) + bytes > MAX_IN_FLIGHT {
            true => Err(BodyError::TooMany),
            false => Ok(()),
        }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.all.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl InFlight {
    /// Receives the whole body, if it is neither too large nor too slow.
    pub(crate) async fn receive(
        &self,
        body: Incoming,
        limits: &Limits,
    ) -> Result<Bytes, BodyError> {
        let body = self.collect(body, limits.max_body_bytes);
        let received = timeout(limits.request_timeout, body).await;
        received.unwrap_or(Err(BodyError::TooSlow))
    }

    async fn collect(&self, mut body: Incoming, max: usize) -> Result<Bytes, BodyError> {
        let drained = max.saturating_add(DRAINED);
        if body.size_hint().lower() > drained as u64 {
            return Err(BodyError::TooLarge);
        }
        let mut share = Share {
            all: self,
            bytes: 0,
        };
        let mut collected = Vec::new();
        let mut size = 0_usize;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| BodyError::Broken)?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            size = size.saturating_add(data.len());
            if size > drained {
                return Err(BodyError::TooLarge);
            }
            if size > max {
                collected = Vec::new();
            } else {
                share.add(data.len())?;
                collected.extend_from_slice(&data);
            }
        }
        match size > max {
            true => Err(BodyError::TooLarge),
            false => Ok(collected.into()),
        }
    }
}
