//! Instances after their creation.

use ce_core::Call as _;
use ce_tests::prelude::*;

on_both_clients! {
    an_instance_is_changed_and_replaced,
    an_instance_is_switched_off_and_on,
    by_its_token_an_instance_is_reached_as_by_its_id,
    settings_are_read_and_changed_one_by_one,
    the_token_of_another_instance_is_noticed,
}

async fn an_instance_is_changed_and_replaced(kind: Kind) {
    let (_sandbox, client, instance) = kind.start_with_account().await;
    let patch = PatchInstance::new(&instance)
        .name("Ann <b>2")
        .tags(["new"])
        .configuration("event.notification.enabled", true);
    let changed = client.ok(patch).await;
    assert_eq!((changed.id, &changed.token), (instance.id, &instance.token));
    assert_eq!(changed.name.as_deref(), Some("Ann 2"));
    assert_eq!(changed.tags.as_deref(), Some(&["new".to_owned()][..]));
    assert_eq!(changed.events_enabled, Some(true));
    let configuration = changed.configuration.unwrap();
    assert_eq!(configuration.text("username").as_deref(), Some("ann"));

    let body = CreateInstance::new("closeio", "Ann 3")
        .configuration("username", "bob")
        .configuration("password", "p");
    let replaced = client.ok(ReplaceInstance::new(&instance, &body)).await;
    assert_eq!(
        (replaced.id, &replaced.token),
        (instance.id, &instance.token)
    );
    let now = client.ok(GetInstance::new(instance.id)).await;
    assert_eq!(now.name.as_deref(), Some("Ann 3"));
    assert_eq!(now.tags.unwrap_or_default(), [""; 0]);
    let gone = PatchInstance::new(InstanceId::new(u64::MAX)).name("n");
    assert_eq!(client.ends(gone).await, "refused 404");
}

async fn an_instance_is_switched_off_and_on(kind: Kind) {
    let (_sandbox, client, instance) = kind.start_with_account().await;
    let ping = || client.ends(Ping::through(&instance.token));
    let ways: [InstanceRef<'_>; 2] = [instance.id.into(), (&instance.token).into()];
    for way in ways {
        client.ok(DisableInstance::new(way)).await;
        assert_eq!(ping().await, "refused 403");
        let off = client.ok(GetInstance::new(instance.id)).await;
        assert_eq!(off.disabled, Some(true));
        client.ok(EnableInstance::new(way)).await;
        assert_eq!(ping().await, "done");
    }
}

async fn by_its_token_an_instance_is_reached_as_by_its_id(kind: Kind) {
    let (sandbox, client, instance) = kind.start_with_account().await;
    let token = &instance.token;
    let own = client.ok(GetInstance::new(token)).await;
    assert_eq!(own.id, instance.id);
    let patched = client.ok(PatchInstance::new(token).name("Bob")).await;
    assert_eq!(patched.name.as_deref(), Some("Bob"));
    let entries = client.ok(ListConfiguration::new(token)).await;
    let first = GetConfigurationEntry::new(token, entries[0].id.unwrap());
    assert_eq!(client.ok(first).await, entries[0]);
    client.ok(DeleteInstance::new(token)).await;
    assert_eq!(client.ends(DeleteInstance::new(token)).await, "refused 401");
    assert!(sandbox.instances().is_empty());
}

async fn settings_are_read_and_changed_one_by_one(kind: Kind) {
    let (_sandbox, client, instance) = kind.start_with_account().await;
    let entries = client.ok(ListConfiguration::new(instance.id)).await;
    let named = |key: &str| {
        let mut all = entries.iter();
        all.find(|entry| entry.key.as_deref() == Some(key)).unwrap()
    };
    let value = |entry: &ConfigurationEntry| {
        let value = entry.property_value.as_ref().unwrap();
        value.as_str().unwrap().into_owned()
    };
    assert_eq!(value(named("password")), "********");
    let username = named("username").clone();
    let id = username.id.unwrap();
    let change = PatchConfigurationEntry::new(instance.id, username).value("bob");
    assert_eq!(value(&client.ok(change).await), "bob");
    let entry = GetConfigurationEntry::new(instance.id, id);
    assert_eq!(value(&client.ok(entry).await), "bob");
    let unknown = GetConfigurationEntry::new(instance.id, u64::MAX);
    assert_eq!(client.ends(unknown).await, "refused 404");
}

async fn the_token_of_another_instance_is_noticed(kind: Kind) {
    let (_sandbox, client, ann) = kind.start_with_account().await;
    let bob = client.provision(&sales("Bob")).await.unwrap();
    let mixed_up = Ping::through(&bob.token).of_instance(ann.id);
    let mixed_up = client.send(mixed_up).await;
    assert!(
        matches!(mixed_up, Err(Error::AnotherInstance { expected, answered })
            if expected == ann.id && answered == bob.id),
        "{mixed_up:?}"
    );
}

#[test]
fn any_call_is_a_curl_command() {
    let sandbox = Sandbox::start().unwrap();
    let token = added(&sandbox, "closeio");
    let patch = PatchInstance::new(&token)
        .name("it's")
        .configuration("password", "c4n4ry");
    let curl = patch.request(&config(&sandbox)).unwrap().curl();
    // A shell runs it, where there is one and curl.
    let command = format!("{} --silent --fail", curl.expose());
    let mut shell = std::process::Command::new("sh");
    let ran = shell.args(["-c", &command]).output();
    if let Some(output) = ran.ok().filter(|it| it.status.code() != Some(127)) {
        assert!(output.status.success(), "{output:?}");
        let changed: Instance = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(changed.name.as_deref(), Some("it's"));
    }
}
