//! Bulk jobs, objects' names and metadata, hubs, documents and conditions, on both clients.

use std::sync::Arc;
use std::time::Duration;

use ce_blocking::{Transport as _, UreqTransport};
use ce_core::calls::{
    Bulk, BulkFormat, Condition, GetElementDocs, GetHub, GetInstanceDocs, ListHubElements,
    ListHubKeys, ListHubs, Objects, Resource,
};
use ce_core::model::{ElementToken, Instance, Object};
use ce_core::{Config, Error};
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_tests::{AnyClient, Fake, config, on_both_clients, sales};
use serde::Deserialize;
use serde_json::{Value, json};

on_both_clients! {
    a_job_is_started_waited_for_and_read,
    a_job_is_gone_on_with_by_another_client,
    an_upload_creates_objects_and_tells_what_was_wrong,
    a_job_whose_start_is_not_answered_has_an_unknown_outcome,
    objects_have_names_and_fields,
    hubs_and_documents_are_read,
    conditions_choose,
}

/// A client of the sandbox's for which no time passes, and what counts how long it would have slept.
fn without_waiting<C: AnyClient>(config: &Config) -> (C, Arc<Fake>) {
    let transport = UreqTransport::new(config).unwrap();
    let fake = Arc::new(Fake::new(move |attempt| transport.send(attempt)));
    (C::on(config.clone(), fake.clone()), fake)
}

async fn ann<C: AnyClient>(client: &C, sandbox: &Sandbox, contacts: usize) -> Instance {
    let instance = client.provision(&sales("Ann")).await.unwrap();
    let id = instance.id.get();
    sandbox.add_objects(id, "contacts", contacts).unwrap();
    instance
}

async fn a_job_is_started_waited_for_and_read<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let config = config(&sandbox);
    let (client, transport) = without_waiting::<C>(&config);
    let instance = ann(&client, &sandbox, 1000).await;
    let bulk = Bulk::through(&instance.token)
        .hub("crm")
        .of_instance(instance.id);
    let query = "select id,name from contacts where name LIKE 'Object %'";
    let started = client.send(bulk.query(query)).await.unwrap();
    assert!(!started.is_complete());
    let id = started.id.as_ref().unwrap();
    let early = client.send(bulk.download(id, "contacts", BulkFormat::Csv));
    assert_eq!(early.await.unwrap_err().status().unwrap().as_u16(), 400);
    let within = Duration::from_secs(60);
    let done = client.run(bulk.wait(&config, id, within)).await.unwrap();
    assert!(done.is_complete());
    assert_eq!(transport.slept(), [Duration::from_secs(1)]);

    let csv = bulk.download(id, "contacts", BulkFormat::Csv);
    let csv = client.send(csv).await.unwrap();
    assert_eq!(csv.media_type.as_deref(), Some("text/csv"));
    let csv = std::str::from_utf8(&csv.bytes).unwrap();
    assert!(csv.starts_with("id,name\n3,Object 1\n"), "{csv}");
    assert_eq!(csv.lines().count(), 1001);
    let json = bulk.download(id, "contacts", BulkFormat::Json);
    let json = client.send(json).await.unwrap();
    let json: Vec<Value> = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(json.len(), 1000);
    assert_eq!(json[999]["name"], "Object 1000");
    assert!(client.send(bulk.errors(id)).await.unwrap().is_empty());
    // One that is cut is downloaded again; one that always is, is an error.
    let cut = FaultRule::new(Fault::CloseMidBody).on(Operation::DownloadBulk);
    sandbox.set_faults([cut.clone().times(1)]);
    let download = || bulk.download(id, "contacts", BulkFormat::Csv);
    let again = client.send(download()).await.unwrap();
    assert_eq!(again.bytes, csv.as_bytes());
    sandbox.set_faults([cut]);
    let error = client.send(download()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
}

