use std::any::type_name;
use std::time::Duration;

use super::*;
use crate::testing::{config, drive, response, response_with};
use crate::{Call, FieldErrorKind, Input, InvalidInput, Operation, Step};
use serde_json::Value;

fn sent(call: impl Call) -> Result<String, InvalidInput> {
    let request = call.request(&config())?;
    Ok(request.expose().uri().path_and_query().unwrap().to_string())
}

#[test]
fn paths_and_queries_are_encoded_and_checked() {
    let token = ElementToken::new("t");
    let at = |path| Resource::through(&token, path);
    let bulk = Bulk::through(&token);
    let list = |path| at(path).list::<Value>();
    let get = |path, id: &str| at(path).get::<Value>(id);
    let page = list("a")
        .matching("b='c & d'")
        .page_size(10)
        .from_page("p+1".into());
    let sorted = list("a")
        .fields(["id", "name"])
        .order_by("name desc")
        .page(2);
    let folder = at("folders/contents").parameter("path", "/a b");
    let json = serde_json::json!({"id": "a/b", "no": {}, "number": 7});
    use FieldErrorKind::{
        ControlCharacter, HasParameters, Missing, NotAHeader, NotAPathSegment, Reserved, Zero,
    };
    #[rustfmt::skip] // A row a case.
    let table = [
        (sent(page), Ok("/a?where=b%3D%27c%20%26%20d%27&pageSize=10&nextPage=p%2B1")),
        (sent(at("a").hub("b/c").delete("d/e f")), Ok("/hubs/b%2Fc/a/d%2Fe%20f")),
        (sent(get("/a/42/b/", "7")), Ok("/a/42/b/7")),
        (sent(sorted.from_page("p".into())),
            Ok("/a?fields=id,name&orderBy=name%20desc&nextPage=p")),
        (sent(list("a").page(2).page_size(5)), Ok("/a?pageSize=5&page=2")),
        (sent(folder.list::<Value>()), Ok("/folders/contents?path=/a%20b")),
        (sent(at("a").get::<Value>(&json["id"])), Ok("/a/a%2Fb")),
        (sent(at("a").get::<Value>(7)), Ok("/a/7")),
        (sent(bulk.status("1/errors?a")), Ok("/bulk/1%2Ferrors%3Fa/status")),
        (sent(bulk.errors("..")), Err(NotAPathSegment)),
        (sent(bulk.download("1", "a/../b", BulkFormat::Csv)), Ok("/bulk/1/a%2F..%2Fb")),
        (sent(bulk.upload("a/b", &ce_model::Object::new(), BulkFormat::Csv, "")),
            Ok("/bulk/a%2Fb")),
        (sent(Objects::through(&token).metadata("/a/b")), Ok("/objects/%2Fa%2Fb/metadata")),
        (sent(at("a").get::<Value>(&json["number"])), Ok("/a/7")),
        (sent(at("a").get::<Value>(&json["no"])), Err(Missing)),
        (sent(list("folders/contents?path=/")), Err(HasParameters)),
        (sent(list("a#b")), Err(HasParameters)),
        (sent(at("a").header("a b", "c").list::<Value>()), Err(NotAHeader)),
        (sent(list("a").header("Host", "b")), Err(Reserved)),
        (sent(list("a").page(0)), Err(Zero)),
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
        ("odd", false),
        ("", true),
    ] {
        let response = response_with(200, &[("elements-element-instance-id", instance)], "[]");
        let listed = resource.clone().list::<Value>().decode(&response);
        assert_eq!(listed.is_ok(), right, "{instance:?}: {listed:?}");
        let deleted = resource.clone().delete(1).decode(&response);
        assert_eq!(deleted.is_ok(), right, "{instance:?}: {deleted:?}");
    }
}

