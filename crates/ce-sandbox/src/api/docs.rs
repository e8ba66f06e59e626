use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::path::{ElementRef, InstanceRef, instance};
use crate::catalogue::Element;
use crate::store::Store;
use crate::web::{ApiError, PlatformCall};

/// `GET /elements/{keyOrId}/docs`: OpenAPI 2 of what lies behind an element.
pub(crate) async fn of_element(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
) -> Json<Value> {
    Json(openapi(&store, &element))
}

/// `GET /instances/{id}/docs`.
pub(crate) async fn of_instance(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
) -> Result<Json<Value>, ApiError> {
    let state = store.state();
    Ok(Json(openapi(&store, &instance(&state, id)?.element)))
}

fn openapi(store: &Store, element: &Element) -> Value {
    let mut paths = Map::new();
    for resource in &element.resources {
        let name = &resource.name;
        let operation = |verb: &str, parameters: &[&str]| {
            json!({
                "operationId": format!("{verb}-{name}"),
                "parameters": parameters.iter().map(|name| parameter(name)).collect::<Value>(),
                "responses": {"200": {"description": "OK"}},
                "tags": [name],
            })
        };
        let list = operation(
            "list",
            &["where", "fields", "orderBy", "page", "pageSize", "nextPage"],
        );
        let all = json!({"get": list, "post": operation("create", &["body"])});
        let one = json!({
            "get": operation("get", &["id"]),
            "put": operation("replace", &["id", "body"]),
            "patch": operation("update", &["id", "body"]),
            "delete": operation("delete", &["id"]),
        });
        paths.insert(format!("/{name}"), all);
        paths.insert(format!("/{name}/{{id}}"), one);
    }
    let origin = store.settings.origin.split_once("://");
    json!({
        "swagger": "2.0",
        "info": {"title": element.name, "version": "api-v2"},
        "host": origin.map_or("", |(_, host)| host),
        "basePath": "/elements/api-v2",
        "schemes": ["http"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": paths,
    })
}

fn parameter(name: &str) -> Value {
    match name {
        "id" => json!({"name": name, "in": "path", "required": true, "type": "string"}),
        "body" => {
            json!({"name": name, "in": "body", "required": true, "schema": {"type": "object"}})
        }
        "page" | "pageSize" => json!({"name": name, "in": "query", "type": "integer"}),
        _ => json!({"name": name, "in": "query", "type": "string"}),
    }
}