async fn a_job_is_gone_on_with_by_another_client<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let config = config(&sandbox);
    let id = {
        let client = C::of(config.clone());
        let instance = ann(&client, &sandbox, 3).await;
        let query = Bulk::through(&instance.token).query("select * from contacts");
        client
            .send(query)
            .await
            .unwrap()
            .id
            .unwrap()
            .to_json()
            .to_owned()
    };
    // Another process knows the id and the token alone.
    let token = ElementToken::new(sandbox.instances()[0].expose_token());
    let bulk = Bulk::through(&token);
    let (client, transport) = without_waiting::<C>(&config);
    // Nobody waits longer than they want to.
    let job = client.run(bulk.wait(&config, &id, Duration::ZERO)).await;
    assert!(!job.unwrap().is_complete());
    assert!(transport.slept().is_empty());
    // A look that fails is repeated.
    let rule = FaultRule::new(Fault::LoseAnswer).on(Operation::GetBulkStatus);
    sandbox.set_faults([rule.times(1)]);
    let within = Duration::from_secs(60);
    let job = client.run(bulk.wait(&config, &id, within)).await;
    assert!(job.unwrap().is_complete());
    let contacts = bulk.download(&id, "contacts", BulkFormat::Json);
    let contacts = client.send(contacts).await.unwrap();
    let contacts: Vec<Object> = serde_json::from_slice(&contacts.bytes).unwrap();
    assert_eq!(contacts.len(), 5);
    let unknown = client.run(bulk.wait(&config, 999, within)).await;
    assert_eq!(unknown.unwrap_err().status().unwrap().as_u16(), 404);
}

async fn an_upload_creates_objects_and_tells_what_was_wrong<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = ann(&client, &sandbox, 0).await;
    let bulk = Bulk::through(&instance.token);
    let metadata = Object::new();
    let csv = "name,city\n\"O'Hara, Ann\",Zürich\nBob\n";
    let upload = bulk.upload("contacts", &metadata, BulkFormat::Csv, csv);
    let job = client.send(upload).await.unwrap();
    let errors = bulk.errors(job.id.as_ref().unwrap());
    let errors = client.send(errors).await.unwrap();
    assert_eq!(
        errors[0].get("row").map(|row| row.to_json()).as_deref(),
        Some("2")
    );
    let json = json!([{"name": "Eve", "city": "Bonn"}]).to_string();
    let upload = bulk.upload("contacts", &metadata, BulkFormat::Json, json);
    client.send(upload).await.unwrap();
    let contacts = Resource::through(&instance.token, "contacts").list::<Contact>();
    let contacts = contacts.filter(&Condition::is_in("city", ["Zürich", "Bonn"]));
    let names = names(&client, contacts).await;
    assert_eq!(names, ["O'Hara, Ann", "Eve"]);
}

async fn a_job_whose_start_is_not_answered_has_an_unknown_outcome<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = ann(&client, &sandbox, 0).await;
    let bulk = Bulk::through(&instance.token);
    sandbox.set_faults([FaultRule::new(Fault::LoseAnswer).on(Operation::StartBulk)]);
    let metadata = Object::new();
    let upload = bulk.upload("contacts", &metadata, BulkFormat::Csv, "name\nAnn\n");
    for call in [bulk.query("select * from contacts"), upload] {
        let error = client.send(call).await.unwrap_err();
        assert!(matches!(error, Error::OutcomeUnknown(_)), "{error:?}");
    }
    let served = sandbox.served();
    let starts = served.iter().filter(|it| it.path.contains("/bulk/"));
    assert_eq!(starts.count(), 2, "each is sent once");
}

#[derive(Debug, Deserialize)]
struct Contact {
    name: Option<String>,
}

async fn names<C: AnyClient>(
    client: &C,
    call: ce_core::calls::ListObjects<'_, Contact>,
) -> Vec<String> {
    let listed = client.list(call).await;
    assert!(listed.error.is_none(), "{:?}", listed.error);
    let names = listed.items.into_iter();
    names
        .map(|contact| contact.name.unwrap_or_default())
        .collect()
}

