use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::path::{ElementRef, PathParameters};
use crate::catalogue::Element;
use crate::store::Store;
use crate::web::{
    ApiError, ApiResult, JsonResult, MAX_PAGE, Parameters, PlatformCall, page, with_field,
};

/// `GET /elements`.
pub(crate) async fn list(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
) -> ApiResult {
    let elements = store.settings.catalogue.elements();
    page(elements.map(|element| full(element)), MAX_PAGE, &parameters)
}

/// `GET /elements/keys`.
pub(crate) async fn keys(_: PlatformCall, State(store): State<Arc<Store>>) -> Json<Value> {
    let elements = store.settings.catalogue.elements();
    let keys = elements.map(|element| element.key.as_str());
    Json(keys.collect())
}

/// `GET /elements/{keyOrId}`.
pub(crate) async fn show(_: PlatformCall, ElementRef(element): ElementRef) -> Json<Value> {
    Json(full(&element))
}

/// `GET /elements/{keyOrId}/metadata`: what an element can do.
///
/// What the platform answers here is not published; this is the sandbox's own.
pub(crate) async fn metadata(_: PlatformCall, ElementRef(element): ElementRef) -> Json<Value> {
    let resources = element.resources.iter().map(|resource| {
        json!({
            "name": resource.name,
            "path": format!("/hubs/{}/{}", element.hub, resource.name),
            "methods": ["GET", "POST", "PUT", "PATCH", "DELETE"],
        })
    });
    Json(json!({
        "id": element.id,
        "key": element.key,
        "name": element.name,
        "hub": element.hub,
        "authentication": {"type": element.authentication},
        "events": {"supported": element.entry("event.notification.enabled").is_some()},
        "bulk": {"upload": true, "download": true},
        "resources": resources.collect::<Value>(),
    }))
}

/// An element with what can be configured of it.
fn full(element: &Element) -> Value {
    let entries = element.configuration.iter().enumerate();
    let entries = entries.map(|(place, entry)| {
        json!({
            "key": entry.key,
            "name": entry.name,
            "description": entry.description,
            "type": entry.kind,
            "defaultValue": entry.default_value,
            "required": entry.required,
            "active": true,
            "internal": entry.internal,
            "hideFromConsole": entry.hide_from_console,
            "displayOrder": place,
        })
    });
    with_field(view(element), "configuration", entries.collect())
}

/// An element as its instances show it.
pub(super) fn view(element: &Element) -> Value {
    json!({
        "id": element.id,
        "name": element.name,
        "key": element.key,
        "description": element.description,
        "image": element.image,
        "active": true,
        "deleted": false,
        // The documented answers say no here, even for OAuth elements.
        "typeOauth": false,
        "trialAccount": false,
        "resources": [],
        "transformationsEnabled": true,
        "bulkDownloadEnabled": true,
        "bulkUploadEnabled": true,
        "cloneable": true,
        "extendable": true,
        "beta": false,
        "authentication": {"type": element.authentication},
        "extended": false,
        "hub": element.hub,
        "protocolType": "http",
        "parameters": [],
        "private": false,
    })
}

/// `GET /hubs`.
pub(crate) async fn list_hubs(_: PlatformCall, State(store): State<Arc<Store>>) -> Json<Value> {
    Json(hubs(&store).into_iter().map(hub_view).collect())
}

/// `GET /hubs/keys`.
pub(crate) async fn hub_keys(_: PlatformCall, State(store): State<Arc<Store>>) -> Json<Value> {
    Json(hubs(&store).into_iter().collect())
}

/// `GET /hubs/{key}`.
pub(crate) async fn show_hub(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
) -> JsonResult {
    of_hub(&store, &path.hub)?;
    Ok(Json(hub_view(&path.hub)))
}

/// `GET /hubs/{key}/elements`.
pub(crate) async fn list_of_hub(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
    parameters: Parameters,
) -> ApiResult {
    let elements = of_hub(&store, &path.hub)?.into_iter();
    page(elements.map(|element| full(element)), MAX_PAGE, &parameters)
}

fn hubs(store: &Store) -> BTreeSet<&str> {
    let elements = store.settings.catalogue.elements();
    elements.map(|element| element.hub.as_str()).collect()
}

/// The elements of a hub, which there is as soon as an element is of it.
fn of_hub<'a>(store: &'a Store, hub: &str) -> ApiResult<Vec<&'a Arc<Element>>> {
    let elements = store.settings.catalogue.elements();
    let elements: Vec<_> = elements.filter(|element| element.hub == hub).collect();
    match elements.is_empty() {
        true => Err(ApiError::not_found(format!(
            "No hub found with the key {hub:?}."
        ))),
        false => Ok(elements),
    }
}

fn hub_view(hub: &str) -> Value {
    json!({"key": hub, "name": hub, "active": true})
}
