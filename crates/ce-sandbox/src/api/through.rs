use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use serde_json::{Value, json};

use super::path::InstanceRef;
use crate::events::report;
use crate::store::{Instance, Store};
use crate::web::{ApiError, ApiResult, Credentials};

/// A call through an instance, which an element token names.
pub(crate) struct Through(pub(crate) InstanceRef);

impl FromRequestParts<Arc<Store>> for Through {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> ApiResult<Self> {
        let id = Credentials::read(&parts.headers)?.check_element_call(store)?;
        let store = Arc::clone(store);
        Ok(Self(InstanceRef { store, id }))
    }
}

impl Through {
    /// Calls through the instance, unless it is disabled or its provider lets it in no more.
    pub(crate) fn call<T>(&self, call: impl FnOnce(&mut Instance) -> ApiResult<T>) -> ApiResult<T> {
        self.change(0, call)
    }

    /// The same, if there is room for so many bytes more.
    pub(crate) fn change<T>(
        &self,
        weight: usize,
        change: impl FnOnce(&mut Instance) -> ApiResult<T>,
    ) -> ApiResult<T> {
        self.0.change(weight, |instance| {
            if instance.disabled {
                let message = format!("Instance {} is disabled.", instance.id);
                return Err(ApiError::forbidden(message));
            }
            if !instance.valid {
                let reason = "The user withdrew the consent.";
                return Err(ApiError::by_provider(StatusCode::FORBIDDEN, reason));
            }
            change(instance)
        })
    }

    /// Reports what was changed: `CREATED`, `UPDATED` or `DELETED`.
    pub(crate) fn report(&self, object_type: &str, object_id: &Value, event_type: &str) {
        report(&self.0.store, self.0.id, object_type, object_id, event_type);
    }
}

/// Says of every call with a valid element token which instance it is of, whatever its outcome.
///
/// Such a call with `Elements-Async-Request: true` is answered at once, and carried out all the same.
pub(crate) async fn layer(
    State(store): State<Arc<Store>>,
    request: Request,
    next: Next,
) -> Response {
    let credentials = Credentials::read(request.headers());
    let id = credentials.and_then(|credentials| credentials.check_element_call(&store));
    let Ok(id) = id else {
        return next.run(request).await;
    };
    let asked = request.headers().get("elements-async-request");
    let is_async = asked.is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"true"));
    let response = if is_async {
        let event_id = store.state().random.digits();
        tokio::spawn(next.run(request));
        Json(json!({"eventId": event_id, "eventStatus": "dispatched"})).into_response()
    } else {
        next.run(request).await
    };
    ([("elements-element-instance-id", id)], response).into_response()
}