async fn objects_have_names_and_fields<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = ann(&client, &sandbox, 0).await;
    let objects = Objects::through(&instance.token).of_instance(instance.id);
    assert_eq!(client.send(objects.names()).await.unwrap(), ["contacts"]);
    let metadata = client.send(objects.hub("crm").metadata("contacts")).await;
    let metadata: Value = serde_json::from_str(&metadata.unwrap().to_json()).unwrap();
    let fields = metadata["fields"].as_array().unwrap();
    assert!(fields.iter().any(|field| field["vendorPath"] == "name"));
}

async fn hubs_and_documents_are_read<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let keys = client.send(ListHubKeys).await.unwrap();
    assert!(keys.iter().any(|key| key == "documents"), "{keys:?}");
    assert_eq!(client.send(ListHubs).await.unwrap().len(), keys.len());
    let hub = client.send(GetHub::new("crm")).await.unwrap();
    assert_eq!(hub.text("key").as_deref(), Some("crm"));
    let elements = client
        .send(ListHubElements::new("documents"))
        .await
        .unwrap();
    assert_eq!(
        elements[0].key.as_ref().map(|key| key.as_str()),
        Some("amazons3")
    );
    let instance = ann(&client, &sandbox, 0).await;
    let of_element = client.send(GetElementDocs::new("closeio")).await.unwrap();
    let of_instance = client.send(GetInstanceDocs::new(&instance)).await.unwrap();
    for document in [of_element, of_instance] {
        let document: Value = serde_json::from_str(&document.to_json()).unwrap();
        assert_eq!(document["swagger"], "2.0");
        assert!(document["paths"]["/contacts/{id}"]["get"].is_object());
    }
}

async fn conditions_choose<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = ann(&client, &sandbox, 0).await;
    for (name, age) in [
        ("O'Hara", Some(17)),
        ("100% & more", Some(42)),
        ("Zoë", None),
    ] {
        let contact = json!({"name": name, "age": age, "of age": age > Some(17)});
        let contact = contact.as_object().unwrap().clone();
        let id = instance.id.get();
        sandbox.add_object(id, "contacts", contact).unwrap();
    }
    let contacts = || Resource::through(&instance.token, "contacts").list::<Contact>();
    let quoted = "' OR name LIKE '%";
    let table = [
        (Condition::eq("name", "O'Hara"), &["O'Hara"][..]),
        (Condition::eq("name", quoted), &[]),
        (Condition::like("name", "100%"), &["100% & more"]),
        (
            Condition::ge("age", 17).and(Condition::lt("age", 42)),
            &["O'Hara"],
        ),
        (
            Condition::gt("age", 40).or(Condition::le("age", 17)),
            &["O'Hara", "100% & more"],
        ),
        (Condition::eq("of age", true), &["100% & more"]),
        (
            Condition::is_in("name", ["Zoë", "O'Hara"]),
            &["O'Hara", "Zoë"],
        ),
        (
            Condition::ne("age", 17)
                .and(Condition::eq("name", "100% & more").or(Condition::eq("name", "Zoë"))),
            &["100% & more", "Zoë"],
        ),
        (
            Condition::is_null("age").and(Condition::like("name", "Z%")),
            &["Zoë"],
        ),
    ];
    for (condition, expected) in table {
        let found = names(&client, contacts().filter(&condition)).await;
        assert_eq!(found, expected, "{condition}");
    }
    let none = Condition::is_in("name", [""; 0]);
    let refused = client.list(contacts().filter(&none)).await.error;
    assert!(
        matches!(refused, Some(Error::InvalidInput(_))),
        "{refused:?}"
    );
    // Fields and order beside it.
    let adults = contacts()
        .filter(&Condition::ge("age", 0))
        .order_by("age desc")
        .fields(["name"]);
    assert_eq!(names(&client, adults).await, ["100% & more", "O'Hara"]);
}
