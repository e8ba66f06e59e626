//! Instances, from their creation to their end.

mod body;
pub(super) mod change;
pub(super) mod configuration;
mod consent;
pub(super) mod create;
mod view;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use self::view::{full, short};
use super::path::{InstanceRef, PathParameters, element};
use super::through::Through;
use crate::store::{Instance, Store};
use crate::web::{ApiError, ApiResult, Credentials, JsonResult, MAX_PAGE, Parameters, page};

/// `GET /instances`, `GET /elements/{keyOrId}/instances`: all of them, or with an element token the one
/// that it belongs to.
pub(crate) async fn list(
    State(store): State<Arc<Store>>,
    path: PathParameters,
    headers: HeaderMap,
    parameters: Parameters,
) -> ApiResult {
    let credentials = Credentials::read(&headers)?;
    if path.key.is_empty() && credentials.names_an_element() {
        let id = credentials.check_element_call(&store)?;
        return Ok(show(InstanceRef { store, id }).await?.into_response());
    }
    credentials.check_platform_call(&store)?;
    let element_id = match path.key.as_str() {
        "" => None,
        key => Some(element(&store, key)?.id),
    };
    let tags = parameters.all("tags[]").chain(parameters.all("tags"));
    let tags: Vec<&str> = tags.collect();
    let text = parameters.first("searchText").map(str::to_lowercase);
    let matches = |instance: &&Instance| {
        let key = &instance.element.key;
        let has = |tag: &&str| instance.tags.iter().any(|other| other == tag);
        element_id.is_none_or(|id| instance.element.id == id)
            && tags.iter().all(has)
            && text.as_ref().is_none_or(|text| {
                let mut names = [&instance.name, key].into_iter();
                names.any(|name| name.to_lowercase().contains(text))
            })
    };
    let state = store.state();
    let found: Vec<&Instance> = state.instances.iter().filter(matches).collect();
    // As the platform does: a search without hits is an error, a page behind the last is not.
    if found.is_empty() {
        return Err(ApiError::not_found("No element instances found"));
    }
    let view = match parameters.first("hydrate") {
        Some("false") => short,
        _ => full,
    };
    page(found.into_iter().map(view), MAX_PAGE, &parameters)
}

/// `GET /instances/{id}`.
pub(crate) async fn show(instance: InstanceRef) -> JsonResult {
    instance.read(|instance| Json(full(instance)))
}

/// `DELETE /instances/{id}`.
pub(crate) async fn delete(InstanceRef { store, id }: InstanceRef) -> ApiResult<StatusCode> {
    let removed = store.state().instances.remove(id);
    removed.ok_or_else(|| ApiError::no_such_instance(id))?;
    Ok(StatusCode::OK)
}

/// `PUT` and `DELETE /instances/{id}/enabled`. A token enables its instance as well as it disabled it.
pub(super) fn set_disabled(instance: &InstanceRef, disabled: bool) -> ApiResult<StatusCode> {
    instance.change(0, |instance| {
        instance.disabled = disabled;
        Ok(StatusCode::OK)
    })
}

/// `GET /ping`, the cheapest call through an instance: it proves that an element token works.
pub(crate) async fn ping(through: Through) -> JsonResult {
    let now = through.0.store.now();
    through.call(|instance| {
        Ok(Json(
            json!({"dateTime": now, "endpoint": instance.element.key}),
        ))
    })
}
