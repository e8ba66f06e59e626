use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes, to_bytes};
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode, Uri};

use super::body::{BrokenBody, End, HugeBody};
use super::delivery::{Delivery, FromGateway};
use super::fault::Fault;
use super::gzip_bomb;
use crate::store::http_date;
use crate::web::{ApiError, render};

/// Where requests are redirected to by default: nowhere, by RFC 6761.
const REDIRECTED: &str = "http://redirected.invalid";

/// What else a fault needs to know of its call.
pub(super) struct Context<'a> {
    pub(super) request_id: &'a str,
    pub(super) uri: &'a Uri,
    pub(super) now: SystemTime,
}

/// What goes out in place of `response`.
pub(super) async fn spoil(fault: &Fault, response: Response, context: &Context<'_>) -> Response {
    match fault {
        Fault::Refuse { .. } | Fault::SlowProvisioning { .. } => response,
        Fault::AcceptAndClose | Fault::LoseAnswer => delivered(response, Delivery::Close),
        Fault::StallBeforeAnswer => delivered(response, Delivery::Stall),
        Fault::Trickle { interval } => delivered(response, Delivery::Trickle(*interval)),
        Fault::HtmlBadGateway | Fault::CreateAndBadGateway => bad_gateway(),
        Fault::Redirect { to } => redirect(to.as_deref(), context.uri),
        Fault::TooManyRequests { after } => {
            let response = too_many_requests(context);
            with(response, RETRY_AFTER, &seconds(*after).to_string())
        }
        Fault::TooManyRequestsDate { after } => {
            let after = Duration::from_secs(seconds(*after));
            let then = context.now.checked_add(after).unwrap_or(context.now);
            let response = with(too_many_requests(context), RETRY_AFTER, &http_date(then));
            with(response, DATE, &http_date(context.now))
        }
        Fault::Unavailable { after } => {
            let message = "The service is unavailable for the moment.";
            let response = error(StatusCode::SERVICE_UNAVAILABLE, message, context);
            match after {
                Some(after) => with(response, RETRY_AFTER, &seconds(*after).to_string()),
                None => response,
            }
        }
        Fault::EmptyOk => StatusCode::OK.into_response(),
        Fault::NoContent => StatusCode::NO_CONTENT.into_response(),
        Fault::WrongContentType => with(response, CONTENT_TYPE, "text/html"),
        _ => spoil_body(fault, response).await,
    }
}

/// Those that need the whole body. Where there is none, an empty object stands for it.
async fn spoil_body(fault: &Fault, mut response: Response) -> Response {
    let body = std::mem::take(response.body_mut());
    let mut json = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if json.is_empty() {
        json = Bytes::from_static(b"{}");
        response = with(response, CONTENT_TYPE, "application/json");
    }
    let half = json.slice(..json.len() / 2);
    let announced = json.len();
    let broken = |part, end| (Some(announced), Body::new(BrokenBody::new(part, end)));
    let (length, body) = match fault {
        Fault::CloseAfterHeaders => broken(Bytes::new(), End::Close),
        Fault::CloseMidBody => broken(half, End::Close),
        Fault::StallDuringAnswer => broken(half, End::Stall),
        Fault::TruncatedJson => (None, half.into()),
        Fault::InvalidUtf8 => (None, invalid_utf8(&json).into()),
        Fault::WrongLength => {
            let excess = Delivery::Excess(json.slice(half.len()..));
            response = delivered(response, excess);
            (None, half.into())
        }
        Fault::HugeBody { bytes } => {
            let spaces = bytes.saturating_sub(announced as u64);
            (None, Body::new(HugeBody { spaces, json }))
        }
        Fault::GzipBomb => {
            response = with(response, CONTENT_ENCODING, "gzip");
            (None, gzip_bomb::wrap(&json).into())
        }
        _ => (None, json.into()),
    };
    // What was right for the whole body is not for this one.
    response.headers_mut().remove(CONTENT_LENGTH);
    if let Some(length) = length {
        response = with(response, CONTENT_LENGTH, &length.to_string());
    }
    *response.body_mut() = body;
    response
}

fn delivered(mut response: Response, delivery: Delivery) -> Response {
    response.extensions_mut().insert(delivery);
    response
}

fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    // What is no header's value was refused when the rule was read.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn error(status: StatusCode, message: &str, context: &Context<'_>) -> Response {
    render(
        ApiError::new(status, message).into_response(),
        context.request_id,
    )
}

fn too_many_requests(context: &Context<'_>) -> Response {
    let message = "Too many requests; try again later.";
    error(StatusCode::TOO_MANY_REQUESTS, message, context)
}

fn bad_gateway() -> Response {
    let page = "<html>\n<head><title>502 Bad Gateway</title></head>\n\
                <body><h1>502 Bad Gateway</h1></body>\n</html>\n";
    from_gateway((StatusCode::BAD_GATEWAY, Html(page)).into_response())
}

fn redirect(to: Option<&str>, uri: &Uri) -> Response {
    let target = || uri.path_and_query().map_or("/", |target| target.as_str());
    let to = to.map_or_else(|| format!("{REDIRECTED}{}", target()), str::to_owned);
    let response = StatusCode::TEMPORARY_REDIRECT.into_response();
    from_gateway(with(response, LOCATION, &to))
}

fn from_gateway(mut response: Response) -> Response {
    response.extensions_mut().insert(FromGateway);
    response
}

/// Puts a byte that is never part of UTF-8 into a string: a value's if there is one, otherwise the
/// first that there is.
fn invalid_utf8(json: &[u8]) -> Bytes {
    const BEFORE_VALUE: &[u8] = b"\":\"";
    let mut windows = json.windows(BEFORE_VALUE.len());
    let value = windows.position(|window| window == BEFORE_VALUE);
    let place = match value {
        Some(start) => Some(start + BEFORE_VALUE.len()),
        None => json
            .iter()
            .position(|byte| *byte == b'"')
            .map(|quote| quote + 1),
    };
    match place.and_then(|place| json.split_at_checked(place)) {
        Some((before, after)) => [before, b"\xff", after].concat().into(),
        // Nothing but brackets.
        None => Bytes::from_static(b"[\"\xff\"]"),
    }
}

fn seconds(duration: Duration) -> u64 {
    let started = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(started)
}
