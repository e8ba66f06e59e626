use axum::Json;
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::ApiResult;
use super::api_error::ApiError;
use super::parameters::Parameters;

/// How many elements or instances a page holds at most, and any list by default.
pub(crate) const MAX_PAGE: usize = 200;

/// Which part of a list it is, as a token holds it. Pages are counted from 1.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Position {
    page_size: usize,
    page: usize,
}

/// The part of a list that is asked for by `page` and `pageSize`, or by an earlier page's token.
pub(crate) fn page<T: Serialize>(
    list: impl ExactSizeIterator<Item = T>,
    max: usize,
    parameters: &Parameters,
) -> ApiResult {
    let Position { page_size, page } = position(parameters)?;
    // Like the platform's, it always comes, and may lead to an empty page.
    let next = Position {
        page_size: page_size.min(max),
        page: page.saturating_add(1),
    };
    let next_token = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&next).unwrap_or_default());
    let total = list.len();
    let before = next.page_size.saturating_mul(page - 1).min(total);
    let items: Vec<T> = list.skip(before).take(next.page_size).collect();
    let headers = [
        ("elements-returned-count", items.len().to_string()),
        ("elements-total-count", total.to_string()),
        ("elements-next-page-token", next_token),
    ];
    let shortened = format!("The page size was reduced to {max}.");
    let shortened = (page_size > max).then_some([("elements-error", shortened)]);
    Ok((headers, shortened, Json(items)).into_response())
}

fn position(parameters: &Parameters) -> ApiResult<Position> {
    let number = |name: &str, default| match parameters.first(name).map(str::parse) {
        None => Ok(default),
        Some(Ok(number @ 1..)) => Ok(number),
        Some(_) => {
            let message = format!("{name} has to be a whole number from 1 on.");
            Err(ApiError::bad_request(message))
        }
    };
    let by_number = Position {
        page_size: number("pageSize", MAX_PAGE)?,
        page: number("page", 1)?,
    };
    match parameters.given("nextPage") {
        None => Ok(by_number),
        Some(token) => read_token(token).ok_or_else(|| {
            ApiError::bad_request("nextPage is no token that an earlier page gave.")
        }),
    }
}

fn read_token(token: &str) -> Option<Position> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(token.trim_end_matches('='));
    let position: Position = serde_json::from_slice(&json.ok()?).ok()?;
    (position.page_size > 0 && position.page > 0).then_some(position)
}
