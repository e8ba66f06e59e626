use axum::extract::Request;
use axum::middleware::Next;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};

use super::ApiResult;
use super::api_error::ApiError;

/// Refuses a client that says it does not take JSON.
pub(crate) async fn takes_json(request: Request, next: Next) -> ApiResult {
    check_json(request.headers())?;
    Ok(next.run(request).await)
}

pub(crate) fn check_json(headers: &HeaderMap) -> ApiResult<()> {
    let values = headers.get_all(ACCEPT).iter();
    let ranges: Vec<String> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| range.replace(' ', "").to_ascii_lowercase())
        .filter(|range| !range.is_empty())
        .collect();
    // The narrowest range that covers JSON decides; a weight of nothing excludes it.
    let mut narrowest = ["application/json", "application/*", "*/*"].into_iter();
    let decides = |kind: &str| {
        ranges.iter().find_map(|range| {
            let (essence, parameters) = range.split_once(';').unwrap_or((range, ""));
            (essence == kind).then_some(!matches!(parameters, "q=0" | "q=0.0"))
        })
    };
    match narrowest.find_map(decides) {
        Some(true) => Ok(()),
        None if ranges.is_empty() => Ok(()),
        _ => Err(ApiError::new(
            StatusCode::NOT_ACCEPTABLE,
            "Answers are application/json, which the Accept header rules out.",
        )),
    }
}
