//! Instances after their creation, the catalogue, and what is reached through an instance, on both
//! clients.

use ce_core::calls::{
    DeleteInstance, DisableInstance, EnableInstance, GetConfigurationEntry, GetElement,
    GetElementMetadata, GetInstance, InstanceRef, ListConfiguration, ListElementKeys, ListElements,
    PatchConfigurationEntry, PatchInstance, Ping, ReplaceInstance, Resource,
};
use ce_core::model::{CreateInstance, ElementToken, Instance, InstanceId};
use ce_core::{Call, Config, Credentials, Error};
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_tests::{AnyClient, Scripted, answer, config, on_both_clients, sales};
use serde::{Deserialize, Serialize};
use serde_json::Value;

on_both_clients! {
    an_instance_is_changed_and_replaced,
    an_instance_is_switched_off_and_on,
    by_its_token_an_instance_is_reached_as_by_its_id,
    settings_are_read_and_changed_one_by_one,
    the_catalogue_is_read,
    objects_live_behind_an_instance,
    a_deletion_that_is_repeated_has_succeeded,
    a_change_may_be_answered_with_nothing,
    the_token_of_another_instance_is_noticed,
    any_call_is_a_curl_command,
}

fn status(error: Error) -> u16 {
    match error {
        Error::Refused(api_error) => api_error.status().as_u16(),
        error => panic!("{error:?}"),
    }
}

async fn an_instance_is_changed_and_replaced<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = client.provision(&sales("Ann").tag("old")).await.unwrap();
    let patch = PatchInstance::new(&instance)
        .name("Ann <b>2")
        .tags(["new"])
        .configuration("event.notification.enabled", true);
    let changed = client.send(patch).await.unwrap();
    assert_eq!((changed.id, &changed.token), (instance.id, &instance.token));
    assert_eq!(changed.name.as_deref(), Some("Ann 2"));
    assert_eq!(changed.tags.as_deref(), Some(&["new".to_owned()][..]));
    assert_eq!(changed.events_enabled, Some(true));
    let username = changed.configuration.unwrap();
    assert_eq!(username.text("username").as_deref(), Some("ann"));

    let body = CreateInstance::new("closeio", "Ann 3")
        .configuration("username", "bob")
        .configuration("password", "p");
    let replaced = client.send(ReplaceInstance::new(&instance, &body)).await;
    let replaced = replaced.unwrap();
    assert_eq!(
        (replaced.id, &replaced.token),
        (instance.id, &instance.token)
    );
    let now = client.send(GetInstance::new(instance.id)).await.unwrap();
    assert_eq!(now.name.as_deref(), Some("Ann 3"));
    assert_eq!(now.tags.unwrap_or_default(), [""; 0]);

    let nothing = client.send(PatchInstance::new(&instance)).await;
    assert!(
        matches!(nothing, Err(Error::InvalidInput(_))),
        "{nothing:?}"
    );
    let gone = PatchInstance::new(InstanceId::new(u64::MAX)).name("n");
    assert_eq!(status(client.send(gone).await.unwrap_err()), 404);
}

async fn an_instance_is_switched_off_and_on<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = client.provision(&sales("Ann")).await.unwrap();
    let ping = || client.send(Ping::through(&instance.token));
    let ways: [InstanceRef<'_>; 2] = [instance.id.into(), (&instance.token).into()];
    for way in ways {
        client.send(DisableInstance::new(way)).await.unwrap();
        assert_eq!(status(ping().await.unwrap_err()), 403);
        let off = client.send(GetInstance::new(instance.id)).await.unwrap();
        assert_eq!(off.disabled, Some(true));
        client.send(EnableInstance::new(way)).await.unwrap();
        ping().await.unwrap();
    }
}

