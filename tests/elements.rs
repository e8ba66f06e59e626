//! Every kind of element, from preflight to deletion, on both clients.

use ce_core::calls::{DeleteInstance, GetInstance, Ping, Resource};
use ce_core::model::{AuthenticationScheme, Events, Instance};
use ce_core::{
    ConnectOutcome, ConnectRequest, Error, FieldErrorKind, OAuthUrlMethod, PendingAuthorization,
    ProviderData,
};
use ce_sandbox::Sandbox;
use ce_tests::{AnyClient, config, on_both_clients};
use serde_json::{Value, json};

on_both_clients! {
    oauth_2,
    oauth_2_with_a_further_parameter_of_the_callback,
    oauth_1,
    oauth_1_denied,
    basic,
    custom,
    external_authentication,
    an_instance_is_authorized_again,
    events_and_what_else_is_set_at_creation,
    preflight_warns_before_anybody_is_sent_anywhere,
}

fn oauth(element: &str) -> ConnectRequest {
    ConnectRequest::new(element)
        .api_key("k")
        .api_secret("s")
        .callback_url("https://app.example/callback")
        .name("Ann's account")
}

/// The two handlers of an application, which are the same for every element with a consent.
async fn consented<C: AnyClient>(
    client: &C,
    sandbox: &Sandbox,
    connect: &ConnectRequest,
) -> Instance {
    let redirect = client.begin(connect).await.unwrap();
    let stored = serde_json::to_string(&redirect.pending).unwrap();

    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let pending: PendingAuthorization = serde_json::from_str(&stored).unwrap();
    match client.finish(connect, &pending, &callback).await.unwrap() {
        ConnectOutcome::Connected(instance) => *instance,
        ConnectOutcome::Denied(denied) => panic!("{denied}"),
    }
}

/// Preflight, with nothing missing.
async fn passes<C: AnyClient>(client: &C, connect: &ConnectRequest, scheme: AuthenticationScheme) {
    let preflight = client.send(connect.preflight()).await.unwrap();
    assert_eq!(preflight.scheme(), Some(&scheme));
    assert!(preflight.is_passed(), "{preflight:?}");
    assert!(preflight.unknown().is_empty(), "{preflight:?}");
}

/// The instance works, and ends.
async fn lives_and_ends<C: AnyClient>(client: &C, instance: &Instance, resource: &str) {
    let ping = Ping::through(&instance.token).of_instance(instance.id);
    let pong = client.send(ping).await.unwrap();
    assert_eq!(pong.instance_id, Some(instance.id));
    let objects = Resource::through(&instance.token, resource).list::<Value>();
    assert!(!client.list(objects).await.items.is_empty());
    client.send(DeleteInstance::new(instance.id)).await.unwrap();
    let error = client
        .send(GetInstance::new(instance.id))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Refused(api_error) if api_error.status() == 404));
    let error = client
        .send(Ping::through(&instance.token))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Refused(api_error) if api_error.status() == 401));
}

async fn oauth_2<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let connect = oauth("instagram");
    passes(&client, &connect, AuthenticationScheme::OAuth2).await;
    let instance = consented(&client, &sandbox, &connect).await;
    lives_and_ends(&client, &instance, "media").await;

    let number = instance.element.as_ref().unwrap().id.unwrap().to_string();
    let instance = consented(&client, &sandbox, &oauth(&number)).await;
    lives_and_ends(&client, &instance, "media").await;
}

async fn oauth_2_with_a_further_parameter_of_the_callback<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let connect = oauth("quickbooks");
    passes(&client, &connect, AuthenticationScheme::OAuth2).await;
    for wanted in [
        ProviderData::Documented,
        ProviderData::All,
        ProviderData::only(["realmId"]),
    ] {
        let connect = connect.clone().provider_data(wanted);
        let instance = consented(&client, &sandbox, &connect).await;
        lives_and_ends(&client, &instance, "invoices").await;
    }
    // Without it the platform refuses.
    let connect = connect.provider_data(ProviderData::only(["dataSource"]));
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let error = client.finish(&connect, &redirect.pending, &callback).await;
    assert!(error.unwrap_err().to_string().contains("realmId"));
}

async fn oauth_1<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    for (element, site, method) in [
        ("etsy", None, OAuthUrlMethod::Get),
        ("desk", Some("ann.desk.com"), OAuthUrlMethod::Post),
    ] {
        let mut connect = oauth(element)
            .authentication(AuthenticationScheme::OAuth1)
            .oauth_url_method(method);
        if let Some(site) = site {
            connect = connect
                .parameter("siteAddress", site)
                .configuration("desk.site.address", site);
        }
        passes(&client, &connect, AuthenticationScheme::OAuth1).await;
        let instance = consented(&client, &sandbox, &connect).await;
        let resource = if site.is_some() {
            "incidents"
        } else {
            "products"
        };
        lives_and_ends(&client, &instance, resource).await;
    }
}

async fn oauth_1_denied<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let connect = oauth("etsy").authentication(AuthenticationScheme::OAuth1);
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.deny(redirect.url.as_str()).unwrap();
    let finished = client.finish(&connect, &redirect.pending, &callback).await;
    assert!(
        matches!(finished, Ok(ConnectOutcome::Denied(_))),
        "{finished:?}"
    );
    // Another flow's callback is not taken for this one's.
    let other = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(other.url.as_str()).unwrap();
    let finished = client.finish(&connect, &redirect.pending, &callback).await;
    assert!(matches!(finished, Err(Error::Callback(_))), "{finished:?}");
    assert_eq!(sandbox.created(), 0);
}

