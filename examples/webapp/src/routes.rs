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
use crate::headers::{self, SecurityHeaders};
use crate::trouble::Trouble;
use crate::{connecting, entrance, requests, tending};

/// Every address that there is.
pub(crate) fn router(app: Arc<App>, security: SecurityHeaders) -> Router {
    let sessions = app.sessions.layer(&app.public_url);
    Router::new()
        .route("/", get(entrance::home))
        .route("/sign-in", post(entrance::sign_in))
        .route("/sign-out", post(entrance::sign_out))
        .route(
            "/connect/{element}",
            get(connecting::ask).post(connecting::begin),
        )
        .route("/callback", get(connecting::callback))
        .route("/flows/{id}/look", post(connecting::look_again))
        .route(
            "/accounts/{instance}/authorize",
            post(connecting::begin_anew),
        )
        .route("/accounts/{instance}/check", post(tending::check))
        .route("/accounts/{instance}/disable", post(tending::disable))
        .route("/accounts/{instance}/enable", post(tending::enable))
        .route(
            "/accounts/{instance}/disconnect",
            get(tending::confirm_disconnect).post(tending::disconnect),
        )
        .layer(sessions)
        .route("/healthz", get(health))
        .route("/style.css", get(style))
        .route("/icon.svg", get(icon))
        .fallback(async || Trouble::not_found())
        .method_not_allowed_fallback(async || Trouble::method_not_allowed())
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(middleware::from_fn(requests::follow))
        .layer(middleware::from_fn_with_state(security, headers::secure))
        .with_state(app)
}

/// `GET /healthz`: can this replica serve? 503 takes it out of the balancer until it can.
async fn health(State(app): State<Arc<App>>) -> Response {
    let (database, sessions) = tokio::join!(app.database.is_well(), app.sessions.is_well());
    let word = |well| if well { "ok" } else { "unavailable" };
    let status = if database && sessions {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": word(status == StatusCode::OK),
        "database": word(database),
        "sessions": word(sessions),
    });
    (status, Json(body)).into_response()
}

async fn style() -> impl IntoResponse {
    let css = include_str!("style.css");
    (
        [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, BRIEFLY),
        ],
        css,
    )
}

async fn icon() -> impl IntoResponse {
    let svg = include_str!("icon.svg");
    (
        [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, BRIEFLY)],
        svg,
    )
}

/// The addresses stay the same from version to version.
const BRIEFLY: &str = "public, max-age=300";