async fn by_its_token_an_instance_is_reached_as_by_its_id<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = client.provision(&sales("Ann")).await.unwrap();
    let token = &instance.token;
    let own = client.send(GetInstance::new(token)).await.unwrap();
    assert_eq!(own.id, instance.id);
    let patched = client.send(PatchInstance::new(token).name("Bob")).await;
    assert_eq!(patched.unwrap().name.as_deref(), Some("Bob"));
    let entries = client.send(ListConfiguration::new(token)).await.unwrap();
    let first = entries[0].id.unwrap();
    let entry = client.send(GetConfigurationEntry::new(token, first)).await;
    assert_eq!(entry.unwrap(), entries[0]);
    client.send(DeleteInstance::new(token)).await.unwrap();
    let error = client.send(DeleteInstance::new(token)).await.unwrap_err();
    assert_eq!(status(error), 401);
    assert!(sandbox.instances().is_empty());
}

async fn settings_are_read_and_changed_one_by_one<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = client.provision(&sales("Ann")).await.unwrap();
    let entries = client.send(ListConfiguration::new(instance.id)).await;
    let entries = entries.unwrap();
    let named = |key: &str| {
        let mut all = entries.iter();
        all.find(|entry| entry.key.as_deref() == Some(key)).unwrap()
    };
    let value = |entry: &ce_core::model::ConfigurationEntry| {
        let value = entry.property_value.as_ref().unwrap();
        value.as_str().unwrap().into_owned()
    };
    assert_eq!(value(named("password")), "********");
    let username = named("username").clone();
    let id = username.id.unwrap();
    let change = PatchConfigurationEntry::new(instance.id, username).value("bob");
    assert_eq!(value(&client.send(change).await.unwrap()), "bob");
    let entry = GetConfigurationEntry::new(instance.id, id);
    assert_eq!(value(&client.send(entry).await.unwrap()), "bob");
    let unknown = GetConfigurationEntry::new(instance.id, u64::MAX);
    assert_eq!(status(client.send(unknown).await.unwrap_err()), 404);
    // An entry that was made, not read, has no number.
    let made = PatchConfigurationEntry::new(instance.id, Default::default()).value("x");
    let error = client.send(made).await.unwrap_err();
    assert!(matches!(error, Error::InvalidInput(_)), "{error:?}");
}

async fn the_catalogue_is_read<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let keys = client.send(ListElementKeys).await.unwrap();
    let elements = client.list(ListElements::new().page_size(2)).await;
    assert!(elements.error.is_none());
    // At the end there is nowhere to go on.
    assert_eq!(elements.resume, None);
    let first = client.send(ListElements::new().page_size(2)).await.unwrap();
    let rest = ListElements::new().from_page(first.next.unwrap());
    assert_eq!(client.list(rest).await.items.len(), keys.len() - 2);
    assert_eq!(elements.total, Some(keys.len() as u64));
    let listed: Vec<_> = elements
        .items
        .iter()
        .filter_map(|e| e.key.clone())
        .collect();
    assert!(keys.len() >= 7 && listed.len() == keys.len());
    for key in keys {
        let element = client.send(GetElement::new(key.clone())).await.unwrap();
        assert_eq!(element.key.as_ref(), Some(&key));
        let by_number = element.id.unwrap().to_string();
        let by_number = client.send(GetElement::new(by_number)).await.unwrap();
        assert_eq!(by_number, element);
        let metadata = client.send(GetElementMetadata::new(key)).await.unwrap();
        assert!(!metadata.is_empty());
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Contact {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
}

async fn objects_live_behind_an_instance<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let instance = client.provision(&sales("Ann")).await.unwrap();
    let contacts = || Resource::through(&instance.token, "contacts");
    let ann = Contact {
        name: "O'Hara & Co".to_owned(),
        id: None,
    };
    let created = client
        .send(contacts().create::<_, Contact>(&ann))
        .await
        .unwrap();
    assert_eq!(created.instance_id, Some(instance.id));
    assert!(created.request_id.is_some());
    let id = created.body.id.unwrap();
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    for hub in ["crm", "any-hub-whatever"] {
        let got = client
            .send(contacts().hub(hub).get::<Contact>(&id))
            .await
            .unwrap();
        assert_eq!(got.body.name, "O'Hara & Co");
    }
    let bob = Contact {
        name: "Bob".to_owned(),
        id: None,
    };
    client
        .send(contacts().update::<_, Value>(&id, &bob))
        .await
        .unwrap();
    let matching = contacts().list::<Contact>().matching("name='Bob'");
    assert_eq!(client.list(matching).await.items.len(), 1);
    let bad = contacts().list::<Contact>().matching("name ~ 7");
    assert_eq!(status(client.list(bad).await.error.unwrap()), 400);
    client
        .send(contacts().replace::<_, Value>(&id, &ann))
        .await
        .unwrap();
    client.send(contacts().delete(&id)).await.unwrap();
    let gone = client.send(contacts().get::<Contact>(&id)).await;
    assert_eq!(status(gone.unwrap_err()), 404);
}

