//! Lists by pages.

use std::collections::BTreeSet;

use ce_tests::prelude::*;

on_both_clients! {
    instances_are_found_by_tag_and_by_element,
    no_instances_are_an_empty_list,
    a_long_list_comes_page_by_page,
    a_failing_page_keeps_those_before_it,
}

async fn instances_are_found_by_tag_and_by_element(kind: Kind) {
    let (sandbox, client) = kind.start();
    sandbox.add_instances("instagram", 3).unwrap();
    let ann = client.provision(&sales("Ann").tag("a b+c").tag("x")).await;
    let bob = client.provision(&sales("Bob").tag("a b")).await;
    let (ann, bob) = (ann.unwrap().id, bob.unwrap().id);
    let all = || ListInstances::new();
    let ids = async |call: ListInstances| -> Vec<InstanceId> {
        let listed = client.items(call).await;
        listed.iter().map(|instance| instance.id).collect()
    };
    assert_eq!(ids(all()).await.len(), 5);
    assert_eq!(ids(all().element("closeio")).await, [ann, bob]);
    assert_eq!(ids(all().tag("a b+c")).await, [ann]);
    assert_eq!(ids(all().tag("a b+c").tag("x")).await, [ann]);
    assert_eq!(ids(all().tag("a")).await, []);
    assert_eq!(ids(all().search_text("bo")).await, [bob]);
    let short = all().tag("x").hydrate(false).items_as::<Object>();
    let short = client.items(short).await;
    assert!(short[0].get("configuration").is_none());
    let unknown = client.list(all().element("nothing")).await.all();
    assert_eq!(end(&unknown), "refused 404");
}

async fn no_instances_are_an_empty_list(kind: Kind) {
    let (_sandbox, client) = kind.start();
    for call in [
        ListInstances::new(),
        ListInstances::new().tag("nobody's"),
        ListInstances::new().element("closeio"),
    ] {
        let page = client.ok(call.clone()).await;
        assert!(page.request_id.is_some());
        let listed = client.list(call).await;
        assert!(listed.resume.is_none());
        assert!(listed.all().unwrap().is_empty());
    }
}

async fn a_long_list_comes_page_by_page(kind: Kind) {
    let (sandbox, client) = kind.start();
    sandbox.add_instances("instagram", 1000).unwrap();
    let listed = client.list(ListInstances::new().page_size(64)).await;
    assert_eq!(listed.total, Some(1000));
    let items = listed.all().unwrap();
    assert_eq!(items.len(), 1000);
    assert!(items.is_sorted_by(|one, next| one.id < next.id));
    // 15 pages with 64 each, one with 40, and one with nothing, for there is always a token.
    assert_eq!(sandbox.served().len(), 17);
}

async fn a_failing_page_keeps_those_before_it(kind: Kind) {
    let (sandbox, client) = kind.start_within(Limits::default().max_attempts(1));
    sandbox.add_instances("instagram", 100).unwrap();
    // Which page is cut off is drawn, until it isn't the first one.
    let cut = FaultRule::new(Fault::CloseMidBody).on(Operation::Instances);
    let mut before = None;
    for _ in 0..50 {
        sandbox.set_faults([cut.clone().probability(0.4)]);
        let listed = client.list(ListInstances::new().page_size(10)).await;
        if listed.error.is_some() && !listed.items.is_empty() {
            before = Some(listed);
            break;
        }
    }
    sandbox.clear_faults();
    let before = before.expect("a page after the first fails at last");
    assert_eq!(before.items.len() % 10, 0);
    let rest = ListInstances::new()
        .page_size(10)
        .from_page(before.resume.unwrap());
    let after = client.items(rest).await;
    assert_eq!(end::<()>(&Err(before.error.unwrap())), "Interrupted");
    let all = before.items.iter().chain(&after);
    let ids: BTreeSet<_> = all.clone().map(|instance| instance.id).collect();
    assert_eq!((all.count(), ids.len()), (100, 100));
}