#[test]
fn an_answer_that_does_not_fit_the_callers_type_is_explained() {
    #[derive(serde::Deserialize)]
    struct Contact {
        #[allow(dead_code)]
        name: String,
        #[allow(dead_code)]
        address: Option<Address>,
    }
    #[derive(serde::Deserialize)]
    struct Address {
        #[allow(dead_code)]
        zip: u32,
    }
    let token = ElementToken::new("t");
    let at = || Resource::through(&token, "contacts");
    let get = |body: &str| {
        let get = at().get::<Contact>("7");
        get.decode(&response(200, body)).map(drop)
    };
    let list = |body: &str| {
        let list = at().list::<Contact>();
        list.decode(&response(200, body)).map(drop)
    };
    let kind = type_name::<Contact>();
    for (result, reason) in [
        (
            get(r#"{"name":7}"#),
            format!("not a `{kind}`: `name` should be a string (line"),
        ),
        (
            get(r#"{"name":"n","address":{"zip":"canary, expected canary"}}"#),
            format!("not a `{kind}`: `address.zip` should be u32 (line"),
        ),
        (
            get(r#"{"name":"n","address":{}}"#),
            format!("field `zip` in `address`: it is not a `{kind}`"),
        ),
        (
            get("{}"),
            format!("lacks the field `name`: it is not a `{kind}`"),
        ),
        (get("[]"), format!("not a `{kind}`")),
        (
            list(r#"[{"name":"n"},{"name":null}]"#),
            "`[1].name` should be a string".to_owned(),
        ),
        (list("{}"), "it should be a sequence".to_owned()),
        (list("<html>"), "is HTML".to_owned()),
    ] {
        let error = result.unwrap_err().to_string();
        assert!(
            error.contains(&reason) && !error.contains("canary"),
            "{error}"
        );
        assert!(error.contains(" answer for `contacts` "), "{error}");
    }
}

#[test]
fn a_download_is_whole_or_an_error() {
    let token = ElementToken::new("t");
    let files = Files::through(&token).of_instance(7);
    let read = |headers: &[(&str, &str)]| {
        let response = response_with(200, headers, b"\xff\x00".to_vec());
        files.download("/a").decode(&response)
    };
    let whole = read(&[("content-length", "2"), ("content-type", "image/png")]).unwrap();
    assert_eq!(
        (&whole.bytes[..], whole.media_type.as_deref()),
        (&b"\xff\x00"[..], Some("image/png"))
    );
    assert_eq!(
        read(&[]).unwrap(),
        crate::calls::Download::new(&b"\xff\x00"[..])
    );
    let request = files.download("/a").request(&config()).unwrap();
    assert_eq!(request.expose().headers()["accept"], "*/*");
    let short = read(&[("content-length", "3")]).unwrap_err();
    assert!(short.to_string().contains("answer ends early"), "{short}");
    let other = read(&[("elements-element-instance-id", "8")]);
    assert!(
        matches!(other, Err(Error::AnotherInstance { .. })),
        "{other:?}"
    );
}

#[test]
fn an_uploaded_file_is_named_by_its_format() {
    let (token, metadata) = (ElementToken::new("t"), ce_model::Object::new());
    for (format, head) in [
        (
            BulkFormat::Csv,
            "filename=\"a.csv\"\r\nContent-Type: text/csv\r\n",
        ),
        (
            BulkFormat::Json,
            "filename=\"a.json\"\r\nContent-Type: application/json\r\n",
        ),
    ] {
        let upload = Bulk::through(&token).upload("a", &metadata, format, "x");
        let request = upload.request(&config()).unwrap();
        let body = String::from_utf8_lossy(request.expose().body());
        assert!(body.contains(head), "{body}");
    }
}

#[test]
fn a_bulk_job_is_waited_for_in_time() {
    let (config, token) = (config(), ElementToken::new("t"));
    let wait = |complete_after: u64, within: u64| {
        let within = Duration::from_secs(within);
        let wait = Bulk::through(&token).wait(&config, 7, within);
        let mut looks = 0;
        let (job, took) = drive(wait, |request, now| {
            assert_eq!(request.path(), "/bulk/7/status");
            looks += 1;
            let is_complete = now >= Duration::from_secs(complete_after);
            let status = if is_complete { "COMPLETED" } else { "RUNNING" };
            Ok(response(200, format!(r#"{{"id":7,"status":"{status}"}}"#)))
        });
        (job.unwrap().is_complete(), took.as_secs(), looks)
    };
    assert_eq!(wait(0, 60), (true, 0, 1));
    // 1, 2, 4, 8, 16 and then 30 seconds between two looks.
    assert_eq!(wait(100, 600), (true, 121, 9));
    // The last look is when the time is up.
    assert_eq!(wait(100, 10), (false, 10, 5));
    let wait = |within| Bulk::through(&token).wait(&config, 7, Duration::from_secs(within));
    // A look takes no longer than there is time, but for the last.
    for (within, timeout) in [(600, 15), (5, 5), (0, 1)] {
        let step = wait(within).step(Input::Start, Duration::ZERO);
        let Step::Send(look) = step else {
            panic!("{step:?}")
        };
        assert_eq!(look.timeout.as_secs(), timeout, "{within}");
    }
    let step = wait(0).step(Input::SleepFinished, Duration::ZERO);
    assert!(matches!(step, Step::Done(Err(Error::UnexpectedInput))));
}
