use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::{Extension, Json};
use serde_json::Value;

use super::create_request::{CreateRequest, element_named};
use super::view::full;
use crate::api::path::{ElementRef, element};
use crate::catalogue::{Element, Object};
use crate::faults::ExtraProvisioning;
use crate::store::Store;
use crate::web::{ApiError, JsonObject, PlatformCall};

type Extra = Option<Extension<ExtraProvisioning>>;

/// Step 2: `POST /instances`. The body names the element.
pub(crate) async fn create(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    extra: Extra,
    JsonObject(body): JsonObject,
) -> Result<Json<Value>, ApiError> {
    let element = named(&store, &body)?;
    provision(&store, element, body, extra).await
}

/// `POST /elements/{keyOrId}/instances`. The path names the element.
pub(crate) async fn create_of_element(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
    extra: Extra,
    JsonObject(body): JsonObject,
) -> Result<Json<Value>, ApiError> {
    provision(&store, element, body, extra).await
}

fn named(store: &Store, body: &Object) -> Result<Arc<Element>, ApiError> {
    let name = element_named(body).ok_or_else(|| {
        ApiError::bad_request("The body has to name an element, by element.key or element.id.")
    })?;
    // A number is taken for a key in paths alone.
    match body.get("element").and_then(|element| element.get("key")) {
        Some(Value::String(key)) if key.trim() == name => {
            let element = store.settings.catalogue.find_key(&name);
            let element = element.ok_or_else(|| ApiError::no_such_element(&name))?;
            Ok(Arc::clone(element))
        }
        _ => element(store, &name),
    }
}

async fn provision(
    store: &Store,
    element: Arc<Element>,
    body: Object,
    extra: Extra,
) -> Result<Json<Value>, ApiError> {
    let request = CreateRequest::read(&element, body)?;
    let (id, token, resets) = accept(store, &element, &request)?;
    let extra = extra.map_or(Duration::ZERO, |Extension(ExtraProvisioning(extra))| extra);
    let duration = store.settings.provisioning.saturating_add(extra);
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
    let instance = request.into_instance(id, token, element, store.now());
    let view = full(&instance);
    let mut state = store.state();
    if state.resets == resets {
        state.instances.insert(instance);
    }
    Ok(Json(view))
}

/// The last check, and with it the point of no return: uses up what shows the consent, and gives
/// out the id and the token of the instance to be.
fn accept(
    store: &Store,
    element: &Element,
    request: &CreateRequest,
) -> Result<(u64, String, u64), ApiError> {
    let mut state = store.state();
    if state.instances.room() == 0 || !state.instances.has_room_for(request.weight) {
        return Err(ApiError::full());
    }
    if let Some(consent) = &request.consent {
        consent.redeem(&mut state, element.id)?;
    }
    let token = state.random.token();
    Ok((state.instances.reserve(), token, state.resets))
}
