use super::*;
use crate::wire::Response;
use crate::{Call, Config, Credentials};
use serde_json::{Value, json};

fn config() -> Config {
    Config::new("https://a.example", Credentials::new("u", "o")).unwrap()
}

fn uri(call: impl Call) -> String {
    let request = call.request(&config()).unwrap();
    let authorization = &request.expose().headers()["authorization"];
    assert_eq!(authorization, "User u, Organization o, Element t");
    format!("{} {}", request.method(), request.expose().uri())
}

#[test]
fn paths_have_a_hub_or_none() {
    let token = ElementToken::new("t");
    let contacts = || Resource::through(&token, "contacts");
    let body = json!({"name": "Ann"});
    for (sent, expected) in [
        (
            uri(contacts().list::<Value>()),
            "GET https://a.example/contacts",
        ),
        (
            uri(contacts()
                .hub("crm")
                .list::<Value>()
                .matching("name='Ann & Bob'")
                .page_size(10)
                .from_page("p+1".into())),
            "GET https://a.example/hubs/crm/contacts?where=name%3D%27Ann%20%26%20Bob%27\
             &pageSize=10&nextPage=p%2B1",
        ),
        (
            uri(contacts().get::<Value>("a/b c")),
            "GET https://a.example/contacts/a%2Fb%20c",
        ),
        (
            uri(Resource::through(&token, "/contacts/42/notes/").get::<Value>(u64::MAX)),
            "GET https://a.example/contacts/42/notes/18446744073709551615",
        ),
        (
            uri(contacts().create::<_, Value>(&body)),
            "POST https://a.example/contacts",
        ),
        (
            uri(contacts().update::<_, Value>(7, &body)),
            "PATCH https://a.example/contacts/7",
        ),
        (
            uri(contacts().replace::<_, Value>(7, &body)),
            "PUT https://a.example/contacts/7",
        ),
        (
            uri(contacts().delete(7)),
            "DELETE https://a.example/contacts/7",
        ),
    ] {
        assert_eq!(sent, expected);
    }
}

#[test]
fn what_no_path_can_be_is_refused_before_anything_is_sent() {
    let token = ElementToken::new("t");
    for path in ["", "/", " ", "a//b", "a/../b", "."] {
        let call = Resource::through(&token, path).list::<Value>();
        assert!(call.request(&config()).is_err(), "{path:?}");
    }
    let call = Resource::through(&token, "a").get::<Value>("..");
    assert!(call.request(&config()).is_err());
    let call = Resource::through(&token, "a").list::<Value>().page_size(0);
    let error = call.request(&config()).unwrap_err().to_string();
    assert_eq!(error, "nothing was sent: page size must be one at least");
    let token = ElementToken::new("a\nb");
    let call = Resource::through(&token, "a").list::<Value>();
    assert!(call.request(&config()).is_err());
}

#[test]
fn another_instances_answer_is_an_error() {
    let token = ElementToken::new("t");
    let response = |instance: Option<&str>| -> Response {
        let mut response = http::Response::new("[]".into());
        if let Some(instance) = instance {
            let headers = response.headers_mut();
            headers.insert("elements-element-instance-id", instance.parse().unwrap());
        }
        response.into()
    };
    let list = Resource::through(&token, "a").of_instance(4_294_967_297);
    for (instance, right) in [
        (Some("4294967297"), true),
        (Some("1"), false),
        (Some("odd"), true),
        (None, true),
    ] {
        let answer = list.clone().list::<Value>().decode(&response(instance));
        assert_eq!(answer.is_ok(), right, "{instance:?}: {answer:?}");
        let answer = list.clone().delete(1).decode(&response(instance));
        assert_eq!(answer.is_ok(), right, "{instance:?}: {answer:?}");
    }
}
