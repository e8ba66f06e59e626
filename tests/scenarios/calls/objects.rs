//! Objects behind an instance.

use ce_tests::prelude::*;
use serde::Deserialize;

on_both_clients! {
    objects_are_created_read_changed_and_deleted,
    objects_have_names_and_fields,
    a_change_may_be_answered_with_nothing,
}

#[derive(Debug, Deserialize)]
struct Contact {
    name: String,
    id: String,
}

async fn objects_are_created_read_changed_and_deleted(kind: Kind) {
    let (_sandbox, client, instance) = kind.start_with_account().await;
    let contacts = || Resource::through(&instance.token, "contacts");
    let [ann, bob] = ["O'Hara & Co", "Bob"].map(|name| json!({"name": name}));
    let created = client.ok(contacts().create::<_, Contact>(&ann)).await;
    assert_eq!(created.instance_id, Some(instance.id));
    assert!(created.request_id.is_some());
    let id = created.body.id;
    for hub in ["crm", "any-hub-whatever"] {
        let got = client.ok(contacts().hub(hub).get::<Contact>(&id)).await;
        assert_eq!(got.body.name, "O'Hara & Co");
    }
    client.ok(contacts().update::<_, Value>(&id, &bob)).await;
    let bobs = || contacts().list::<Value>().matching("name='Bob'");
    assert_eq!(client.items(bobs()).await.len(), 1);
    let bad = contacts().list::<Value>().matching("name ~ 7");
    assert_eq!(end(&client.list(bad).await.all()), "refused 400");
    client.ok(contacts().replace::<_, Value>(&id, &ann)).await;
    assert!(client.items(bobs()).await.is_empty());
    client.ok(contacts().delete(&id)).await;
    let gone = client.ends(contacts().get::<Contact>(&id));
    assert_eq!(gone.await, "refused 404");
}

async fn objects_have_names_and_fields(kind: Kind) {
    let (_sandbox, client, instance) = kind.start_with_account().await;
    let objects = Objects::through(&instance.token).of_instance(instance.id);
    assert_eq!(client.ok(objects.names()).await, ["contacts"]);
    let metadata = client.ok(objects.hub("crm").metadata("contacts")).await;
    let metadata: Value = serde_json::from_str(&metadata.to_json()).unwrap();
    let mut fields = metadata["fields"].as_array().unwrap().iter();
    assert!(fields.any(|field| field["vendorPath"] == "name"));
}

async fn a_change_may_be_answered_with_nothing(kind: Kind) {
    let client = kind.answered(204, ("x", "y"), "");
    let token = ElementToken::new("t");
    let contacts = || Resource::through(&token, "contacts");
    let body = json!({});
    client.ok(contacts().update::<_, ()>(7, &body)).await;
    let create = contacts().create::<_, Option<Value>>(&body);
    assert_eq!(client.ok(create).await.body, None);
    // Where something was to come, nothing isn't enough.
    let create = contacts().create::<_, Contact>(&body);
    assert_eq!(client.ends(create).await, "unknown");
}
