use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::through::InstanceId;
use crate::store::Store;
use crate::web::Credentials;

/// Answers a request with `Elements-Async-Request: true` at once, and carries it out all the same.
/// Who may not call is told so.
pub(crate) async fn answer(
    State(store): State<Arc<Store>>,
    request: Request,
    next: Next,
) -> Response {
    let asked = request.headers().get("elements-async-request");
    if !asked.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true")) {
        return next.run(request).await;
    }
    let credentials = Credentials::read(request.headers());
    let Ok(call) = credentials.and_then(|credentials| credentials.element_call(&store)) else {
        return next.run(request).await;
    };
    let event_id = store.state().random.digits();
    tokio::spawn(next.run(request));
    let accepted = Json(json!({"eventId": event_id, "eventStatus": "dispatched"}));
    (InstanceId(call.instance_id), accepted).into_response()
}
