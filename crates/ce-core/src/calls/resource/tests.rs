use super::*;
use crate::testing::{config, response_with};
use crate::{Call, FieldErrorKind, InvalidInput};
use serde_json::Value;

fn sent(call: impl Call) -> Result<String, InvalidInput> {
    let request = call.request(&config())?;
    Ok(request.expose().uri().path_and_query().unwrap().to_string())
}

#[test]
fn paths_and_queries_are_encoded_and_checked() {
    let token = ElementToken::new("t");
    let at = |path| Resource::through(&token, path);
    let list = |path| at(path).list::<Value>();
    let get = |path, id: &str| at(path).get::<Value>(id);
    let page = list("a")
        .matching("b='c & d'")
        .page_size(10)
        .from_page("p+1".into());
    use FieldErrorKind::{ControlCharacter, Missing, NotAPathSegment, Zero};
    #[rustfmt::skip] // A row a case.
    let table = [
        (sent(page), Ok("/a?where=b%3D%27c%20%26%20d%27&pageSize=10&nextPage=p%2B1")),
        (sent(at("a").hub("b/c").delete("d/e f")), Ok("/hubs/b%2Fc/a/d%2Fe%20f")),
        (sent(get("/a/42/b/", "7")), Ok("/a/42/b/7")),
        (sent(list("")), Err(Missing)),
        (sent(list("/")), Err(Missing)),
        (sent(list(" ")), Err(Missing)),
        (sent(list("a//b")), Err(Missing)),
        (sent(list("a/../b")), Err(NotAPathSegment)),
        (sent(list(".")), Err(NotAPathSegment)),
        (sent(get("a", "..")), Err(NotAPathSegment)),
        (sent(get("a", "b\nc")), Err(ControlCharacter)),
        (sent(list("a").page_size(0)), Err(Zero)),
    ];
    for (sent, expected) in table {
        let sent = sent.map_err(|invalid| invalid.errors()[0].kind());
        assert_eq!(sent.as_deref(), expected.as_ref().map(|it| *it));
    }
}

#[test]
fn another_instances_answer_is_an_error() {
    let token = ElementToken::new("t");
    let resource = Resource::through(&token, "a").of_instance(4_294_967_297);
    for (instance, right) in [
        ("4294967297", true),
        ("1", false),
        ("odd", true),
        ("", true),
    ] {
        let response = response_with(200, &[("elements-element-instance-id", instance)], "[]");
        let listed = resource.clone().list::<Value>().decode(&response);
        assert_eq!(listed.is_ok(), right, "{instance:?}: {listed:?}");
        let deleted = resource.clone().delete(1).decode(&response);
        assert_eq!(deleted.is_ok(), right, "{instance:?}: {deleted:?}");
    }
}
