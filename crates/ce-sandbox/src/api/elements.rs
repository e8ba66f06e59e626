use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::path::ElementRef;
use crate::catalogue::{Element, Object};
use crate::store::Store;
use crate::web::{ApiError, MAX_PAGE, Page, PageRequest, Parameters, PlatformCall};

/// `GET /elements`.
pub(crate) async fn list(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    parameters: Parameters,
) -> Result<Page<Value>, ApiError> {
    page(store.settings.catalogue.elements().collect(), &parameters)
}

/// A page of these elements.
pub(crate) fn page(
    elements: Vec<&Arc<Element>>,
    parameters: &Parameters,
) -> Result<Page<Value>, ApiError> {
    let total = elements.len();
    let views = elements.into_iter();
    let views = views.map(|element| full(element));
    Ok(PageRequest::read(parameters, MAX_PAGE)?.of(views, total))
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
    let configuration = ("configuration".to_owned(), entries.collect());
    view(element).into_iter().chain([configuration]).collect()
}

/// An element as its instances show it.
pub(super) fn view(element: &Element) -> Object {
    let fields = [
        ("id", json!(element.id)),
        ("name", json!(element.name)),
        ("key", json!(element.key)),
        ("description", json!(element.description)),
        ("image", json!(element.image)),
        ("active", json!(true)),
        ("deleted", json!(false)),
        // The documented answers say no here, even for OAuth elements.
        ("typeOauth", json!(false)),
        ("trialAccount", json!(false)),
        ("resources", json!([])),
        ("transformationsEnabled", json!(true)),
        ("bulkDownloadEnabled", json!(true)),
        ("bulkUploadEnabled", json!(true)),
        ("cloneable", json!(true)),
        ("extendable", json!(true)),
        ("beta", json!(false)),
        ("authentication", json!({"type": element.authentication})),
        ("extended", json!(false)),
        ("hub", json!(element.hub)),
        ("protocolType", json!("http")),
        ("parameters", json!([])),
        ("private", json!(false)),
    ];
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
