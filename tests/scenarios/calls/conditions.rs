//! Conditions that choose objects: what is written is what the platform reads.

use ce_tests::prelude::*;

on_both_clients! {
    conditions_choose,
}

async fn conditions_choose(kind: Kind) {
    const OHARA: &str = "O'Hara";
    const MORE: &str = "100% & more";
    const ZOE: &str = "Zoë";
    let (_sandbox, client, instance) = kind.start_with_account().await;
    let contacts = || Resource::through(&instance.token, "contacts");
    for (name, age) in [(OHARA, Some(17)), (MORE, Some(42)), (ZOE, None)] {
        let contact = json!({"name": name, "age": age, "of age": age > Some(17)});
        client.ok(contacts().create::<_, Value>(&contact)).await;
    }
    let is = |name: &str| Condition::eq("name", name);
    #[rustfmt::skip] // A row a case.
    let table = [
        (is(OHARA), &[OHARA][..]),
        (is("' OR name LIKE '%"), &[]),
        (Condition::like("name", "100%"), &[MORE]),
        (Condition::ge("age", 17).and(Condition::lt("age", 42)), &[OHARA]),
        (Condition::gt("age", 40).or(Condition::le("age", 17)), &[OHARA, MORE]),
        (Condition::eq("of age", true), &[MORE]),
        (Condition::is_in("name", [ZOE, OHARA]), &[OHARA, ZOE]),
        (Condition::ne("age", 17).and(is(MORE).or(is(ZOE))), &[MORE, ZOE]),
        (is(ZOE).or(is(MORE)).and(Condition::lt("age", 42.5)), &[MORE]),
        (Condition::gt("age", -1).and(Condition::le("age", 17u64)).and(is(OHARA)), &[OHARA]),
        (Condition::is_null("age").and(Condition::like("name", "Z%")), &[ZOE]),
    ];
    for (condition, expected) in table {
        let found = client
            .items(contacts().list::<Value>().filter(&condition))
            .await;
        let names: Vec<_> = found.iter().map(|it| it["name"].as_str()).collect();
        let expected: Vec<_> = expected.iter().copied().map(Some).collect();
        assert_eq!(names, expected, "{condition}");
    }
    let nothing = Condition::is_in("name", [""; 0]);
    let infinite = Condition::is_in("a", [1.0, f64::INFINITY]);
    let not_a_number = Condition::lt("a", f64::NAN);
    let (blank, backtick) = (Condition::eq(" ", 1), Condition::eq("a`b", 1));
    for wrong in [nothing, infinite, not_a_number, blank, backtick] {
        let refused = contacts().list::<Value>().filter(&is(ZOE).and(wrong));
        assert_eq!(end(&client.list(refused).await.all()), "invalid");
    }
    // Fields and order beside it.
    let adults = contacts().list::<Value>().filter(&Condition::ge("age", 0));
    let adults = adults.order_by("age desc").fields(["name"]);
    let adults = client.items(adults).await;
    assert_eq!(adults, [json!({"name": MORE}), json!({"name": OHARA})]);
}
