//! The two handlers for axum, with tower-sessions.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::{get, post};
use ce_async::{Client, ConnectOutcome, ConnectRequest, Error, PendingAuthorization};
use tokio::time::timeout;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Session, SessionManagerLayer, SessionStore};

use crate::store::Flows;

type Shared = State<(Client, Flows)>;

/// So long a browser waits for the end.
const PATIENCE: Duration = Duration::from_secs(20);

/// To be merged with your own routes, below one layer of sessions.
pub(crate) fn routes(client: Client, flows: Flows) -> Router {
    Router::new()
        .route("/connect", post(begin))
        .route("/callback", get(callback))
        .with_state((client, flows))
}

/// The callback comes from another site, and the default, `Strict`, keeps the cookie from it.
pub(crate) fn sessions<S: SessionStore>(store: S) -> SessionManagerLayer<S> {
    SessionManagerLayer::new(store).with_same_site(SameSite::Lax)
}

pub(crate) fn connect() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key("client id, from the provider")
        .api_secret("client secret, from the provider")
        .callback_url("https://app.example/callback")
        .name("Ann's photos")
        .recoverable()
}

/// `POST /connect`
async fn begin(State((client, flows)): Shared, session: Session) -> Result<Redirect, StatusCode> {
    let user = user(&session).await?;
    let begun = client.begin(&connect()).await;
    let redirect = begun.map_err(|error| {
        log(&error);
        StatusCode::BAD_GATEWAY
    })?;
    flows.insert(&user, &redirect.pending).await;
    Ok(Redirect::to(redirect.url.as_str()))
}

/// `GET /callback`
async fn callback(
    State((client, flows)): Shared,
    session: Session,
    RawQuery(query): RawQuery,
) -> Result<(StatusCode, String), StatusCode> {
    let user = user(&session).await?;
    let callback = query.unwrap_or_default();
    let state = PendingAuthorization::state_of_callback(&callback);
    let state = state.ok_or(StatusCode::BAD_REQUEST)?;
    let pending = flows.find(&user, &state).await;
    let pending = pending.ok_or(StatusCode::BAD_REQUEST)?;
    // A callback that isn't accepted leaves the flow as it is.
    let accepted = pending.read_callback(&callback, SystemTime::now());
    accepted.map_err(|error| {
        log(&error);
        StatusCode::BAD_REQUEST
    })?;
    if !flows.claim(&state).await {
        return Err(StatusCode::CONFLICT);
    }
    // Goes on to the end, whether or not the browser waits for it.
    let task = tokio::spawn(finish(client, flows, pending, callback));
    let Ok(ended) = timeout(PATIENCE, task).await else {
        return Ok((StatusCode::ACCEPTED, "still at it".to_owned()));
    };
    let finished = ended.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let text = match finished.map_err(|_| StatusCode::BAD_GATEWAY)? {
        ConnectOutcome::Connected(instance) => format!("connected: {}", instance.id),
        ConnectOutcome::Denied(denied) => denied.to_string(),
    };
    Ok((StatusCode::OK, text))
}

async fn finish(
    client: Client,
    flows: Flows,
    pending: PendingAuthorization,
    callback: String,
) -> Result<ConnectOutcome, Error> {
    let finished = client.finish(&connect(), &pending, &callback).await;
    if let Err(error) = &finished {
        log(error);
    }
    flows.close(&pending, &finished).await;
    finished
}

/// The browser is told the status alone. What happened and what to do is for whoever runs the application.
fn log(error: &(dyn std::error::Error + 'static)) {
    tracing::warn!(error, "no account was connected");
}

/// Who is signed in, as your application knows it.
async fn user(session: &Session) -> Result<String, StatusCode> {
    let user = session.get("user").await;
    let user = user.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    user.ok_or(StatusCode::UNAUTHORIZED)
}
