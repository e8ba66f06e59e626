//! Events: the platform tells what changed behind an account, and its owner sees it at once.
//!
//! Whichever replica is told stores it. Every other finds it in the database, where the streams of its own
//! browsers look again and again. So replicas need not know of each other.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use ce_async::core::events::{WEBHOOK_ID, WEBHOOK_SIGNATURE, verify};
use futures_util::{Stream, StreamExt as _, stream};
use http::StatusCode;
use http::header::HeaderMap;
use tokio::time::timeout;

use crate::app::App;
use crate::database::Received;
use crate::error::AppError;
use crate::pages;
use crate::web::session::User;

/// A notification holds at most twenty events.
const MAX_BYTES: usize = 256 * 1024;

type Shared = State<Arc<App>>;

/// `POST /events`: a notification of the platform's. Anybody can post here, so the body is verified as it
/// came, and nothing is read before. What is not answered with 2xx comes again.
pub(crate) async fn receive(
    State(app): Shared,
    headers: HeaderMap,
    body: Body,
) -> Result<(), StatusCode> {
    let key = app.events_key.as_ref().ok_or(StatusCode::NOT_FOUND)?;
    let body = timeout(app.read_timeout, to_bytes(body, MAX_BYTES)).await;
    let body = body.ok().and_then(Result::ok);
    let body = body.ok_or(StatusCode::BAD_REQUEST)?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    verify(key.expose(), header(WEBHOOK_SIGNATURE), &body).map_err(|error| {
        tracing::warn!(%error, "a notification was refused");
        StatusCode::UNAUTHORIZED
    })?;
    let id = header(WEBHOOK_ID).filter(|id| (1..=200).contains(&id.len()));
    let id = id.ok_or(StatusCode::BAD_REQUEST)?;
    let notification = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    match app.database.insert_events(id, &notification).await {
        Ok(Received::Stored) => Ok(()),
        // Its account may be about to be stored: then it is there when this comes again.
        Ok(Received::NoAccount) => Err(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::error!(%error, "a notification was not stored");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// `GET /events/live`: the list of changes as it is now, and whenever it has changed. It ends when the
/// session does, and with the application.
pub(crate) async fn live(
    State(app): Shared,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, AppError> {
    User::of(&app, &headers)
        .await?
        .ok_or_else(AppError::signed_out)?;
    let stopping = app.stopping.clone().cancelled_owned();
    let ticks = tokio::time::interval(app.live_interval);
    let start = (app, headers, ticks, String::new());
    let lists = stream::unfold(start, |(app, headers, mut ticks, mut shown)| async move {
        loop {
            ticks.tick().await;
            let user = User::of(&app, &headers).await.ok()??;
            let changes = app.database.changes_of(&user.name).await.ok()?;
            let list = pages::changes(&changes).into_string();
            if list != shown {
                shown.clone_from(&list);
                let event = Event::default().data(list);
                return Some((Ok(event), (app, headers, ticks, shown)));
            }
        }
    });
    Ok(Sse::new(lists.take_until(stopping)).keep_alive(KeepAlive::default()))
}
