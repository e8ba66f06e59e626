//! What is done through an instance.

use crate::http::{Reply, added, api, through};
use ce_sandbox::Sandbox;
use serde_json::{Value, json};

/// The names in a list of Close.io's contacts, to which two were added.
fn names(query: &str) -> Vec<String> {
    let sandbox = Sandbox::start().unwrap();
    let (id, token) = added(&sandbox, "closeio");
    for (name, size) in [("Zoe", 3), ("Bob", 20)] {
        let object = json!({"name": name, "size": size});
        let object = object.as_object().unwrap().clone();
        sandbox.add_object(id, "contacts", object).unwrap();
    }
    let reply = through(&sandbox, &token, "GET", &format!("/contacts?{query}"), "");
    let objects = reply.json();
    let objects = objects
        .as_array()
        .unwrap_or_else(|| panic!("{}", reply.body))
        .iter();
    objects
        .map(|object| object["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn objects_come_change_and_go() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "instagram");
    let media = |method: &str, rest: &str, body: &str| -> Reply {
        let path = format!("/hubs/social/media{rest}");
        through(&sandbox, &token, method, &path, body)
    };
    let created = media("POST", "", r#"{"caption": "New", "likes": 0}"#);
    assert_eq!(created.status, 200, "{}", created.body);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    assert!(id.parse::<u64>().unwrap() > u64::from(u32::MAX));
    let one = format!("/{id}");
    assert_eq!(media("GET", &one, "").json(), created.json());
    let patched = media("PATCH", &one, r#"{"likes": 1}"#).json();
    assert_eq!(patched["caption"], "New");
    let replaced = media("PUT", &one, r#"{"likes": 2}"#).json();
    assert_eq!(replaced, json!({"id": id, "likes": 2}));
    assert_eq!(media("DELETE", &one, "").status, 200);
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let gone = media(method, &one, "{}");
        assert_eq!(gone.status, 404, "{method}");
        assert!(gone.header("Elements-Element-Instance-Id").is_some());
    }
    assert_eq!(media("PUT", "", "{}").status, 405);
}

#[test]
fn the_where_clause_chooses() {
    assert_eq!(
        names("where=name%20LIKE%20'Z%25'%20or%20size%3E%3D20"),
        ["Zoe", "Bob"]
    );
    assert_eq!(names("where=name='Miles%20O''Brien'"), ["Miles O'Brien"]);
    assert_eq!(
        names("where=size%20IS%20NULL"),
        ["Ada Lovelace", "Miles O'Brien"]
    );
}

#[test]
fn a_wrong_where_clause_is_refused() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "closeio");
    for query in ["where=name", "orderBy=name%20up", "where=(name='x'"] {
        let reply = through(&sandbox, &token, "GET", &format!("/contacts?{query}"), "");
        assert_eq!(reply.status, 400, "{query}");
    }
}

#[test]
fn objects_are_ordered_by_a_field() {
    let ascending = ["Ada Lovelace", "Bob", "Miles O'Brien", "Zoe"];
    assert_eq!(names("orderBy=name"), ascending);
    assert_eq!(names("orderBy=name%20asc"), ascending);
    assert_eq!(names("orderBy=size%20desc&pageSize=2"), ["Bob", "Zoe"]);
}

#[test]
fn only_the_fields_that_are_asked_for_come() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "closeio");
    let list = through(
        &sandbox,
        &token,
        "GET",
        "/contacts?fields=id,name&pageSize=1",
        "",
    );
    assert_eq!(list.json(), json!([{"id": "1", "name": "Ada Lovelace"}]));
}

#[test]
fn names_and_fields_of_objects_are_told() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "instagram");
    for hub in ["", "/hubs/social"] {
        let names = through(&sandbox, &token, "GET", &format!("{hub}/objects"), "");
        assert_eq!(names.json(), json!(["media", "users"]));
        let path = format!("{hub}/objects/media/metadata");
        let metadata = through(&sandbox, &token, "GET", &path, "").json();
        let fields = metadata["fields"].as_array().unwrap();
        let likes = fields.iter().find(|field| field["vendorPath"] == "likes");
        assert_eq!(likes.unwrap()["type"], "integer");
    }
    let unknown = through(&sandbox, &token, "GET", "/objects/nothing/metadata", "");
    assert_eq!(unknown.status, 404);
}

#[test]
fn a_disabled_instance_tells_its_objects_names_and_no_more() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "instagram");
    let status = |method: &str, path: &str| through(&sandbox, &token, method, path, "").status;
    assert_eq!(status("DELETE", "/instances/enabled"), 200);
    assert_eq!(status("GET", "/objects"), 200);
    assert_eq!(
        [status("GET", "/media"), status("GET", "/ping")],
        [403, 403]
    );
    assert_eq!(status("PUT", "/instances/enabled"), 200);
    assert_eq!(status("GET", "/media"), 200);
}

#[test]
fn a_path_of_nobodys_needs_no_credentials_to_lead_nowhere() {
    let sandbox = Sandbox::start().unwrap();
    let (_, token) = added(&sandbox, "instagram");
    let nowhere = api(&sandbox, "GET", "/nothing", "");
    assert_eq!(
        (nowhere.status, nowhere.message().contains("path")),
        (404, true)
    );
    let other = through(&sandbox, &token, "GET", "/contacts", "");
    assert_eq!(other.status, 404);
    assert!(other.message().contains("instagram"), "{}", other.body);
    assert_eq!(api(&sandbox, "GET", "/contacts", "").status, 401);
}

#[test]
fn each_instance_has_objects_of_its_own() {
    let sandbox = Sandbox::start().unwrap();
    let (_, one) = added(&sandbox, "closeio");
    let (_, other) = added(&sandbox, "closeio");
    let status = through(&sandbox, &one, "DELETE", "/contacts/1", "").status;
    assert_eq!(status, 200);
    let count = |token: &str| {
        let list = through(&sandbox, token, "GET", "/contacts", "");
        list.json().as_array().map(Vec::len)
    };
    assert_eq!((count(&one), count(&other)), (Some(1), Some(2)));
    // No id is given out twice.
    let status = through(&sandbox, &one, "DELETE", "/contacts/2", "").status;
    assert_eq!(status, 200);
    let created: Value = through(&sandbox, &one, "POST", "/contacts", "{}").json();
    assert_eq!(created["id"], "3");
}

#[test]
fn a_resource_is_as_long_as_it_may_be() {
    let sandbox = Sandbox::builder().max_objects(4).start().unwrap();
    let (_, token) = added(&sandbox, "instagram");
    let create = || through(&sandbox, &token, "POST", "/media", "{}").status;
    assert_eq!([create(), create()], [200, 403]);
}
