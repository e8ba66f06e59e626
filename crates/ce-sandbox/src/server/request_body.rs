use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;

use crate::store::Settings;
use crate::web::ApiError;

/// How much of a body that is too large is still read, and thrown away, so that a client which
/// writes everything before it reads anything gets to see its 413 rather than a reset.
const DRAINED: usize = 16 << 20;

/// Why there is no body.
#[derive(Clone, Copy)]
pub(crate) enum BodyError {
    TooLarge,
    TooSlow,
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
            Self::Broken => (StatusCode::BAD_REQUEST, "The body broke off."),
        };
        ApiError::new(status, message).into_response()
    }
}

/// Receives the whole body, if it is neither too large nor too slow.
pub(crate) async fn receive(body: Incoming, settings: &Settings) -> Result<Bytes, BodyError> {
    let body = collect(body, settings.limits.max_body_bytes);
    let received = timeout(settings.limits.request_timeout, body).await;
    received.unwrap_or(Err(BodyError::TooSlow))
}

async fn collect(mut body: Incoming, max: usize) -> Result<Bytes, BodyError> {
    let drained = max.saturating_add(DRAINED);
    if body.size_hint().lower() > drained as u64 {
        return Err(BodyError::TooLarge);
    }
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
        match size > max {
            true => collected = Vec::new(),
            false => collected.extend_from_slice(&data),
        }
    }
    match size > max {
        true => Err(BodyError::TooLarge),
        false => Ok(collected.into()),
    }
}
