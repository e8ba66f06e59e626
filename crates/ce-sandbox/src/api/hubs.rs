use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::elements::page;
use super::path::PathParameters;
use crate::catalogue::Element;
use crate::store::Store;
use crate::web::{ApiError, Page, Parameters, PlatformCall};

/// `GET /hubs`.
pub(crate) async fn list(_: PlatformCall, State(store): State<Arc<Store>>) -> Json<Value> {
    Json(hubs(&store).into_iter().map(view).collect())
}

/// `GET /hubs/keys`.
pub(crate) async fn keys(_: PlatformCall, State(store): State<Arc<Store>>) -> Json<Value> {
    Json(hubs(&store).into_iter().collect())
}

/// `GET /hubs/{key}`.
pub(crate) async fn show(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
) -> Result<Json<Value>, ApiError> {
    let hub = path.get("hub");
    of_hub(&store, hub)?;
    Ok(Json(view(hub)))
}

/// `GET /hubs/{key}/elements`.
pub(crate) async fn elements(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
    parameters: Parameters,
) -> Result<Page<Value>, ApiError> {
    page(of_hub(&store, path.get("hub"))?, &parameters)
}

fn hubs(store: &Store) -> BTreeSet<&str> {
    let elements = store.settings.catalogue.elements();
    elements.map(|element| element.hub.as_str()).collect()
}

/// The elements of a hub, which there is as soon as an element is of it.
fn of_hub<'a>(store: &'a Store, hub: &str) -> Result<Vec<&'a Arc<Element>>, ApiError> {
    let elements = store.settings.catalogue.elements();
    let elements: Vec<_> = elements.filter(|element| element.hub == hub).collect();
    match elements.is_empty() {
        true => Err(ApiError::not_found(format!(
            "No hub found with the key {hub:?}."
        ))),
        false => Ok(elements),
    }
}

fn view(hub: &str) -> Value {
    json!({"key": hub, "name": hub, "active": true})
}
