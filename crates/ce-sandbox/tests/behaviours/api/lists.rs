//! Lists of instances: searches and pages.

use crate::http::{Reply, api, through};
use ce_sandbox::Sandbox;
use serde_json::Value;

fn ids(reply: &Reply) -> Vec<u64> {
    let items = reply.json();
    let items = items
        .as_array()
        .unwrap_or_else(|| panic!("{}", reply.body))
        .iter();
    items.map(|item| item["id"].as_u64().unwrap()).collect()
}

#[test]
fn a_search_without_hits_is_404() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.add_instance("instagram", "Ann", &["a"]).unwrap();
    for path in [
        "/instances?tags[]=b",
        "/instances?searchText=bob&tags[]=a",
        "/elements/closeio/instances",
    ] {
        let reply = api(&sandbox, "GET", path, "");
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.message(), "No element instances found");
    }
    let unknown = api(&sandbox, "GET", "/elements/nothing/instances", "");
    assert_eq!(
        (unknown.status, unknown.message().starts_with("No ")),
        (404, false)
    );
}

#[test]
fn instances_are_found_by_tags_text_and_element() {
    let sandbox = Sandbox::start().unwrap();
    let ann = sandbox
        .add_instance("instagram", "Ann", &["a", "b"])
        .unwrap();
    let bob = sandbox.add_instance("closeio", "Bob", &["b"]).unwrap();
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
        let reply = api(&sandbox, "GET", path, "");
        assert_eq!(ids(&reply), expected, "{path}");
        let total = expected.len().to_string();
        assert_eq!(reply.header("Elements-Total-Count"), Some(&*total));
    }
}

#[test]
fn a_short_list_names_the_element_and_no_more() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.add_instances("instagram", 1).unwrap();
    let short = &api(&sandbox, "GET", "/instances?hydrate=false", "").json()[0];
    let element = serde_json::json!({"id": 74, "key": "instagram", "name": "Instagram"});
    assert_eq!(short["element"], element);
    assert!(short.get("configuration").is_none());
}

#[test]
fn pages_go_by_number_and_by_token() {
    let sandbox = Sandbox::start().unwrap();
    let all: Vec<u64> = sandbox.add_instances("instagram", 5).unwrap().collect();
    let mut by_number = Vec::new();
    let mut by_token = Vec::new();
    let mut token = String::new();
    for number in 1..=3 {
        let page = api(
            &sandbox,
            "GET",
            &format!("/instances?pageSize=2&page={number}"),
            "",
        );
        by_number.extend(ids(&page));
        let path = format!("/instances?pageSize=2&nextPage={token}");
        let page = api(&sandbox, "GET", &path, "");
        assert_eq!(page.header("Elements-Total-Count"), Some("5"));
        by_token.extend(ids(&page));
        token = page.header("Elements-Next-Page-Token").unwrap().to_owned();
    }
    assert_eq!((&by_number, &by_token), (&all, &all));
    // A token comes even when there is nothing left.
    let last = api(&sandbox, "GET", &format!("/instances?nextPage={token}"), "");
    assert_eq!((last.status, ids(&last).len()), (200, 0));
    assert!(last.header("Elements-Next-Page-Token").is_some());
}

#[test]
fn a_page_token_is_base64url_of_json() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.add_instances("instagram", 3).unwrap();
    let page = api(&sandbox, "GET", "/instances?pageSize=2", "");
    // {"pageSize":2,"page":2}
    let token = "eyJwYWdlU2l6ZSI6MiwicGFnZSI6Mn0";
    assert_eq!(page.header("Elements-Next-Page-Token"), Some(token));
}

#[test]
fn a_page_that_is_too_large_is_shortened_and_says_so() {
    let sandbox = Sandbox::start().unwrap();
    let ids = sandbox.add_instances("closeio", 201).unwrap();
    let page = api(&sandbox, "GET", "/instances?pageSize=500&hydrate=false", "");
    assert_eq!(page.header("Elements-Returned-Count"), Some("200"));
    assert!(page.header("Elements-Error").unwrap().contains("200"));
    sandbox.add_objects(ids.start, "contacts", 6000).unwrap();
    let token = sandbox.instances()[0].expose_token().to_owned();
    let page = through(&sandbox, &token, "GET", "/contacts?pageSize=6000", "");
    assert_eq!(page.header("Elements-Returned-Count"), Some("5000"));
    assert!(page.header("Elements-Error").is_some());
}

#[test]
fn what_is_no_page_is_refused() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.add_instances("instagram", 1).unwrap();
    for query in [
        "pageSize=0",
        "pageSize=x",
        "page=0",
        "page=-1",
        "nextPage=made-up",
    ] {
        let reply = api(&sandbox, "GET", &format!("/instances?{query}"), "");
        assert_eq!(reply.status, 400, "{query}");
    }
}

#[test]
fn long_lists_are_paged_and_ids_may_be_long() {
    let first = (1 << 40) + 5;
    let sandbox = Sandbox::builder().first_instance_id(first).start().unwrap();
    let all = sandbox.add_instances("closeio", 1001).unwrap();
    let mut listed = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("/instances?hydrate=false&nextPage={next}");
        let page = api(&sandbox, "GET", &path, "");
        next = page.header("Elements-Next-Page-Token").unwrap().to_owned();
        match ids(&page) {
            page if page.is_empty() => break,
            page => listed.extend(page),
        }
    }
    assert!(listed.into_iter().eq(all));
    let shown: Value = api(&sandbox, "GET", &format!("/instances/{first}"), "").json();
    assert_eq!(shown["id"], first);
}
