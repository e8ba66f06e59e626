use std::sync::Arc;

use axum::Json;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::missing_entries;
use crate::api::path::{InstanceRef, PathParameters};
use crate::catalogue::{Object, number, weight_of};
use crate::store::Instance;
use crate::web::{ApiError, ApiResult, JsonObject, JsonResult, is_blank};

/// `GET /instances/{id}/configuration`.
pub(crate) async fn list(instance: InstanceRef) -> JsonResult {
    instance.read(|instance| Json(json!(entries(instance).collect::<Vec<_>>())))
}

/// `GET /instances/{id}/configuration/{configurationId}`.
pub(crate) async fn show(instance: InstanceRef, path: PathParameters) -> JsonResult {
    instance.read(|instance| Ok(Json(json!(find(instance, &path.entry)?))))?
}

/// `PATCH /instances/{id}/configuration/{configurationId}`, with the whole entry, or with its
/// `propertyValue` alone.
pub(crate) async fn patch(
    instance: InstanceRef,
    path: PathParameters,
    JsonObject(body): JsonObject,
) -> JsonResult {
    instance.change(weight_of(&body), |instance| {
        let entry = find(instance, &path.entry)?;
        let given = Object::from_iter([(entry.key.to_owned(), entry.new_value(body)?)]);
        let element = Arc::clone(&instance.element);
        instance.configuration.merge(&element, given);
        Ok(Json(json!(find(instance, &path.entry)?)))
    })
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
    fn new_value(&self, mut body: Object) -> ApiResult<Value> {
        let Self { id, key, .. } = self;
        let is_other = |name: &str, own: Value| body.get(name).is_some_and(|given| *given != own);
        if is_other("id", json!(id)) || is_other("key", json!(key)) {
            let message = format!("The entry that was sent is not {key:?}, which has the id {id}.");
            return Err(ApiError::bad_request(message));
        }
        let value = body.remove("propertyValue");
        let value = value.ok_or_else(|| ApiError::bad_request("propertyValue is missing."))?;
        match self.required && is_blank(Some(&value)) {
            true => Err(missing_entries(&[key])),
            false => Ok(value),
        }
    }
}

fn find<'a>(instance: &'a Instance, id: &str) -> ApiResult<EntryView<'a>> {
    let wanted = number(id);
    let found = entries(instance).find(|entry| Some(entry.id) == wanted);
    let of = instance.id;
    let message = || format!("Instance {of} has no configuration entry with the id {id}.");
    found.ok_or_else(|| ApiError::not_found(message()))
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
