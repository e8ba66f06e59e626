use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, MatchedPath, Request, State};
use axum::middleware::{from_fn, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::{self, HeaderName, HeaderValue};
use serde_json::json;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{
    MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer,
};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyDeadlineLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;

use crate::app::App;
use crate::error::{self, AppError};
use crate::{accounts, connect, events, sessions};

/// What all handlers get.
pub(crate) type Shared = State<Arc<App>>;

/// The longest body: a notification of twenty events.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// What a form was filled in with.
#[derive(FromRequest)]
#[from_request(via(axum::Form), rejection(AppError))]
pub(crate) struct Form<T>(pub(crate) T);

/// The variable part of an address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(AppError))]
pub(crate) struct Path<T>(pub(crate) T);

/// Every address that there is.
pub(crate) fn router(app: Arc<App>) -> anyhow::Result<Router> {
    // Forms of other sites are refused, by what browsers say of where a form comes from.
    let own_forms = CsrfLayer::new()
        .add_trusted_origin(&app.origin)?
        .with_rejection_response(|_| AppError::ForeignForm.into_response());
    let log = TraceLayer::new_for_http().make_span_with(span);
    let log = log.on_response(answered).on_failure(());
    let id = HeaderName::from_static("x-request-id");
    let pages = Router::new()
        .route("/", get(accounts::home))
        .route("/sign-in", post(sessions::sign_in))
        .route("/sign-out", post(sessions::sign_out))
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
        .layer(own_forms);
    let headers = security_headers(&app);
    let router = pages
        // Posted by the platform, which signs it, and by no browser.
        .route("/events", post(events::receive))
        .fallback(async || AppError::NotFound)
        .method_not_allowed_fallback(async || AppError::MethodNotAllowed)
        // Nobody who sends a body slowly holds a connection for ever.
        .layer(RequestBodyDeadlineLayer::new(app.settings.read_timeout))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(error::show))
        .layer(log)
        // Asked every few seconds, and of no interest to the log.
        .route("/healthz", get(health))
        .route(
            "/style.css",
            file("text/css", include_str!("pages/style.css")),
        )
        .route(
            "/live.js",
            file("text/javascript", include_str!("pages/live.js")),
        )
        .route(
            "/icon.svg",
            file("image/svg+xml", include_str!("pages/icon.svg")),
        )
        .layer(PropagateRequestIdLayer::new(id.clone()))
        .layer(SetRequestIdLayer::new(id, MakeRequestUuid))
        // Each page is one user's.
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(map_response(move |response: Response| {
            ready((headers.clone(), response))
        }));
    Ok(router.with_state(app))
}

/// What browsers are told on every answer.
///
/// They hold a form's target against every redirect that follows, so the providers have to be among them: any of
/// them, since the platform says which. The sandbox's are not encrypted.
fn security_headers(app: &App) -> [(&'static str, String); 7] {
    let config = app.client.config();
    let origin = config.base_url().split('/').take(3).collect::<Vec<_>>();
    let sandbox = config.is_loopback().then(|| origin.join("/"));
    let policy = format!(
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
         base-uri 'none'; frame-ancestors 'none'; form-action 'self' https: {}",
        sandbox.unwrap_or_default()
    );
    let nothing = "camera=(), geolocation=(), microphone=()";
    let encrypted_for = match app.is_encrypted() {
        true => "max-age=31536000",
        false => "max-age=0",
    };
    [
        ("content-security-policy", policy.trim_end().to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("x-frame-options", "DENY".to_owned()),
        // The callback's address holds a code, so nobody gets a whole address. With `no-referrer`,
        // older browsers would not say that our own forms are ours.
        ("referrer-policy", "strict-origin".to_owned()),
        ("cross-origin-opener-policy", "same-origin".to_owned()),
        ("permissions-policy", nothing.to_owned()),
        ("strict-transport-security", encrypted_for.to_owned()),
    ]
}

/// Logged is the route, not the address: an address may hold a code.
fn span(request: &Request) -> Span {
    let route = request.extensions().get().map_or("-", MatchedPath::as_str);
    let id = request.extensions().get::<RequestId>();
    let id = id.and_then(|id| id.header_value().to_str().ok());
    tracing::info_span!("request", id, method = %request.method(), route)
}

fn answered(response: &Response, latency: Duration, _: &Span) {
    let (status, seconds) = (response.status().as_u16(), latency.as_secs_f64());
    tracing::info!(status, seconds, "answered");
}

/// `GET /healthz`: can this replica serve? 503 takes it out of the balancer until it can.
async fn health(State(app): Shared) -> impl IntoResponse {
    let (status, word) = match app.db.can_write(&app.replica).await {
        true => (StatusCode::OK, "ok"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    (status, Json(json!({"status": word, "database": word})))
}

/// The addresses stay the same from version to version, so caches keep it briefly.
fn file(kind: &'static str, text: &'static str) -> MethodRouter<Arc<App>> {
    let cached = (header::CACHE_CONTROL, "public, max-age=300");
    get(async move || ([(header::CONTENT_TYPE, kind), cached], text))
}
