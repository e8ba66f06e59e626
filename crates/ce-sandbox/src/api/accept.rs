use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};

use crate::web::ApiError;

/// Refuses a client that says it does not take JSON, which is all that the API has.
pub(crate) async fn json(request: Request, next: Next) -> Result<Response, ApiError> {
    if !takes_json(request.headers()) {
        return Err(ApiError::new(
            StatusCode::NOT_ACCEPTABLE,
            "Answers are application/json, which the Accept header rules out.",
        ));
    }
    Ok(next.run(request).await)
}

fn takes_json(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).iter();
    let ranges: Vec<String> = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| range.replace(' ', "").to_ascii_lowercase())
        .filter(|range| !range.is_empty())
        .collect();
    // The narrowest range that covers JSON decides; a weight of nothing excludes it.
    let decides = |kind: &str| {
        let mut matching = ranges.iter().filter_map(|range| {
            let (essence, parameters) = range.split_once(';').unwrap_or((range, ""));
            (essence == kind).then_some(!matches!(parameters, "q=0" | "q=0.0"))
        });
        matching.next()
    };
    let narrowest = ["application/json", "application/*", "*/*"];
    narrowest
        .into_iter()
        .find_map(decides)
        .unwrap_or(ranges.is_empty())
}
