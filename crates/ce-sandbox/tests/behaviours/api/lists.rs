//! Lists of instances: searches and pages.

use crate::http::{Api, Client as _, Reply};
use serde_json::json;

fn ids(reply: &Reply) -> Vec<u64> {
    let items = reply.list().iter();
    items.map(|item| item["id"].as_u64().unwrap()).collect()
}

fn next(reply: &Reply) -> String {
    reply.header("Elements-Next-Page-Token").unwrap().to_owned()
}

#[test]
fn a_search_without_hits_is_404() {
    let api = Api::start();
    api.add_instance("instagram", "Ann", &["a"]).unwrap();
    for path in [
        "/instances?tags[]=b",
        "/instances?searchText=bob&tags[]=a",
        "/elements/closeio/instances",
    ] {
        let reply = api.get(path).is(404);
        assert_eq!(reply["message"], "No element instances found");
    }
    let unknown = api.get("/elements/nothing/instances").is(404);
    assert!(!unknown.text("message").starts_with("No "));
}

#[test]
fn instances_are_found_by_tags_text_and_element() {
    let api = Api::start();
    let ann = api.add_instance("instagram", "Ann", &["a", "b"]).unwrap();
    let bob = api.add_instance("closeio", "Bob", &["b"]).unwrap();
    let table = [
        ("/instances", vec![ann, bob]),
        ("/instances?tags[]=b", vec![ann, bob]),
        ("/instances?tags[]=b&tags[]=a", vec![ann]),
        ("/instances?searchText=bo", vec![bob]),
        ("/instances?searchText=INSTA", vec![ann]),
        ("/elements/closeio/instances?tags[]=b", vec![bob]),
        ("/elements/74/instances", vec![ann]),
    ];
    for (path, expected) in table {
        let reply = api.get(path);
        assert_eq!(ids(&reply), expected, "{path}");
        let total = expected.len().to_string();
        assert_eq!(reply.header("Elements-Total-Count"), Some(&*total));
    }
}

#[test]
fn a_short_list_names_the_element_and_no_more() {
    let api = Api::start();
    api.added("instagram");
    let short = &api.get("/instances?hydrate=false")[0];
    let element = json!({"id": 74, "key": "instagram", "name": "Instagram"});
    assert_eq!(short["element"], element);
    assert!(short.get("configuration").is_none());
}

#[test]
fn pages_go_by_number_and_by_token() {
    let api = Api::start();
    let all: Vec<u64> = api.add_instances("instagram", 5).unwrap().collect();
    let (mut by_number, mut by_token) = (Vec::new(), Vec::new());
    let mut token = String::new();
    for number in 1..=3 {
        let page = api.get(format!("/instances?pageSize=2&page={number}"));
        by_number.extend(ids(&page));
        let page = api.get(format!("/instances?pageSize=2&nextPage={token}"));
        assert_eq!(page.header("Elements-Total-Count"), Some("5"));
        by_token.extend(ids(&page));
        token = next(&page);
    }
    // {"pageSize":2,"page":4}
    assert_eq!(token, "eyJwYWdlU2l6ZSI6MiwicGFnZSI6NH0");
    assert_eq!((&by_number, &by_token), (&all, &all));
    // A token comes even when there is nothing left.
    let last = api.get(format!("/instances?nextPage={token}")).is(200);
    assert!(last.list().is_empty() && !next(&last).is_empty());
}

#[test]
fn a_page_that_is_too_large_is_shortened_and_says_so() {
    let api = Api::start();
    let ids = api.add_instances("closeio", 201).unwrap();
    let page = api.get("/instances?pageSize=500&hydrate=false");
    assert_eq!(page.header("Elements-Returned-Count"), Some("200"));
    assert!(page.header("Elements-Error").unwrap().contains("200"));
    api.add_objects(ids.start, "contacts", 6000).unwrap();
    let page = api.account(ids.start).get("/contacts?pageSize=6000");
    assert_eq!(page.header("Elements-Returned-Count"), Some("5000"));
    assert!(page.header("Elements-Error").is_some());
}

#[test]
fn what_is_no_page_is_refused() {
    let api = Api::start();
    api.added("instagram");
    let queries = "pageSize=0 pageSize=x page=0 page=-1 nextPage=made-up";
    for query in queries.split(' ') {
        api.get(format!("/instances?{query}")).is(400);
    }
}
