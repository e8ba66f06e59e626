//! Bulk jobs.

use ce_blocking::{Transport as _, UreqTransport};
use ce_tests::prelude::*;

on_both_clients! {
    a_job_is_started_waited_for_and_read,
    a_job_is_gone_on_with_by_another_client,
    an_upload_creates_objects_and_tells_what_was_wrong,
}

const MINUTE: Duration = Duration::from_secs(60);

/// A client for which no time passes, and what counts how long it would have slept.
fn without_waiting(kind: Kind, config: &Config) -> (AnyClient, Arc<Fake>) {
    let transport = UreqTransport::new(config).unwrap();
    let fake = Arc::new(Fake::new(move |attempt| transport.send(attempt)));
    (kind.on(config.clone(), fake.clone()), fake)
}

async fn a_job_is_started_waited_for_and_read(kind: Kind) {
    let (sandbox, client, instance) = kind.start_with_account().await;
    let id = instance.id.get();
    sandbox.add_objects(id, "contacts", 1000).unwrap();
    let bulk = Bulk::through(&instance.token).hub("crm");
    let bulk = bulk.of_instance(instance.id);
    let query = "select id,name from contacts where name LIKE 'Object %'";
    let started = client.ok(bulk.query(query)).await;
    assert!(!started.is_complete());
    let id = started.id.as_ref().unwrap();
    let csv = || bulk.download(id, "contacts", BulkFormat::Csv);
    assert_eq!(client.ends(csv()).await, "refused 400", "too early");
    let config = config(&sandbox);
    let (waiting, transport) = without_waiting(kind, &config);
    let done = waiting.run(bulk.wait(&config, id, MINUTE)).await.unwrap();
    assert!(done.is_complete());
    assert_eq!(transport.slept(), [Duration::from_secs(1)]);

    let downloaded = client.ok(csv()).await;
    assert_eq!(downloaded.media_type.as_deref(), Some("text/csv"));
    let text = std::str::from_utf8(&downloaded.bytes).unwrap();
    assert!(text.starts_with("id,name\n3,Object 1\n"), "{text}");
    assert_eq!(text.lines().count(), 1001);
    let json = bulk.download(id, "contacts", BulkFormat::Json);
    let json = client.ok(json).await;
    let json: Vec<Value> = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(json.len(), 1000);
    assert_eq!(json[999]["name"], "Object 1000");
    assert!(client.ok(bulk.errors(id)).await.is_empty());
    // One that is cut is downloaded again; one that always is, is an error.
    let cut = FaultRule::new(Fault::CloseMidBody).on(Operation::DownloadBulk);
    sandbox.set_faults([cut.clone().times(1)]);
    let again = client.ok(csv()).await;
    assert_eq!(again.bytes, downloaded.bytes);
    sandbox.set_faults([cut]);
    assert_eq!(client.ends(csv()).await, "Interrupted");
}

async fn a_job_is_gone_on_with_by_another_client(kind: Kind) {
    let (sandbox, client, instance) = kind.start_with_account().await;
    let config = config(&sandbox);
    let query = Bulk::through(&instance.token).query("select * from contacts");
    let id = client.ok(query).await.id.unwrap().to_json().to_owned();
    // Another process knows the id and the token alone.
    let token = ElementToken::new(instance.token.expose());
    let bulk = Bulk::through(&token);
    let (client, transport) = without_waiting(kind, &config);
    // Nobody waits longer than they want to.
    let job = client.run(bulk.wait(&config, &id, Duration::ZERO)).await;
    assert!(!job.unwrap().is_complete());
    assert!(transport.slept().is_empty());
    // A look that fails is repeated.
    let lost = FaultRule::new(Fault::LoseAnswer).on(Operation::GetBulkStatus);
    sandbox.set_faults([lost.times(1)]);
    let job = client.run(bulk.wait(&config, &id, MINUTE)).await;
    assert!(job.unwrap().is_complete());
    let contacts = bulk.download(&id, "contacts", BulkFormat::Json);
    let contacts = client.ok(contacts).await;
    let contacts: Vec<Object> = serde_json::from_slice(&contacts.bytes).unwrap();
    assert_eq!(contacts.len(), 2);
    let unknown = client.run(bulk.wait(&config, 999, MINUTE)).await;
    assert_eq!(end(&unknown), "refused 404");
}

async fn an_upload_creates_objects_and_tells_what_was_wrong(kind: Kind) {
    let (sandbox, client, instance) = kind.start_with_account().await;
    let bulk = Bulk::through(&instance.token);
    let metadata = Object::new();
    let csv = "name,city\n\"O'Hara, Ann\",Zürich\nBob\n";
    let upload = bulk.upload("contacts", &metadata, BulkFormat::Csv, csv);
    let job = client.ok(upload).await.id.unwrap();
    let errors = client.ok(bulk.errors(&job)).await;
    let row = errors[0].get("row").map(|row| row.to_json());
    assert_eq!(row.as_deref(), Some("2"));
    let json = json!([{"name": "Eve", "city": "Bonn"}]).to_string();
    let upload = bulk.upload("contacts", &metadata, BulkFormat::Json, json);
    client.ok(upload).await;
    let contacts = Resource::through(&instance.token, "contacts").list::<Value>();
    let contacts = contacts.matching("city IN ('Zürich', 'Bonn')");
    let contacts = client.items(contacts.fields(["name"])).await;
    let expected = ["O'Hara, Ann", "Eve"].map(|name| json!({"name": name}));
    assert_eq!(contacts, expected);
    // Whether a job was started whose answer was lost is not known; it is sent once.
    sandbox.set_faults([FaultRule::new(Fault::LoseAnswer).on(Operation::StartBulk)]);
    let before = sandbox.served().len();
    let query = bulk.query("select * from contacts");
    assert_eq!(client.ends(query).await, "unknown");
    assert_eq!(sandbox.served().len(), before + 1);
}
