use axum::Json;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use super::api_error::ApiError;
use super::parameters::Parameters;

/// How many elements or instances a page holds at most, and any list by default.
pub(crate) const MAX_PAGE: usize = 200;

/// Which part of a list is wanted: by `page`, counted from 1, or by an earlier page's token.
pub(crate) struct PageRequest {
    position: Position,
    /// Whether a larger page was asked for than there is.
    shortened: Option<usize>,
}

/// What a token holds.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Position {
    page_size: usize,
    page: usize,
}

/// A part of a list.
pub(crate) struct Page<T> {
    items: Vec<T>,
    total: usize,
    request: PageRequest,
}

impl PageRequest {
    pub(crate) fn read(parameters: &Parameters, max: usize) -> Result<Self, ApiError> {
        let number = |name: &str| match parameters.first(name) {
            None => Ok(None),
            Some(text) => match text.parse::<usize>() {
                Ok(number @ 1..) => Ok(Some(number)),
                _ => Err(ApiError::bad_request(format!(
                    "{name} has to be a whole number from 1 on."
                ))),
            },
        };
        let (size, page) = (number("pageSize")?, number("page")?);
        let token = parameters
            .first("nextPage")
            .filter(|token| !token.is_empty());
        let position = match token {
            None => Position {
                page_size: size.unwrap_or(MAX_PAGE),
                page: page.unwrap_or(1),
            },
            Some(token) => read_token(token).ok_or_else(|| {
                ApiError::bad_request("nextPage is no token that an earlier page gave.")
            })?,
        };
        Ok(Self {
            shortened: (position.page_size > max).then_some(max),
            position: Position {
                page_size: position.page_size.min(max),
                ..position
            },
        })
    }

    /// Takes the page out of the whole list, of which the length is known.
    pub(crate) fn of<T>(self, list: impl Iterator<Item = T>, total: usize) -> Page<T> {
        let Position { page_size, page } = self.position;
        let before = page_size.saturating_mul(page - 1);
        Page {
            items: match before < total {
                true => list.skip(before).take(page_size).collect(),
                false => Vec::new(),
            },
            total,
            request: self,
        }
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let mut response = Json(&self.items).into_response();
        let mut insert = |name, text: &str| {
            if let Ok(value) = HeaderValue::from_str(text) {
                let headers = response.headers_mut();
                headers.insert(HeaderName::from_static(name), value);
            }
        };
        insert("elements-returned-count", &self.items.len().to_string());
        insert("elements-total-count", &self.total.to_string());
        // Like the platform's, it always comes, and may lead to an empty page.
        insert(
            "elements-next-page-token",
            &self.request.position.next_token(),
        );
        if let Some(max) = self.request.shortened {
            insert(
                "elements-error",
                &format!("The page size was reduced to {max}."),
            );
        }
        response
    }
}

impl Position {
    fn next_token(self) -> String {
        let page = self.page.saturating_add(1);
        let next = serde_json::to_vec(&Self { page, ..self });
        BASE64_URL_SAFE_NO_PAD.encode(next.unwrap_or_default())
    }
}

fn read_token(token: &str) -> Option<Position> {
    let json = BASE64_URL_SAFE_NO_PAD
        .decode(token.trim_end_matches('='))
        .ok()?;
    let position: Position = serde_json::from_slice(&json).ok()?;
    (position.page_size > 0 && position.page > 0).then_some(position)
}
