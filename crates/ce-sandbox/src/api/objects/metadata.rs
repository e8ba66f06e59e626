use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::{Answer, Resource};
use crate::api::path::instance;
use crate::api::through::InstanceId;
use crate::store::Store;
use crate::web::{ElementCall, MAX_PAGE};

/// `GET /objects`: the names of an instance's objects, also while it is disabled.
pub(crate) async fn names(
    ElementCall { instance_id }: ElementCall,
    State(store): State<Arc<Store>>,
) -> Answer<Json<Value>> {
    let state = store.state();
    let names = instance(&state, instance_id).map(|instance| {
        let resources = instance.element.resources.iter();
        Json(resources.map(|resource| resource.name.as_str()).collect())
    });
    (InstanceId(instance_id), names)
}

/// `GET /objects/{name}/metadata`: the fields of an instance's objects, as those that there are have
/// them.
pub(crate) async fn metadata(
    State(store): State<Arc<Store>>,
    resource: Resource,
) -> Answer<Json<Value>> {
    resource.call(&store, |instance| {
        let mut fields: Vec<(&String, &str)> = Vec::new();
        for object in resource.of(instance)?.iter().take(MAX_PAGE) {
            for (name, value) in object {
                if !fields.iter().any(|(other, _)| *other == name) {
                    fields.push((name, json_type(value)));
                }
            }
        }
        let fields = fields.into_iter().map(|(name, kind)| {
            json!({"vendorPath": name, "type": kind, "vendorReadOnly": name == "id"})
        });
        Ok(Json(json!({"fields": fields.collect::<Value>()})))
    })
}

fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null | Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
