//! Instances, from their creation to their end.

pub(super) mod change;
pub(super) mod configuration;
mod consent;
pub(super) mod create;
mod create_request;
mod view;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::StatusCode;
use serde_json::{Value, json};

use self::view::{full, short};
use super::path::{ElementRef, InstanceRef, change_instance, instance};
use super::through::{InstanceId, permitted};
use crate::store::{Instance, Store};
use crate::web::{
    ApiError, Credentials, ElementCall, MAX_PAGE, Page, PageRequest, Parameters, PlatformCall,
};

/// `GET /instances`: all of them, or with an element token the one that it belongs to.
pub(crate) async fn list(
    State(store): State<Arc<Store>>,
    headers: HeaderMap,
    parameters: Parameters,
) -> Result<Response, ApiError> {
    let credentials = Credentials::read(&headers)?;
    if credentials.names_an_element() {
        let id = credentials.element_call(&store)?.instance_id;
        return Ok(one(&store, id)?.into_response());
    }
    credentials.platform_call(&store)?;
    Ok(search(&store, &parameters, None)?.into_response())
}

/// `GET /elements/{keyOrId}/instances`.
pub(crate) async fn list_of_element(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
    parameters: Parameters,
) -> Result<Page<Value>, ApiError> {
    search(&store, &parameters, Some(element.id))
}

fn search(
    store: &Store,
    parameters: &Parameters,
    element_id: Option<u64>,
) -> Result<Page<Value>, ApiError> {
    let request = PageRequest::read(parameters, MAX_PAGE)?;
    let tags = parameters.all("tags[]").chain(parameters.all("tags"));
    let tags: Vec<&str> = tags.collect();
    let text = parameters.first("searchText").map(str::to_lowercase);
    let matches = |instance: &&Instance| {
        element_id.is_none_or(|id| instance.element.id == id)
            && tags
                .iter()
                .all(|tag| instance.tags.iter().any(|other| other == tag))
            && text.as_ref().is_none_or(|text| {
                instance.name.to_lowercase().contains(text)
                    || instance.element.key.to_lowercase().contains(text)
            })
    };
    let state = store.state();
    let found: Vec<&Instance> = state.instances.iter().filter(matches).collect();
    // As the platform does: a search without hits is an error, a page behind the last is not.
    if found.is_empty() {
        return Err(ApiError::not_found("No element instances found"));
    }
    let total = found.len();
    let view = match parameters.first("hydrate") {
        Some("false") => short,
        _ => full,
    };
    Ok(request.of(found.into_iter().map(view), total))
}

/// `GET /instances/{id}`.
pub(crate) async fn show(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
) -> Result<Json<Value>, ApiError> {
    one(&store, id)
}

fn one(store: &Store, id: u64) -> Result<Json<Value>, ApiError> {
    Ok(Json(full(instance(&store.state(), id)?)))
}

/// `DELETE /instances/{id}`.
pub(crate) async fn delete(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
) -> Result<StatusCode, ApiError> {
    let removed = store.state().instances.remove(id);
    removed.ok_or_else(|| ApiError::no_such_instance(id))?;
    Ok(StatusCode::OK)
}

/// `PUT /instances/{id}/enabled`. A token enables its instance as well as it disabled it.
pub(crate) async fn enable(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
) -> Result<StatusCode, ApiError> {
    set_disabled(&store, id, false)
}

/// `DELETE /instances/{id}/enabled`.
pub(crate) async fn disable(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
) -> Result<StatusCode, ApiError> {
    set_disabled(&store, id, true)
}

fn set_disabled(store: &Store, id: u64, disabled: bool) -> Result<StatusCode, ApiError> {
    change_instance(&mut store.state(), id, |instance| {
        instance.disabled = disabled
    })?;
    Ok(StatusCode::OK)
}

/// `GET /ping`, the cheapest call through an instance: it proves that an element token works.
pub(crate) async fn ping(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
) -> (InstanceId, Result<Json<Value>, ApiError>) {
    let now = store.now();
    let pong = permitted(&store, instance_id, |instance| {
        Ok(Json(
            json!({"dateTime": now, "endpoint": instance.element.key}),
        ))
    });
    (InstanceId(instance_id), pong)
}