async fn a_deletion_that_is_repeated_has_succeeded<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let lost = FaultRule::new(Fault::LoseAnswer).on(Operation::Instances);
    let instance = client.provision(&sales("Ann")).await.unwrap();
    sandbox.set_faults([lost.clone().times(1)]);
    client.send(DeleteInstance::new(instance.id)).await.unwrap();
    assert!(sandbox.instances().is_empty());
    // By its token a deleted instance is refused as a wrong secret is: nobody can tell.
    let instance = client.provision(&sales("Bob")).await.unwrap();
    sandbox.set_faults([lost.times(1)]);
    let error = client.send(DeleteInstance::new(&instance.token)).await;
    assert!(matches!(error, Err(Error::OutcomeUnknown(_))), "{error:?}");
    assert!(sandbox.instances().is_empty());
}

async fn a_change_may_be_answered_with_nothing<C: AnyClient>() {
    let server = Scripted::start(|_| answer(204, &[], "")).unwrap();
    let config = Config::new(&server.base_url(), Credentials::new("u", "o")).unwrap();
    let client = C::of(config);
    let token = ElementToken::new("t");
    let contacts = || Resource::through(&token, "contacts");
    let body = serde_json::json!({});
    client
        .send(contacts().update::<_, ()>(7, &body))
        .await
        .unwrap();
    let created = client
        .send(contacts().create::<_, Option<Contact>>(&body))
        .await;
    assert_eq!(created.unwrap().body, None);
    // Where something was to come, nothing isn't enough.
    let created = client.send(contacts().create::<_, Contact>(&body)).await;
    assert!(
        matches!(created, Err(Error::OutcomeUnknown(_))),
        "{created:?}"
    );
}

async fn the_token_of_another_instance_is_noticed<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let ann = client.provision(&sales("Ann")).await.unwrap();
    let bob = client.provision(&sales("Bob")).await.unwrap();
    let mixed_up = Ping::through(&bob.token).of_instance(ann.id);
    let error = client.send(mixed_up).await.unwrap_err();
    assert!(
        matches!(error, Error::AnotherInstance { expected, answered }
            if expected == ann.id && answered == bob.id),
        "{error:?}"
    );
    let contacts = Resource::through(&bob.token, "contacts").of_instance(ann.id);
    let listed = client.list(contacts.clone().list::<Value>()).await;
    assert!(matches!(listed.error, Some(Error::AnotherInstance { .. })));
    assert!(listed.items.is_empty());
    let body = serde_json::json!({"name": "Carla"});
    let error = client.send(contacts.create::<_, Value>(&body)).await;
    assert!(
        matches!(error, Err(Error::AnotherInstance { .. })),
        "{error:?}"
    );
}

async fn any_call_is_a_curl_command<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let config = config(&sandbox);
    let client = C::of(config.clone());
    let instance = client.provision(&sales("Ann's")).await.unwrap();
    let patch = PatchInstance::new(&instance.token)
        .name("it's")
        .configuration("password", "c4n4ry");
    let curl = patch.request(&config).unwrap().curl();
    for secret in [
        "c4n4ry",
        sandbox.user_secret(),
        sandbox.organization_secret(),
        instance.token.expose(),
    ] {
        assert!(!format!("{curl} {curl:?}").contains(secret), "{curl}");
        assert!(curl.expose().contains(secret));
    }
    // A shell runs it, where there is one and curl.
    let ran = std::process::Command::new("sh")
        .args(["-c", &format!("{} --silent --fail", curl.expose())])
        .output();
    if let Ok(output) = ran
        && output.status.code() != Some(127)
    {
        assert!(output.status.success(), "{output:?}");
        let changed: Instance = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(changed.name.as_deref(), Some("it's"));
    }
}
