use std::time::{Duration, SystemTime};

use axum::body::{Body, Bytes, to_bytes};
use axum::response::{Html, IntoResponse, Response};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, LOCATION, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode, Uri};

use super::body::{End, FaultyBody};
use super::delivery::{Delivery, FromGateway};
use super::fault::Fault;
use super::gzip_bomb;
use crate::store::http_date;
use crate::web::{ApiError, render};

/// Where requests are redirected to by default: nowhere, by RFC 6761.
const REDIRECTED: &str = "http://redirected.invalid";

const BAD_GATEWAY: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n\
                           <body><h1>502 Bad Gateway</h1></body>\n</html>\n";

/// What else a fault needs to know of its call.
pub(super) struct Context<'a> {
    pub(super) request_id: &'a str,
    pub(super) uri: &'a Uri,
    pub(super) now: SystemTime,
}

/// What goes out in place of `response`.
pub(super) async fn inject(fault: &Fault, response: Response, context: &Context<'_>) -> Response {
    let error = |status, message| {
        let response = ApiError::new(status, message).into_response();
        render(response, context.request_id)
    };
    let too_many = || {
        let message = "Too many requests; try again later.";
        error(StatusCode::TOO_MANY_REQUESTS, message)
    };
    match fault {
        Fault::Refuse { .. } | Fault::SlowProvisioning { .. } => response,
        Fault::AcceptAndClose | Fault::LoseAnswer => marked(response, Delivery::Close),
        Fault::StallBeforeAnswer => marked(response, Delivery::Stall),
        Fault::Trickle { interval } => marked(response, Delivery::Trickle(*interval)),
        Fault::HtmlBadGateway | Fault::CreateAndBadGateway => {
            let response = (StatusCode::BAD_GATEWAY, Html(BAD_GATEWAY)).into_response();
            marked(response, FromGateway)
        }
        Fault::Redirect { to } => {
            let target = context.uri.path_and_query();
            let target = target.map_or("/", |target| target.as_str());
            let to = to.clone().unwrap_or(format!("{REDIRECTED}{target}"));
            let response = StatusCode::TEMPORARY_REDIRECT.into_response();
            marked(with(response, LOCATION, to), FromGateway)
        }
        Fault::TooManyRequests { after } => with(too_many(), RETRY_AFTER, seconds(*after)),
        Fault::TooManyRequestsDate { after } => {
            let after = Duration::from_secs(seconds(*after));
            let then = context.now.checked_add(after).unwrap_or(context.now);
            let response = with(too_many(), RETRY_AFTER, http_date(then));
            with(response, DATE, http_date(context.now))
        }
        Fault::Unavailable { after } => {
            let message = "The service is unavailable for the moment.";
            let response = error(StatusCode::SERVICE_UNAVAILABLE, message);
            match after {
                Some(after) => with(response, RETRY_AFTER, seconds(*after)),
                None => response,
            }
        }
        Fault::EmptyOk => StatusCode::OK.into_response(),
        Fault::NoContent => StatusCode::NO_CONTENT.into_response(),
        Fault::WrongContentType => with(response, CONTENT_TYPE, "text/html"),
        _ => inject_into_body(fault, response).await,
    }
}

/// Those that need the whole body. Where there is none, an empty object stands for it.
async fn inject_into_body(fault: &Fault, mut response: Response) -> Response {
    let body = std::mem::take(response.body_mut());
    let mut json = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if json.is_empty() {
        json = Bytes::from_static(b"{}");
        response = with(response, CONTENT_TYPE, "application/json");
    }
    let half = json.slice(..json.len() / 2);
    let length = json.len();
    // What was right for the whole body is not for another one.
    response.headers_mut().remove(CONTENT_LENGTH);
    let broken = |bytes, end| {
        (
            Some(length),
            Body::new(FaultyBody {
                spaces: 0,
                bytes,
                end,
            }),
        )
    };
    let (announced, body) = match fault {
        Fault::CloseAfterHeaders => broken(Bytes::new(), End::Close),
        Fault::CloseMidBody => broken(half, End::Close),
        Fault::StallDuringAnswer => broken(half, End::Stall),
        Fault::TruncatedJson => (None, half.into()),
        Fault::InvalidUtf8 => (None, invalid_utf8(&json).into()),
        Fault::WrongLength => {
            response = marked(response, Delivery::Excess(json.slice(half.len()..)));
            (None, half.into())
        }
        Fault::HugeBody { bytes } => {
            let spaces = bytes.saturating_sub(length as u64);
            let (bytes, end) = (json, End::Proper);
            (None, Body::new(FaultyBody { spaces, bytes, end }))
        }
        Fault::GzipBomb => {
            response = with(response, CONTENT_ENCODING, "gzip");
            (None, gzip_bomb::wrap(&json).into())
        }
        _ => (None, json.into()),
    };
    if let Some(length) = announced {
        response = with(response, CONTENT_LENGTH, length);
    }
    *response.body_mut() = body;
    response
}

fn marked<T: Clone + Send + Sync + 'static>(mut response: Response, mark: T) -> Response {
    response.extensions_mut().insert(mark);
    response
}

fn with(mut response: Response, name: HeaderName, value: impl ToString) -> Response {
    // What is no header's value was refused when the rule was read.
    if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// Puts a byte that is never part of UTF-8 into a string: a value's if there is one, otherwise the
/// first that there is.
fn invalid_utf8(json: &[u8]) -> Bytes {
    let after = |mark: &[u8]| {
        let found = json.windows(mark.len()).position(|window| window == mark);
        json.split_at_checked(found? + mark.len())
    };
    match after(b"\":\"").or_else(|| after(b"\"")) {
        Some((before, after)) => [before, b"\xff", after].concat().into(),
        // Nothing but brackets.
        None => Bytes::from_static(b"[\"\xff\"]"),
    }
}

/// Rounded up to whole ones.
fn seconds(duration: Duration) -> u64 {
    let started = u64::from(duration.subsec_nanos() > 0);
    duration.as_secs().saturating_add(started)
}
