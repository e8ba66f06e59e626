//! What can be known of elements and hubs before anything is created.

use serde_json::json;

use super::elements::configuration;
use crate::http::{Api, Client as _};

#[test]
fn elements_are_listed_by_pages_and_described() {
    let api = Api::start();
    let mut listed = Vec::new();
    for number in 1..=3 {
        let page = api.get(format!("/elements?pageSize=3&page={number}"));
        assert_eq!(page.header("Elements-Total-Count"), Some("7"));
        listed.extend(page.list().iter().map(|element| element["key"].clone()));
    }
    assert_eq!(json!(listed), api.get("/elements/keys").json);
    for key in &listed {
        let key = key.as_str().unwrap();
        let metadata = api.get(format!("/elements/{key}/metadata"));
        let element = api.get(format!("/elements/{key}"));
        for name in ["id", "key", "name", "hub", "authentication"] {
            assert_eq!(metadata[name], element[name], "{key} {name}");
        }
        let required = configuration(&api, key).len();
        assert!(required > 0 && required < element["configuration"].as_array().unwrap().len());
    }
}

#[test]
fn hubs_are_those_of_the_elements() {
    let api = Api::start();
    let keys = json!([
        "crm",
        "documents",
        "ecommerce",
        "finance",
        "helpdesk",
        "social"
    ]);
    assert_eq!(api.get("/hubs/keys").json, keys);
    assert_eq!(api.get("/hubs")[0]["key"], "crm");
    assert_eq!(api.get("/hubs/social")["key"], "social");
    let elements = api.get("/hubs/ecommerce/elements");
    let keys: Vec<_> = elements
        .list()
        .iter()
        .map(|element| &element["key"])
        .collect();
    assert_eq!(keys, ["etsy", "shopify"]);
    api.get("/hubs/no").is(404);
    api.get("/hubs/no/elements").is(404);
}

#[test]
fn docs_are_openapi_2_of_what_lies_behind() {
    let api = Api::start();
    let id = api.added("instagram").id;
    let docs = api.get("/elements/instagram/docs");
    assert_eq!(docs.json, api.get(format!("/instances/{id}/docs")).json);
    assert_eq!(docs["swagger"], "2.0");
    assert_eq!(docs["basePath"], "/elements/api-v2");
    let of_documents = api.get("/elements/amazons3/docs");
    for (path, method) in [
        ("/ping", "get"),
        ("/media/{id}", "patch"),
        ("/users", "get"),
        ("/objects/media/metadata", "get"),
        ("/bulk/query", "post"),
        ("/bulk/media", "post"),
        ("/bulk/{id}/users", "get"),
    ] {
        assert!(docs["paths"][path][method].is_object(), "{path}");
    }
    for (path, method) in [("/files", "post"), ("/folders/contents", "get")] {
        assert!(of_documents["paths"][path][method].is_object(), "{path}");
        assert!(docs["paths"][path].is_null(), "{path}");
    }
    let mut ids = Vec::new();
    for methods in of_documents["paths"].as_object().unwrap().values() {
        ids.extend(
            methods
                .as_object()
                .unwrap()
                .values()
                .map(|it| &it["operationId"]),
        );
    }
    let all = ids.len();
    ids.sort_by_key(|id| id.as_str());
    ids.dedup();
    assert_eq!(ids.len(), all, "no two have the same id");
}
