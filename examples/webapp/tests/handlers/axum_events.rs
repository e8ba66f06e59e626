use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use ce_async::core::events::{WEBHOOK_ID, WEBHOOK_SIGNATURE, verify};

use crate::inbox::Inbox;

/// With its state, so that it merges with any router.
pub(crate) fn routes(key: String, inbox: Inbox) -> Router {
    Router::new()
        .route("/events", post(events))
        .with_state((key, inbox))
}

/// `POST /events`. axum bounds the body to 2 MB.
async fn events(
    State((key, inbox)): State<(String, Inbox)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(), StatusCode> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let verified = verify(&key, header(WEBHOOK_SIGNATURE), &body);
    verified.map_err(|_| StatusCode::UNAUTHORIZED)?;
    let id = header(WEBHOOK_ID).ok_or(StatusCode::BAD_REQUEST)?;
    let notification = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    match inbox.take(id, notification).await {
        true => Ok(()),
        // It comes again.
        false => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}
