//! What can be known of elements and hubs before anything is created.

use ce_sandbox::Sandbox;
use serde_json::json;

use super::elements::configuration;
use crate::http::api;

#[test]
fn elements_are_listed_by_pages_and_described() {
    let sandbox = Sandbox::start().unwrap();
    let keys = api(&sandbox, "GET", "/elements/keys", "").json();
    let mut listed = Vec::new();
    for number in 1..=3 {
        let page = api(
            &sandbox,
            "GET",
            &format!("/elements?pageSize=3&page={number}"),
            "",
        );
        assert_eq!(page.header("Elements-Total-Count"), Some("7"));
        let elements = page.json();
        let elements = elements.as_array().unwrap().iter();
        listed.extend(elements.map(|element| element["key"].clone()));
    }
    assert_eq!(json!(listed), keys);
    for key in &listed {
        let key = key.as_str().unwrap();
        let metadata = api(&sandbox, "GET", &format!("/elements/{key}/metadata"), "").json();
        let element = api(&sandbox, "GET", &format!("/elements/{key}"), "").json();
        for name in ["id", "key", "name", "hub", "authentication"] {
            assert_eq!(metadata[name], element[name], "{key} {name}");
        }
        let required = configuration(&sandbox, key).len();
        assert!(required > 0 && required < element["configuration"].as_array().unwrap().len());
    }
}

#[test]
fn hubs_are_those_of_the_elements() {
    let sandbox = Sandbox::start().unwrap();
    let get = |path: &str| api(&sandbox, "GET", path, "");
    let keys = json!([
        "crm",
        "documents",
        "ecommerce",
        "finance",
        "helpdesk",
        "social"
    ]);
    assert_eq!(get("/hubs/keys").json(), keys);
    assert_eq!(get("/hubs").json()[0]["key"], "crm");
    assert_eq!(get("/hubs/social").json()["key"], "social");
    let elements = get("/hubs/ecommerce/elements").json();
    let elements = elements.as_array().unwrap().iter();
    let elements: Vec<_> = elements.map(|element| &element["key"]).collect();
    assert_eq!(json!(elements), json!(["etsy", "shopify"]));
    assert_eq!(
        [get("/hubs/no").status, get("/hubs/no/elements").status],
        [404, 404]
    );
}

#[test]
fn docs_are_openapi_2_of_what_lies_behind() {
    let sandbox = Sandbox::start().unwrap();
    let id = sandbox.add_instances("instagram", 1).unwrap().start;
    let of_element = api(&sandbox, "GET", "/elements/instagram/docs", "").json();
    let of_instance = api(&sandbox, "GET", &format!("/instances/{id}/docs"), "").json();
    assert_eq!(of_element, of_instance);
    assert_eq!(
        (&of_element["swagger"], &of_element["basePath"]),
        (&json!("2.0"), &json!("/elements/api-v2"))
    );
    assert!(of_element["paths"]["/media/{id}"]["patch"].is_object());
    assert!(of_element["paths"]["/users"]["get"].is_object());
}