async fn basic<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let connect = ConnectRequest::new("closeio")
        .authentication(AuthenticationScheme::Basic)
        .configuration("username", "ann")
        .configuration("password", "secret")
        .name("Ann's sales");
    passes(&client, &connect, AuthenticationScheme::Basic).await;
    let instance = client.provision(&connect).await.unwrap();
    let configuration = instance.configuration.as_ref().unwrap();
    assert_eq!(configuration.text("password").as_deref(), Some("********"));
    lives_and_ends(&client, &instance, "contacts").await;
    // Nobody can be sent anywhere for it.
    let error = client.begin(&connect).await.unwrap_err();
    let Error::InvalidInput(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.errors()[0].kind(), FieldErrorKind::NeedsNoConsent);
}

async fn custom<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let connect = ConnectRequest::new("amazons3")
        .authentication(AuthenticationScheme::Custom)
        .configuration("filemanagement.provider.access_key", "a")
        .configuration("filemanagement.provider.secret_key", "s")
        .configuration("filemanagement.provider.bucket_name", "b")
        .name("Ann's files");
    passes(&client, &connect, AuthenticationScheme::Custom).await;
    let instance = client.provision(&connect).await.unwrap();
    lives_and_ends(&client, &instance, "buckets").await;
}

async fn external_authentication<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let connect = ConnectRequest::new("instagram")
        .api_key("k")
        .api_secret("s")
        .name("Ann's photos")
        .refresh_token("obtained elsewhere");
    passes(&client, &connect, AuthenticationScheme::OAuth2).await;
    let instance = client.provision(&connect).await.unwrap();
    assert_eq!(instance.external_authentication.as_deref(), Some("initial"));
    lives_and_ends(&client, &instance, "media").await;
}

async fn an_instance_is_authorized_again<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let oauth1 = oauth("etsy").authentication(AuthenticationScheme::OAuth1);
    for connect in [oauth("instagram").tag("customer-42"), oauth1] {
        let first = consented(&client, &sandbox, &connect).await;
        assert!(sandbox.revoke(first.id.get()));
        let revoked = client.send(GetInstance::new(first.id)).await.unwrap();
        assert_eq!(revoked.valid, Some(false));

        let again = connect.reauthorize(first.id).name("Ann's account, again");
        let second = consented(&client, &sandbox, &again).await;
        assert_eq!((second.id, &second.token), (first.id, &first.token));
        assert_eq!(second.provider_data, None);
        assert_eq!(second.tags, first.tags);
        assert_eq!(second.name.as_deref(), Some("Ann's account, again"));
        client.send(Ping::through(&first.token)).await.unwrap();
        // What is consented to is one instance, and no other.
        let redirect = client.begin(&again).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        let other = again.reauthorize(first.id.get() + 1);
        let error = client.finish(&other, &redirect.pending, &callback).await;
        let Err(Error::InvalidInput(error)) = error else {
            panic!("{error:?}")
        };
        assert_eq!(error.errors()[0].field(), "instance");
    }
    assert_eq!(sandbox.created(), 2);
}

async fn events_and_what_else_is_set_at_creation<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client = C::of(config(&sandbox));
    let connect = oauth("instagram")
        .events(Events::polling("https://app.example/events").every_minutes(15))
        .retrieve_objects_after_instantiation(true);
    let instance = consented(&client, &sandbox, &connect).await;
    assert_eq!(instance.events_enabled, Some(true));
    let configuration = instance.configuration.unwrap();
    let interval = configuration.text("event.poller.refresh_interval");
    assert_eq!(interval.as_deref(), Some("15"));
}

async fn preflight_warns_before_anybody_is_sent_anywhere<C: AnyClient>() {
    let sandbox = Sandbox::builder()
        .catalogue(
            json!({"elements": [{
                "id": 9001, "key": "bare", "name": "Bare", "hub": "crm",
                "authentication": "custom", "configuration": []
            }]})
            .to_string(),
        )
        .unwrap()
        .start()
        .unwrap();
    let client = C::of(config(&sandbox));
    let connect = ConnectRequest::new("shopify")
        .api_key("k")
        .configuration("shopify.site.adress", "ann");
    let preflight = client.send(connect.preflight()).await.unwrap();
    assert_eq!(
        preflight.missing(),
        [
            "oauth.api.secret",
            "oauth.callback.url",
            "name",
            "shopify.site.address"
        ]
    );
    assert_eq!(preflight.unknown(), ["shopify.site.adress"]);
    let requirements = preflight.requirements().unwrap();
    assert!(
        requirements
            .iter()
            .any(|asked| asked.required && asked.given)
    );
    // An element that asks for nothing, one that is addressed by its number, and none at all.
    let bare = ConnectRequest::new("bare").name("n");
    let preflight = client.send(bare.preflight()).await.unwrap();
    assert!(preflight.scheme_differs() && preflight.missing().is_empty());
    let numbered = ConnectRequest::new("146");
    let preflight = client.send(numbered.preflight()).await.unwrap();
    assert_eq!(preflight.missing(), ["name", "username", "password"]);
    let unknown = ConnectRequest::new("nothing");
    let error = client.send(unknown.preflight()).await.unwrap_err();
    assert!(matches!(error, Error::Refused(api_error) if api_error.status() == 404));
    assert!(sandbox.served().iter().all(|served| served.method == "GET"));
}
