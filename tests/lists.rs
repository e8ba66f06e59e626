//! Lists by pages, on both clients.

use ce_core::calls::ListInstances;
use ce_core::model::{Instance, InstanceId, Object};
use ce_core::{Config, Credentials, Error, Limits};
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_tests::{AnyClient, Scripted, answer, config, on_both_clients, sales};

on_both_clients! {
    instances_are_found_by_tag_and_by_element,
    no_instances_are_an_empty_list,
    a_long_list_comes_page_by_page,
    a_failing_page_keeps_those_before_it,
    pages_that_repeat_end_with_an_error,
    odd_lists_are_errors_and_ids_are_large,
}

fn status(error: Error) -> u16 {
    match error {
        Error::Refused(api_error) => api_error.status().as_u16(),
        error => panic!("{error:?}"),
    }
}

async fn instances_are_found_by_tag_and_by_element<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    sandbox.add_instances("instagram", 3).unwrap();
    let ann = client.provision(&sales("Ann").tag("a b+c").tag("x")).await;
    let bob = client.provision(&sales("Bob").tag("a b")).await;
    let (ann, bob) = (ann.unwrap().id, bob.unwrap().id);
    let ids = async |call: ListInstances| -> Vec<InstanceId> {
        let listed = client.list(call).await;
        assert!(listed.error.is_none(), "{:?}", listed.error);
        listed.items.iter().map(|instance| instance.id).collect()
    };
    assert_eq!(ids(ListInstances::new()).await.len(), 5);
    assert_eq!(
        ids(ListInstances::new().element("closeio")).await,
        [ann, bob]
    );
    assert_eq!(ids(ListInstances::new().tag("a b+c")).await, [ann]);
    assert_eq!(ids(ListInstances::new().tag("a b+c").tag("x")).await, [ann]);
    assert_eq!(ids(ListInstances::new().tag("a")).await, []);
    assert_eq!(ids(ListInstances::new().search_text("bo")).await, [bob]);
    let short = ListInstances::new().tag("x").hydrate(false);
    let short = client.list(short.items_as::<Object>()).await.items;
    assert!(short[0].get("configuration").is_none());
    let error = client
        .list(ListInstances::new().element("nothing"))
        .await
        .error;
    assert_eq!(status(error.unwrap()), 404);
}

async fn no_instances_are_an_empty_list<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    for call in [
        ListInstances::new(),
        ListInstances::new().tag("nobody's"),
        ListInstances::new().element("closeio"),
    ] {
        let listed = client.list(call).await;
        assert!(listed.error.is_none(), "{:?}", listed.error);
        assert!(listed.items.is_empty() && listed.resume.is_none());
    }
    // A 404 of another form is not a list.
    let gateway = Scripted::start(|_| answer(404, &[], "<html>No pages found</html>")).unwrap();
    let credentials = Credentials::new("u", "o");
    let config = Config::new(&gateway.base_url(), credentials).unwrap();
    let listed = C::of(config).list(ListInstances::new()).await;
    assert_eq!(status(listed.error.unwrap()), 404);
}

async fn a_long_list_comes_page_by_page<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    sandbox.add_instances("instagram", 1000).unwrap();
    let listed = client.list(ListInstances::new().page_size(64)).await;
    assert!(listed.error.is_none(), "{:?}", listed.error);
    assert_eq!((listed.items.len(), listed.total), (1000, Some(1000)));
    let ids = listed.items.iter().map(|instance| instance.id);
    assert!(ids.clone().zip(ids.skip(1)).all(|(one, next)| one < next));
    // 15 pages with 64 each, one with 40, and one with nothing, for there is always a token.
    assert_eq!(sandbox.served().len(), 17);
}

async fn a_failing_page_keeps_those_before_it<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let limits = Limits::default().max_attempts(1);
    let client = C::of(config(&sandbox).with_limits(limits));
    sandbox.add_instances("instagram", 100).unwrap();
    // The third page is cut off: by a rule that lets some go by, a page is drawn that is not the
    // first.
    let cut = FaultRule::new(Fault::CloseMidBody)
        .on(Operation::Instances)
        .probability(0.4);
    let mut seen = None;
    for _ in 0..50 {
        sandbox.set_faults([cut.clone()]);
        let listed = client.list(ListInstances::new().page_size(10)).await;
        sandbox.clear_faults();
        if listed.error.is_some() && !listed.items.is_empty() {
            seen = Some(listed);
            break;
        }
    }
    let before = seen.expect("a page after the first fails at last");
    assert!(matches!(before.error, Some(Error::Transport(_))));
    assert_eq!(before.items.len() % 10, 0);
    let resumed = ListInstances::new()
        .page_size(10)
        .from_page(before.resume.unwrap());
    let after = client.list(resumed).await;
    assert!(after.error.is_none());
    let all: Vec<Instance> = before.items.into_iter().chain(after.items).collect();
    let ids: std::collections::BTreeSet<_> = all.iter().map(|instance| instance.id).collect();
    assert_eq!((all.len(), ids.len()), (100, 100));
}

async fn pages_that_repeat_end_with_an_error<C: AnyClient>() {
    let server = Scripted::start(|_| {
        let token = [
            "Content-Type: application/json",
            "Elements-Next-Page-Token: same",
        ];
        answer(200, &token, "[{},{}]")
    })
    .unwrap();
    let config = Config::new(&server.base_url(), Credentials::new("u", "o")).unwrap();
    let client = C::of(config);
    let listed = client.list(ListInstances::new().items_as::<Object>()).await;
    assert!(matches!(listed.error, Some(Error::PagesRepeat { .. })));
    assert_eq!(listed.items.len(), 4);
    assert_eq!(server.asked().len(), 2);
}

async fn odd_lists_are_errors_and_ids_are_large<C: AnyClient>() {
    for (body, right) in [
        (
            r#"[{"id":9007199254740993,"token":"t","element":{"id":4294967296}}]"#,
            true,
        ),
        (r#"{"id":1,"token":"t","element":{}}"#, false),
        (r#"[{"id":true,"token":"c4n4ry"}]"#, false),
        (r#"[{"id":1,"token":["c4n4ry"]}]"#, false),
        (r#"[{"id":1,"tokens":"c4n4ry"}]"#, false),
        (r#"[null]"#, false),
        ("[", false),
        ("", true),
        ("[]", true),
    ] {
        let server = Scripted::start(move |_| answer(200, &[], body)).unwrap();
        let config = Config::new(&server.base_url(), Credentials::new("u", "o"));
        let listed = C::of(config.unwrap()).list(ListInstances::new()).await;
        match listed.error {
            None => assert!(right, "{body}"),
            Some(error @ Error::Decode(_)) => {
                assert!(!right && !format!("{error} {error:?}").contains("c4n4ry"));
            }
            Some(error) => panic!("{error:?}"),
        }
        for instance in listed.items {
            assert_eq!(instance.id.get(), 9_007_199_254_740_993);
            assert_eq!(instance.element.unwrap().id, Some(4_294_967_296));
        }
    }
}
