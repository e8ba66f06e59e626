//! The provider: the consent page that a user's browser is sent to.

mod authorization_request;
mod decision;
mod page;
mod user;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::X_CONTENT_TYPE_OPTIONS;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY};
use http::{HeaderMap, StatusCode};
use maud::Markup;

use authorization_request::AuthorizationRequest;
pub(crate) use decision::Decision;
pub use user::ConsentError;
pub(crate) use user::decide;

use crate::store::Store;
use crate::web::{ApiError, Parameters, media_type};

pub(crate) fn routes(store: &Arc<Store>) -> Router {
    let consent = get(ask).post(submit);
    let routes = Router::new().route("/provider/{key}/authorize", consent);
    routes.with_state(Arc::clone(store))
}

/// `GET` of the consent page: asks the user.
async fn ask(
    State(store): State<Arc<Store>>,
    Path(key): Path<String>,
    parameters: Parameters,
) -> Response {
    match AuthorizationRequest::read(&store, &key, &parameters) {
        Ok(request) => show(&store, StatusCode::OK, |nonce| {
            page::question(&request, nonce)
        }),
        Err(error) => show_error(&store, &error),
    }
}

/// `POST` of the consent page: takes the decision. What was asked for may be in the query as well as
/// in the form, so that posting a bare `decision=allow` to the authorization URL is enough.
async fn submit(
    State(store): State<Arc<Store>>,
    Path(key): Path<String>,
    query: Parameters,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let decide = || {
        if media_type(&headers) != "application/x-www-form-urlencoded" {
            let message = "The decision has to come as a form.";
            return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
        let fields = Parameters::parse(&body).and_then(query);
        let request = AuthorizationRequest::read(&store, &key, &fields)?;
        let decision = match fields.first("decision") {
            Some("allow") => Decision::Allow,
            Some("deny") => Decision::Deny,
            _ => {
                return Err(ApiError::bad_request(
                    "The decision has to be allow or deny.",
                ));
            }
        };
        request.decide(&store, decision)
    };
    match decide() {
        Ok(callback) => {
            let location = [(LOCATION, callback)];
            private((StatusCode::FOUND, location).into_response())
        }
        Err(error) => show_error(&store, &error),
    }
}

fn show_error(store: &Store, error: &ApiError) -> Response {
    show(store, error.status, |nonce| {
        page::error(&error.message, nonce)
    })
}

fn show(store: &Store, status: StatusCode, page: impl Fn(&str) -> Markup) -> Response {
    // It lets the page's own style through.
    let nonce = store.state().random.code();
    // No form-action: Chromium applies it to where a form's answer redirects as well, which is
    // the application, wherever that is.
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    private((status, headers, Html(page(&nonce).into_string())).into_response())
}

/// The address holds the application's state, and a redirect's the code: neither may linger.
fn private(response: Response) -> Response {
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (headers, response).into_response()
}
