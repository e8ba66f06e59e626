//! Elements, hubs and their documents.

use ce_tests::prelude::*;

on_both_clients! {
    elements_are_listed_and_read,
    hubs_and_documents_are_read,
}

async fn elements_are_listed_and_read(kind: Kind) {
    let (_sandbox, client) = kind.start();
    let keys = client.ok(ListElementKeys).await;
    assert!(keys.len() >= 7);
    let elements = client.list(ListElements::new().page_size(2)).await;
    // At the end there is nowhere to go on.
    assert_eq!(elements.resume, None);
    assert_eq!(elements.total, Some(keys.len() as u64));
    let listed = elements.all().unwrap().into_iter();
    assert_eq!(listed.filter_map(|it| it.key).count(), keys.len());
    let first = client.ok(ListElements::new().page_size(2)).await;
    let rest = ListElements::new().from_page(first.next.unwrap());
    assert_eq!(client.items(rest).await.len(), keys.len() - 2);
    for key in keys {
        let element = client.ok(GetElement::new(key.clone())).await;
        assert_eq!(element.key.as_ref(), Some(&key));
        let by_number = GetElement::new(element.id.unwrap().to_string());
        assert_eq!(client.ok(by_number).await, element);
        let metadata = client.ok(GetElementMetadata::new(key)).await;
        assert!(!metadata.is_empty());
    }
}

async fn hubs_and_documents_are_read(kind: Kind) {
    let (_sandbox, client, instance) = kind.start_with_account().await;
    let keys = client.ok(ListHubKeys).await;
    assert!(keys.iter().any(|key| key == "documents"), "{keys:?}");
    assert_eq!(client.ok(ListHubs).await.len(), keys.len());
    let hub = client.ok(GetHub::new("crm")).await;
    assert_eq!(hub.text("key").as_deref(), Some("crm"));
    let elements = client.ok(ListHubElements::new("documents")).await;
    let key = elements[0].key.as_ref().map(|key| key.as_str());
    assert_eq!(key, Some("amazons3"));
    let of_element = client.ok(GetElementDocs::new("closeio")).await;
    let of_instance = client.ok(GetInstanceDocs::new(&instance)).await;
    for document in [of_element, of_instance] {
        let document: Value = serde_json::from_str(&document.to_json()).unwrap();
        assert_eq!(document["swagger"], "2.0");
        assert!(document["paths"]["/contacts/{id}"]["get"].is_object());
    }
}
