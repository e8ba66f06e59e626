use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::elements::full;
use super::path::PathParameters;
use crate::catalogue::Element;
use crate::store::Store;
use crate::web::{ApiError, ApiResult, JsonResult, MAX_PAGE, Parameters, PlatformCall, page};

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
) -> JsonResult {
    of_hub(&store, &path.hub)?;
    Ok(Json(view(&path.hub)))
}

/// `GET /hubs/{key}/elements`.
pub(crate) async fn elements(
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

fn view(hub: &str) -> Value {
    json!({"key": hub, "name": hub, "active": true})
}
