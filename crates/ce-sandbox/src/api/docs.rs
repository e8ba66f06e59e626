use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::endpoints::Endpoint;
use super::path::{ElementRef, InstanceRef};
use crate::catalogue::Element;
use crate::faults::Operation::*;
use crate::store::Store;
use crate::web::{JsonResult, PlatformCall, with_field};

/// `GET /elements/{keyOrId}/docs`: OpenAPI 2 of what lies behind an element.
pub(crate) async fn of_element(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    ElementRef(element): ElementRef,
) -> Json<Value> {
    Json(openapi(&store, &element))
}

/// `GET /instances/{id}/docs`.
pub(crate) async fn of_instance(instance: InstanceRef) -> JsonResult {
    let element = instance.read(|instance| Arc::clone(&instance.element))?;
    Ok(Json(openapi(&instance.store, &element)))
}

fn openapi(store: &Store, element: &Element) -> Value {
    let files = element.has_files().then(super::files);
    let families = [super::objects(), super::bulk()].into_iter().chain(files);
    let mut paths = Map::new();
    for endpoint in families.flat_map(|family| family.list) {
        let of_resources = endpoint.path.contains("{resource}");
        let names = element
            .resources
            .iter()
            .map(|resource| resource.name.as_str());
        let none = (!of_resources).then_some("");
        for name in names.filter(|_| of_resources).chain(none) {
            let path = endpoint.path.replace("{resource}", name);
            let methods = paths.remove(&path).unwrap_or_else(|| json!({}));
            let operation = operation(&endpoint, name);
            paths.insert(path, with_field(methods, endpoint.method, operation));
        }
    }
    let origin = store.settings.origin.split_once("://");
    json!({
        "swagger": "2.0",
        "info": {"title": element.name, "version": "api-v2"},
        "host": origin.map_or("", |(_, host)| host),
        "basePath": "/elements/api-v2",
        "schemes": ["http"],
        "paths": paths,
    })
}

fn operation(endpoint: &Endpoint, resource: &str) -> Value {
    let parameters: &[&str] = match (endpoint.operation, endpoint.path) {
        (ListObjects, _) => &["where", "fields", "orderBy", "page", "pageSize", "nextPage"],
        (CreateObject, _) => &["body"],
        (ReplaceObject | UpdateObject, _) => &["id", "body"],
        (CreateFolder, _) => &["body"],
        (ListFolder, _) => &["path", "page", "pageSize", "nextPage"],
        (UploadFile, _) => &["path", "file"],
        (_, "/folders" | "/files" | "/files/links") => &["path"],
        (_, "/bulk/query") => &["q"],
        (_, "/bulk/{resource}") => &["metaData", "file"],
        (_, path) if path.contains("{id}") => &["id"],
        _ => &[],
    };
    let consumes = match parameters.contains(&"file") {
        true => "multipart/form-data",
        false => "application/json",
    };
    let produces: &[&str] = match endpoint.operation {
        DownloadFile => &["application/octet-stream"],
        DownloadBulk => &["text/csv", "application/json"],
        _ => &["application/json"],
    };
    let name = endpoint.operation.name();
    // No two are the same.
    let id = match endpoint.path {
        "/files/{id}" => format!("{name}-by-id"),
        _ if resource.is_empty() => name.to_owned(),
        _ => format!("{name}-{resource}"),
    };
    json!({
        "operationId": id,
        "consumes": [consumes],
        "produces": produces,
        "parameters": parameters.iter().map(|name| parameter(name)).collect::<Value>(),
        "responses": {"200": {"description": "OK"}},
        "tags": [if resource.is_empty() { name } else { resource }],
    })
}

fn parameter(name: &str) -> Value {
    let (place, kind) = match name {
        "id" => ("path", "string"),
        "body" => {
            let schema = json!({"type": "object"});
            return json!({"name": name, "in": "body", "required": true, "schema": schema});
        }
        "file" => ("formData", "file"),
        "metaData" => ("formData", "string"),
        "page" | "pageSize" => ("query", "integer"),
        _ => ("query", "string"),
    };
    let required = matches!(name, "id" | "file" | "path" | "q");
    json!({"name": name, "in": place, "required": required, "type": kind})
}
