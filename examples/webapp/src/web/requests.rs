//! Every request has an id: in the log, in the answer's headers, and on pages that say what went
//! wrong.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderName;
use http::header::{HeaderValue, RETRY_AFTER};
use tracing::Instrument as _;

use crate::error::AppError;
use crate::pages;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id, logs it, and writes the page if something went wrong.
///
/// Logged is the route, not the address: an address may hold a code.
pub(crate) async fn follow(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = id(&request);
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let span = tracing::info_span!("request", id, %method, route);
    async move {
        let mut response = next.run(request).await;
        if let Some(error) = response.extensions_mut().remove::<AppError>() {
            response = write(&error, &id, response);
        }
        let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        // Asked every few seconds, and of no interest as long as all is well.
        if route == "/healthz" && status == 200 {
            tracing::debug!(status, millis, "answered");
        } else {
            tracing::info!(status, millis, "answered");
        }
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

/// The page, under the headers that the response has already: its cookie is among them.
fn write(error: &AppError, id: &str, empty: Response) -> Response {
    let platform_request = error.platform_request.as_deref();
    let (title, cause) = (error.title, error.cause.as_deref());
    if error.status.is_server_error() {
        tracing::warn!(title, cause, platform_request, "error");
    } else {
        tracing::info!(title, cause, platform_request, "error");
    }
    let (head, _) = empty.into_parts();
    let mut response = (error.status, pages::error(error, id)).into_response();
    for (name, value) in &head.headers {
        if name != http::header::CONTENT_LENGTH && name != http::header::CONTENT_TYPE {
            response.headers_mut().append(name, value.clone());
        }
    }
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// The id that a proxy has given, if it is one; else a new one.
fn id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID);
    let given = given.and_then(|id| id.to_str().ok()).unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if (8..=64).contains(&given.len()) && given.bytes().all(is_plain) {
        return given.to_owned();
    }
    random_id()
}

/// Sixteen hexadecimal digits.
pub(crate) fn random_id() -> String {
    let mut bytes = [0; 8];
    // Without randomness ids repeat, which is a nuisance and no danger.
    let _ = getrandom::fill(&mut bytes);
    format!("{:016x}", u64::from_be_bytes(bytes))
}
