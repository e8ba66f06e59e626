//! What a list shows, and what that proves.

use super::*;

/// A list with our instance, altered.
fn ours_as(alter: impl Fn(&mut serde_json::Value)) -> String {
    let mut ours = tagged(7);
    alter(&mut ours);
    json!([ours]).to_string()
}

#[test]
fn what_may_be_said_although_the_instance_exists_proves_nothing() {
    let stranger = format!("[{STRANGER}]");
    #[rustfmt::skip] // A row a case.
    let answers: [&dyn Fn(Duration) -> Answer; 19] = [
        // Another 404.
        &|_| answer(404, ""),
        &|_| answer(404, "<html>No instances found</html>"),
        &|_| answer(404, r#"{"message":"Not found"}"#),
        &|_| answer(404, r#"{"message":"No such path"}"#),
        &|_| answer(404, r#"{"message":null}"#),
        &|_| answer(404, r#"["No instances found"]"#),
        &|_| answer(404, r#"{"message":"No handler found for GET /elements/api-v2/instances"}"#),
        &|_| answer(401, "{}"),
        &|_| busy(3600),
        // A list that ignores the filter, has no end, or lacks something.
        &|_| page(stranger.as_str(), None, 1),
        &|_| page(stranger.as_str(), Some("same"), 1),
        &|now| page(stranger.as_str(), Some(&format!("{now:?}")), 1),
        &|_| page(r#"[{"id":2,"token":"u","tags":7}]"#, None, 1),
        &|_| page("[7]", None, 0),
        &|_| page("[]", None, 1),
        &|_| page("[]", Some("2"), 1),
        // Its pages never end.
        &|_| Ok(response_with(200, &[("elements-next-page-token", "same")], "[]")),
        &|now| {
            let next = format!("{now:?}");
            Ok(response_with(200, &[("elements-next-page-token", &next)], "[]"))
        },
        // Ours, and nothing that it could be used by.
        &|_| answer(200, ours_as(|it| it["token"] = json!(null))),
    ];
    for answer in answers {
        let (output, took, _) = search(answer);
        assert_unknown(output);
        assert!(took <= seconds(61), "{took:?}");
    }
    let (_, _, pages) = search(|_| page(stranger.as_str(), Some("same"), 1));
    assert!(pages < 100, "{pages}");
    // It would be refused again.
    let (_, _, looks) = search(|_| answer(401, "{}"));
    assert_eq!(looks, 1);
}

#[test]
fn a_list_without_an_end_is_left_for_the_next_look() {
    let limits = Limits::default().recovery_timeout(seconds(300));
    let config = config().with_limits(limits);
    let (mut looks, mut pages) = (0, 0);
    let (output, _) = drive(recoverable().reconcile(&config).unwrap(), |request, now| {
        let query = request.expose().uri().query().unwrap();
        pages += 1;
        looks += usize::from(!query.contains("nextPage"));
        page(format!("[{STRANGER}]"), Some(&format!("{now:?}")), 1)
    });
    assert_unknown(output);
    assert!(looks >= 2 && pages > 2000, "{looks} looks, {pages} pages");
}

#[test]
fn an_oddity_in_a_list_does_not_hide_the_instance() {
    let ours = tagged(7).to_string().replace(r#""x""#, "null");
    let mut cut = format!("[{STRANGER},{ours}]").into_bytes();
    let name = cut.windows(3).position(|three| three == b"Bob").unwrap();
    cut[name] = 0xc3;
    for odd in [
        format!("[{ours}]").into_bytes(),
        format!("\u{feff}[{ours}]").into_bytes(),
        format!(r#"[{STRANGER},7,{{"id":2,"tags":null}},{{"id":"3","tags":[7]}},{ours}]"#).into(),
        cut,
    ] {
        let (output, ..) = search(|_| page(odd.clone(), Some("next"), 1));
        assert_eq!(output.unwrap().id.get(), 7);
    }
}

#[test]
fn a_list_that_ignores_the_filter_is_read_to_its_end() {
    let strangers = vec![STRANGER; 200].join(",");
    let config = platform(seconds(50));
    let search = |second: &dyn Fn() -> Answer| {
        let reconcile = recoverable().reconcile(&config).unwrap();
        let network = |request: &Request, _| match request.expose().uri().query() {
            Some(query) if query.ends_with("nextPage=p2") => second(),
            Some(query) if query.contains("nextPage=") => page("[]", None, 201),
            _ => page(format!("[{strangers}]"), Some("p2"), 201),
        };
        drive(reconcile, network).0
    };
    let found = search(&|| page(ours().unwrap().body().to_vec(), Some("p3"), 201));
    assert_eq!(found.unwrap().id.get(), 7);
    let unknown = assert_unknown(search(&|| page("[]", None, 201)));
    assert!(matches!(unknown.reason(), Error::SearchInconclusive));
    // A total that is contradicted by the page itself is no end.
    let reconcile = recoverable().reconcile(&config).unwrap();
    let (found, _) = drive(reconcile, |request, _| {
        match request.expose().uri().query() {
            Some(query) if query.contains("nextPage=") => ours(),
            _ => page(format!("[{STRANGER}]"), Some("p2"), 0),
        }
    });
    assert_eq!(found.unwrap().id.get(), 7);
}

#[test]
fn an_empty_page_that_promises_another_is_followed() {
    // Not if there is none on any page.
    let (output, ..) = search(|_| page("[]", Some("p2"), 0));
    assert!(matches!(output, Err(Error::NotCreated)), "{output:?}");
    let config = platform(seconds(50));
    let search = |second: fn() -> Answer| {
        let reconcile = recoverable().reconcile(&config).unwrap();
        let network = |request: &Request, _| match request.expose().uri().query() {
            Some(query) if query.ends_with("nextPage=p2") => second(),
            _ => Ok(response_with(
                200,
                &[("elements-next-page-token", "p2")],
                "[]",
            )),
        };
        drive(reconcile, network).0
    };
    assert_eq!(search(ours).unwrap().id.get(), 7);
    // Some platforms promise a page after the last.
    assert!(matches!(search(empty), Err(Error::NotCreated)));
}

#[test]
fn an_instance_of_another_element_is_not_taken_for_ours() {
    for (element, is_ours) in [
        (json!({"key": "instagram"}), true),
        (json!({"key": "Instagram", "id": 7}), true),
        (json!({"key": "box"}), false),
        (json!({"id": 7}), true),
        (json!(null), true),
    ] {
        let list = ours_as(|it| it["element"] = element.clone());
        let (output, ..) = search(|_| answer(200, list.as_str()));
        if is_ours {
            assert_eq!(output.unwrap().id.get(), 7, "{element}");
            continue;
        }
        let unknown = assert_unknown(output);
        assert!(matches!(unknown.reason(), Error::UnexpectedInstance { .. }));
        assert!(unknown.reason().may_have_side_effects());
    }
    // A flow that names its element by number.
    let numbered = ConnectRequest::new(74).name("n").recoverable();
    for (found, is_ours) in [
        (json!({"id": 74}), true),
        (json!({"id": 7, "key": "74"}), false),
    ] {
        let config = platform(seconds(50));
        let list = ours_as(|it| it["element"] = found.clone());
        let search = pending(&numbered).reconcile(&config).unwrap();
        let (output, _) = drive(search, |_, _| answer(200, list.as_str()));
        assert_eq!(output.is_ok(), is_ours, "{output:?}");
    }
}

#[test]
fn a_tag_is_found_in_any_form() {
    let tag = recoverable().correlation_tag().unwrap().to_owned();
    for tags in [
        json!([tag, null]),
        json!([7, format!(" {tag} ")]),
        json!(tag),
    ] {
        let list = ours_as(|it| it["tags"] = tags.clone());
        let (output, ..) = search(|_| answer(200, list.as_str()));
        assert_eq!(output.unwrap().id.get(), 7, "{tags}");
    }
}

#[test]
fn several_instances_with_the_tag_are_not_taken_for_one() {
    let found = |second: serde_json::Value| {
        let list = json!([tagged(7), second]).to_string();
        search(|_| answer(200, list.as_str())).0
    };
    let unknown = assert_unknown(found(tagged(8)));
    assert!(matches!(unknown.reason(), Error::SeveralInstances));
    assert!(unknown.reason().may_have_side_effects());
    // The same twice is one, though something of it has changed meanwhile.
    let mut changed = tagged(7);
    changed["valid"] = json!(false);
    for again in [tagged(7), changed] {
        assert_eq!(found(again).unwrap().id.get(), 7);
    }
}
