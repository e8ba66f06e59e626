//! Every kind of element, from preflight to deletion.

use AuthenticationScheme::{Basic, Custom, OAuth1, OAuth2};
use ce_core::ProviderData;
use ce_tests::prelude::*;

on_both_clients! {
    accounts_with_a_consent,
    accounts_without_a_consent,
    an_instance_is_authorized_again,
}

/// Preflight, with nothing missing.
async fn passes(client: &AnyClient, connect: &ConnectRequest, scheme: AuthenticationScheme) {
    let preflight = client.ok(connect.preflight()).await;
    assert_eq!(preflight.scheme(), Some(&scheme));
    assert!(preflight.is_passed(), "{preflight:?}");
    assert!(preflight.unknown().is_empty(), "{preflight:?}");
}

/// The instance works, and ends.
async fn lives_and_ends(client: &AnyClient, instance: &Instance, resource: &str) {
    let ping = || Ping::through(&instance.token).of_instance(instance.id);
    let pong = client.ok(ping()).await;
    assert_eq!(pong.instance_id, Some(instance.id));
    let objects = Resource::through(&instance.token, resource).list::<Value>();
    assert!(!client.items(objects).await.is_empty());
    client.ok(DeleteInstance::new(instance.id)).await;
    let gone = client.ends(GetInstance::new(instance.id)).await;
    assert_eq!(
        (&*gone, &*client.ends(ping()).await),
        ("refused 404", "refused 401")
    );
}

async fn accounts_with_a_consent(kind: Kind) {
    let (sandbox, client) = kind.start();
    let number = client.ok(GetElement::new("instagram")).await.id.unwrap();
    let quickbooks = |data| oauth("quickbooks").provider_data(data);
    let [etsy, desk] = ["etsy", "desk"].map(|key| oauth(key).authentication(OAuth1));
    let desk = desk
        .oauth_url_method(OAuthUrlMethod::Post)
        .parameter("siteAddress", "ann.desk.com")
        .configuration("desk.site.address", "ann.desk.com");
    let realm = ProviderData::only(["realmId"]);
    for (connect, scheme, resource) in [
        (instagram(), OAuth2, "media"),
        (oauth(&number.to_string()), OAuth2, "media"),
        // A further parameter of the callback.
        (quickbooks(ProviderData::Documented), OAuth2, "invoices"),
        (quickbooks(ProviderData::All), OAuth2, "invoices"),
        (quickbooks(realm), OAuth2, "invoices"),
        (etsy, OAuth1, "products"),
        (desk, OAuth1, "incidents"),
    ] {
        passes(&client, &connect, scheme).await;
        let instance = client.connect(&sandbox, &connect).await;
        lives_and_ends(&client, &instance, resource).await;
    }
    // Without the further parameter the platform refuses.
    let connect = quickbooks(ProviderData::only(["dataSource"]));
    let (pending, callback) = client.consent(&sandbox, &connect).await;
    let error = client.finish(&connect, &pending, &callback).await;
    assert!(error.unwrap_err().to_string().contains("realmId"));
}

async fn accounts_without_a_consent(kind: Kind) {
    let (sandbox, client) = kind.start();
    let files = ConnectRequest::new("amazons3")
        .authentication(Custom)
        .configuration("filemanagement.provider.access_key", "a")
        .configuration("filemanagement.provider.secret_key", "s")
        .configuration("filemanagement.provider.bucket_name", "b")
        .name("Ann's files");
    let elsewhere = ConnectRequest::new("instagram")
        .api_key("k")
        .api_secret("s")
        .name("Ann's photos")
        .refresh_token("obtained elsewhere");
    for (connect, scheme, resource, external) in [
        (sales("Ann's sales"), Basic, "contacts", "none"),
        (files, Custom, "buckets", "none"),
        (elsewhere, OAuth2, "media", "initial"),
    ] {
        passes(&client, &connect, scheme).await;
        let instance = client.provision(&connect).await.unwrap();
        assert_eq!(instance.external_authentication.as_deref(), Some(external));
        let configuration = instance.configuration.as_ref();
        let password = configuration.and_then(|it| it.text("password"));
        assert!(password.is_none_or(|it| it == "********"), "{resource}");
        lives_and_ends(&client, &instance, resource).await;
    }
    // Nobody can be sent anywhere for it.
    let error = client.begin(&sales("n")).await.unwrap_err();
    let Error::InvalidInput(error) = error else {
        panic!("{error}")
    };
    assert_eq!(error.errors()[0].kind(), FieldErrorKind::NeedsNoConsent);
    assert_eq!(sandbox.created(), 3);
}

async fn an_instance_is_authorized_again(kind: Kind) {
    let (sandbox, client) = kind.start();
    let oauth1 = oauth("etsy").authentication(OAuth1);
    for connect in [instagram().tag("customer-42"), oauth1] {
        let first = client.connect(&sandbox, &connect).await;
        assert!(sandbox.revoke(first.id.get()));
        let revoked = client.ok(GetInstance::new(first.id)).await;
        assert_eq!(revoked.valid, Some(false));

        let again = connect.reauthorize(first.id).name("Ann's account, again");
        let second = client.connect(&sandbox, &again).await;
        assert_eq!((second.id, &second.token), (first.id, &first.token));
        assert_eq!(second.provider_data, None);
        assert_eq!(second.tags, first.tags);
        assert_eq!(second.name.as_deref(), Some("Ann's account, again"));
        client.ok(Ping::through(&first.token)).await;
        // What is consented to is one instance, and no other.
        let (pending, callback) = client.consent(&sandbox, &again).await;
        let other = again.reauthorize(first.id.get() + 1);
        let error = client.finish(&other, &pending, &callback).await;
        let Err(Error::InvalidInput(error)) = error else {
            panic!("{error:?}")
        };
        assert_eq!(error.errors()[0].field(), "instance");
    }
    assert_eq!(sandbox.created(), 2);
}
