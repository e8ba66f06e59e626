use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Control;
use crate::catalogue::Object;
use crate::events::{NotifyError, notify};
use crate::web::{ApiError, JsonBody, JsonResult};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PostEvents {
    events: Vec<Object>,
}

/// `POST /sandbox/instances/{id}/events`.
pub(super) async fn post_events(
    State(Control { store, .. }): State<Control>,
    Path(id): Path<String>,
    JsonBody { value, .. }: JsonBody<PostEvents>,
) -> JsonResult {
    let id = id.parse().map_err(|_| ApiError::no_such_instance(&id))?;
    let id = notify(&store, id, value.events).map_err(|error| match error {
        NotifyError::NoInstance { id } => ApiError::no_such_instance(id),
        NotifyError::NotEnabled { .. } => ApiError::bad_request(error.to_string()),
    })?;
    Ok(Json(json!({"id": id})))
}

/// `GET /sandbox/events`.
pub(super) async fn get_events(State(Control { store, .. }): State<Control>) -> Json<Value> {
    Json(json!(store.state().outbox.notifications()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PostClock {
    seconds: u32,
}

/// `POST /sandbox/clock`.
pub(super) async fn post_clock(
    State(Control { store, .. }): State<Control>,
    JsonBody { value, .. }: JsonBody<PostClock>,
) -> StatusCode {
    store.advance(Duration::from_secs(value.seconds.into()));
    StatusCode::NO_CONTENT
}
