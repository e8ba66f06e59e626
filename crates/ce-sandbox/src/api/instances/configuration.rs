use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};

use crate::api::path::{InstanceRef, PathParameters, change_instance, instance};
use crate::catalogue::{Object, number, weight_of};
use crate::store::{Instance, Store};
use crate::web::{ApiError, JsonObject, is_blank};

/// `GET /instances/{id}/configuration`.
pub(crate) async fn list(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
) -> Result<Json<Value>, ApiError> {
    let state = store.state();
    let entries: Vec<_> = entries(instance(&state, id)?).collect();
    Ok(Json(json!(entries)))
}

/// `GET /instances/{id}/configuration/{configurationId}`.
pub(crate) async fn show(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
    path: PathParameters,
) -> Result<Json<Value>, ApiError> {
    let state = store.state();
    let instance = instance(&state, id)?;
    Ok(Json(json!(find(instance, path.get("entry"))?)))
}

/// `PATCH /instances/{id}/configuration/{configurationId}`, with the whole entry, or with its
/// `propertyValue` alone.
pub(crate) async fn patch(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
    path: PathParameters,
    JsonObject(body): JsonObject,
) -> Result<Json<Value>, ApiError> {
    let mut state = store.state();
    if !state.instances.has_room_for(weight_of(&body)) {
        return Err(ApiError::full());
    }
    change_instance(&mut state, id, |instance| {
        let entry = find(instance, path.get("entry"))?;
        let given = Object::from_iter([(entry.key.to_owned(), entry.new_value(body)?)]);
        let element = Arc::clone(&instance.element);
        instance.configuration.merge(&element, given);
        Ok(Json(json!(find(instance, path.get("entry"))?)))
    })?
}

/// An entry as responses show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryView<'a> {
    id: u64,
    key: &'a str,
    name: &'a str,
    description: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    property_value: Option<&'a str>,
    required: bool,
    internal: bool,
    hide_from_console: bool,
    active: bool,
    display_order: usize,
}

impl EntryView<'_> {
    /// The value that the body gives to the entry, if it is about that entry.
    fn new_value(&self, mut body: Object) -> Result<Value, ApiError> {
        let Self { id, key, .. } = self;
        let is_other = |name: &str, own: Value| body.get(name).is_some_and(|given| *given != own);
        if is_other("id", json!(id)) || is_other("key", json!(key)) {
            return Err(ApiError::bad_request(format!(
                "The entry that was sent is not {key:?}, which has the id {id}."
            )));
        }
        let value = body.remove("propertyValue");
        let value = value.ok_or_else(|| ApiError::bad_request("propertyValue is missing."))?;
        if self.required && is_blank(Some(&value)) {
            return Err(ApiError::bad_request(format!(
                "Required entries are missing or blank: {key}."
            )));
        }
        Ok(value)
    }
}

fn find<'a>(instance: &'a Instance, id: &str) -> Result<EntryView<'a>, ApiError> {
    let wanted = number(id);
    let found = entries(instance).find(|entry| Some(entry.id) == wanted);
    found.ok_or_else(|| {
        ApiError::not_found(format!(
            "Instance {} has no configuration entry with the id {id}.",
            instance.id
        ))
    })
}

fn entries(instance: &Instance) -> impl Iterator<Item = EntryView<'_>> {
    let entries = instance.configuration.entries(&instance.element);
    entries.enumerate().map(|(place, (key, value))| {
        let entry = instance.element.entry(key);
        EntryView {
            // No two instances have an entry of the same id.
            id: instance.id.saturating_mul(1000) + 1 + place as u64,
            key,
            name: entry.map_or(key, |entry| &entry.name),
            description: entry.map_or("", |entry| &entry.description),
            kind: entry.map_or("TEXTFIELD_1000", |entry| &entry.kind),
            property_value: value,
            required: entry.is_some_and(|entry| entry.required),
            internal: entry.is_some_and(|entry| entry.internal),
            hide_from_console: entry.is_some_and(|entry| entry.hide_from_console),
            active: true,
            display_order: place,
        }
    })
}
