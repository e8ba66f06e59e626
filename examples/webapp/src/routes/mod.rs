mod accounts;
pub(crate) mod connect;
mod events;
mod notice;
mod sign_in;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use crate::app::App;
use crate::error::AppError;
use crate::web::headers::{self, SecurityHeaders};
use crate::web::{origin, public_url, requests};

/// Every address that there is.
pub(crate) fn router(app: Arc<App>, security: SecurityHeaders) -> Router {
    let origin: Arc<str> = public_url::origin(&app.public_url).into();
    Router::new()
        .route("/", get(sign_in::home))
        .route("/sign-in", post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/connect/{element}", get(connect::ask).post(connect::begin))
        .route("/callback", get(connect::callback))
        .route("/flows/{id}/look", post(connect::look_again))
        .route("/accounts/{instance}/authorize", post(connect::begin_anew))
        .route("/accounts/{instance}/check", post(accounts::check))
        .route("/accounts/{instance}/disable", post(accounts::disable))
        .route("/accounts/{instance}/enable", post(accounts::enable))
        .route(
            "/accounts/{instance}/disconnect",
            get(accounts::confirm_disconnect).post(accounts::disconnect),
        )
        .route("/events/live", get(events::live))
        .route("/healthz", get(health))
        .route("/live.js", get(script))
        .route("/style.css", get(style))
        .route("/icon.svg", get(icon))
        .fallback(async || AppError::not_found())
        .method_not_allowed_fallback(async || AppError::method_not_allowed())
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(middleware::from_fn_with_state(
            origin,
            origin::refuse_others,
        ))
        // Signed, and by no browser: it needs no origin.
        .route("/events", post(events::receive))
        .layer(middleware::from_fn(requests::follow))
        .layer(middleware::from_fn_with_state(security, headers::secure))
        .with_state(app)
}

/// `GET /healthz`: can this replica serve? 503 takes it out of the balancer until it can.
async fn health(State(app): State<Arc<App>>) -> Response {
    let (status, word) = match app.database.can_write(&app.replica).await {
        true => (StatusCode::OK, "ok"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    (status, Json(json!({"status": word, "database": word}))).into_response()
}

async fn style() -> impl IntoResponse {
    let css = include_str!("../pages/style.css");
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, BRIEFLY),
        ],
        css,
    )
}

async fn script() -> impl IntoResponse {
    let script = include_str!("../pages/live.js");
    let kind = "text/javascript; charset=utf-8";
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, BRIEFLY)], script)
}

async fn icon() -> impl IntoResponse {
    let svg = include_str!("../pages/icon.svg");
    (
        [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, BRIEFLY)],
        svg,
    )
}

/// The addresses stay the same from version to version.
const BRIEFLY: &str = "public, max-age=300";
