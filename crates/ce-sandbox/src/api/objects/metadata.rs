use axum::Json;
use serde_json::{Map, Value, json};

use super::{Resource, objects};
use crate::api::through::Through;
use crate::web::{JsonResult, MAX_PAGE};

/// `GET /objects`: the names of an instance's objects, also while it is disabled.
pub(crate) async fn names(Through(instance): Through) -> JsonResult {
    instance.read(|instance| {
        let resources = instance.element.resources.iter();
        Json(resources.map(|resource| resource.name.as_str()).collect())
    })
}

/// `GET /objects/{name}/metadata`: the fields of an instance's objects, as those that there are have
/// them.
pub(crate) async fn metadata(resource: Resource) -> JsonResult {
    resource.through.call(|instance| {
        let mut fields = Map::new();
        let objects = objects(instance, &resource.name)?.iter();
        for (name, value) in objects.take(MAX_PAGE).flatten() {
            let field = || {
                json!({
                    "vendorPath": name, "type": json_type(value), "vendorReadOnly": name == "id",
                })
            };
            fields.entry(name).or_insert_with(field);
        }
        let fields = fields.into_iter().map(|(_, field)| field);
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
