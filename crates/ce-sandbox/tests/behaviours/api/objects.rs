//! What is done through an instance.

use crate::http::{Api, Client as _};
use ce_sandbox::Sandbox;
use serde_json::json;

/// The names in a list of Close.io's contacts, to which two were added.
fn names(query: &str) -> Vec<String> {
    let api = Api::start();
    let account = api.added("closeio");
    for (name, size) in [("Zoe", 3), ("Bob", 20)] {
        let object = json!({"name": name, "size": size});
        account.post("/contacts", &object).is(200);
    }
    let objects = account.get(format!("/contacts?{query}"));
    let names = objects.list().iter().map(|object| object["name"].as_str());
    names.map(|name| name.unwrap().to_owned()).collect()
}

#[test]
fn objects_come_change_and_go() {
    let api = Api::start();
    let account = api.added("instagram");
    let media = "/hubs/social/media";
    let object = json!({"caption": "New", "likes": 0});
    let created = account.post(media, &object).is(200);
    let id = created.text("id");
    assert!(id.parse::<u64>().unwrap() > u64::from(u32::MAX));
    let one = format!("{media}/{id}");
    assert_eq!(account.get(&one).json, created.json);
    assert_eq!(account.patch(&one, &json!({"likes": 1}))["caption"], "New");
    let replaced = account.put(&one, &json!({"likes": 2}));
    assert_eq!(replaced.json, json!({"id": id, "likes": 2}));
    account.delete(&one).is(200);
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        let gone = account.send(method, &one, &json!({})).is(404);
        assert!(gone.header("Elements-Element-Instance-Id").is_some());
    }
    account.put(media, &json!({})).is(405);
}

#[test]
fn the_where_clause_chooses() {
    let found = names("where=name%20LIKE%20'Z%25'%20or%20size%3E%3D20");
    assert_eq!(found, ["Zoe", "Bob"]);
    assert_eq!(names("where=name='Miles%20O''Brien'"), ["Miles O'Brien"]);
    let found = names("where=size%20IS%20NULL");
    assert_eq!(found, ["Ada Lovelace", "Miles O'Brien"]);
}

#[test]
fn a_wrong_where_clause_is_refused() {
    let api = Api::start();
    let account = api.added("closeio");
    for query in ["where=name", "orderBy=name%20up", "where=(name='x'"] {
        account.get(format!("/contacts?{query}")).is(400);
    }
}

#[test]
fn a_where_clause_compares_an_object_so_often_and_no_more() {
    let api = Api::start();
    let account = api.added("closeio");
    let values = |count| format!("size in ({})", vec!["1"; count].join(","));
    let conditions = |count| vec!["size=1"; count].join(" or ");
    let pattern = |count| format!("name like '{}'", "%".repeat(count));
    let both = |count| format!("({}) and size=2", values(count));
    for (most, more) in [
        (values(200), values(201)),
        (conditions(200), conditions(201)),
        (pattern(199), pattern(200)),
        (both(199), both(200)),
    ] {
        let list = |wanted| {
            let wanted: String = form_urlencoded::byte_serialize(wanted).collect();
            account.get(format!("/contacts?where={wanted}"))
        };
        list(most.as_bytes()).is(200);
        list(more.as_bytes()).refuses(400, "201 times");
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
    let api = Api::start();
    let list = api
        .added("closeio")
        .get("/contacts?fields=id,name&pageSize=1");
    assert_eq!(list.list(), [json!({"id": "1", "name": "Ada Lovelace"})]);
}

#[test]
fn a_list_is_quick_however_many_fields_are_named() {
    let api = Api::start();
    let account = api.added("closeio");
    api.add_objects(account.id, "contacts", 9990).unwrap();
    let fields = "id,".repeat(20_000);
    let list = account.get(format!("/contacts?pageSize=5000&fields={fields}"));
    assert_eq!(list.list().len(), 5000);
    let within = "a.".repeat(30_000);
    let list = account.get(format!("/contacts?pageSize=1&orderBy={within}"));
    assert_eq!(list.list().len(), 1);
}

#[test]
fn names_and_fields_of_objects_are_told() {
    let api = Api::start();
    let account = api.added("instagram");
    for hub in ["", "/hubs/social"] {
        let names = account.get(format!("{hub}/objects"));
        assert_eq!(names.list(), ["media", "users"]);
        let metadata = account.get(format!("{hub}/objects/media/metadata"));
        let mut fields = metadata["fields"].as_array().unwrap().iter();
        let likes = fields.find(|field| field["vendorPath"] == "likes");
        assert_eq!(likes.unwrap()["type"], "integer");
    }
    account.get("/objects/nothing/metadata").is(404);
}

#[test]
fn a_disabled_instance_tells_its_objects_names_and_no_more() {
    let api = Api::start();
    let account = api.added("instagram");
    account.delete("/instances/enabled").is(200);
    account.get("/objects").is(200);
    account.get("/media").is(403);
    account.get("/ping").is(403);
    account.put("/instances/enabled", &json!(null)).is(200);
    account.get("/media").is(200);
}

#[test]
fn a_path_of_nobodys_needs_no_credentials_to_lead_nowhere() {
    let api = Api::start();
    api.get("/nothing").refuses(404, "path");
    api.added("instagram")
        .get("/contacts")
        .refuses(404, "instagram");
    api.get("/contacts").is(401);
}

#[test]
fn each_instance_has_objects_of_its_own() {
    let api = Api::start();
    let (one, other) = (api.added("closeio"), api.added("closeio"));
    one.delete("/contacts/1").is(200);
    assert_eq!(one.get("/contacts").list().len(), 1);
    assert_eq!(other.get("/contacts").list().len(), 2);
    // No id is given out twice.
    one.delete("/contacts/2").is(200);
    assert_eq!(one.post("/contacts", &json!({}))["id"], "3");
}

#[test]
fn a_resource_is_as_long_as_it_may_be() {
    let api = Api::of(Sandbox::builder().max_objects(4));
    let account = api.added("instagram");
    account.post("/media", &json!({})).is(200);
    account.post("/media", &json!({})).is(403);
}
