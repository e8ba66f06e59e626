//! Forms of other sites are refused, by what browsers say of where a form comes from.
//!
//! That needs no token in the form, and so no session before signing in. Every browser says it: with
//! `Sec-Fetch-Site` since 2023 at the latest, and with `Origin` for years before.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{HeaderMap, HeaderName, ORIGIN};

use crate::error::AppError;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request through that changes nothing, or comes from one of our own pages.
pub(crate) async fn refuse_others(
    State(own): State<Arc<str>>,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() || is_own(request.headers(), &own) {
        return next.run(request).await;
    }
    AppError::foreign_form().into_response()
}

fn is_own(headers: &HeaderMap, own: &str) -> bool {
    match headers.get(SEC_FETCH_SITE) {
        Some(site) => site == "same-origin",
        None => headers.get(ORIGIN).is_some_and(|origin| origin == own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_ours_if_the_browser_says_so() {
        let own = "https://app.example";
        for (site, origin, expected) in [
            (Some("same-origin"), None, true),
            (Some("same-origin"), Some("null"), true),
            (Some("same-site"), Some("https://app.example"), false),
            (Some("cross-site"), Some("https://app.example"), false),
            (Some("none"), None, false),
            (None, Some("https://app.example"), true),
            (None, Some("http://app.example"), false),
            (None, Some("https://app.example.evil"), false),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert(SEC_FETCH_SITE, site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(is_own(&headers, own), expected, "{site:?} {origin:?}");
        }
    }
}
