use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};

use super::path::ElementRef;
use crate::catalogue::{Authentication, Element, Entry};
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
    let views = views.map(|element| json!(ElementView::with_configuration(element)));
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
    Json(json!(ElementView::with_configuration(&element)))
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
        "bulk": {"upload": false, "download": false},
        "resources": resources.collect::<Value>(),
    }))
}

/// An element as answers show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ElementView<'a> {
    id: u64,
    name: &'a str,
    key: &'a str,
    description: &'a str,
    image: &'a str,
    active: bool,
    deleted: bool,
    type_oauth: bool,
    trial_account: bool,
    resources: [(); 0],
    transformations_enabled: bool,
    bulk_download_enabled: bool,
    bulk_upload_enabled: bool,
    cloneable: bool,
    extendable: bool,
    beta: bool,
    authentication: AuthenticationView,
    extended: bool,
    hub: &'a str,
    protocol_type: &'static str,
    parameters: [(); 0],
    private: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<Vec<EntryView<'a>>>,
}

#[derive(Serialize)]
struct AuthenticationView {
    #[serde(rename = "type")]
    kind: Authentication,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryView<'a> {
    key: &'a str,
    name: &'a str,
    description: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    default_value: Option<&'a str>,
    required: bool,
    active: bool,
    internal: bool,
    hide_from_console: bool,
    display_order: usize,
}

/// What names an element.
#[derive(Serialize)]
pub(crate) struct ShortElementView<'a> {
    id: u64,
    key: &'a str,
    name: &'a str,
}

impl<'a> ElementView<'a> {
    pub(crate) fn without_configuration(element: &'a Element) -> Self {
        Self {
            id: element.id,
            name: &element.name,
            key: &element.key,
            description: &element.description,
            image: &element.image,
            active: true,
            deleted: false,
            // The documented answers say no here, even for OAuth elements.
            type_oauth: false,
            trial_account: false,
            resources: [],
            transformations_enabled: true,
            bulk_download_enabled: false,
            bulk_upload_enabled: false,
            cloneable: true,
            extendable: true,
            beta: false,
            authentication: AuthenticationView {
                kind: element.authentication,
            },
            extended: false,
            hub: &element.hub,
            protocol_type: "http",
            parameters: [],
            private: false,
            configuration: None,
        }
    }

    pub(crate) fn with_configuration(element: &'a Element) -> Self {
        let entries = element.configuration.iter().enumerate();
        Self {
            configuration: Some(entries.map(EntryView::of).collect()),
            ..Self::without_configuration(element)
        }
    }
}

impl<'a> EntryView<'a> {
    fn of((display_order, entry): (usize, &'a Entry)) -> Self {
        Self {
            key: &entry.key,
            name: &entry.name,
            description: &entry.description,
            kind: &entry.kind,
            default_value: entry.default_value.as_deref(),
            required: entry.required,
            active: true,
            internal: entry.internal,
            hide_from_console: entry.hide_from_console,
            display_order,
        }
    }
}

impl<'a> ShortElementView<'a> {
    pub(crate) fn of(element: &'a Element) -> Self {
        Self {
            id: element.id,
            key: &element.key,
            name: &element.name,
        }
    }
}
