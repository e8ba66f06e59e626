//! The flow as it is documented, line by line.

use ce_tests::prelude::*;
use wiremock::matchers::{path, path_regex};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

on_both_clients! {
    step_1_asks_by_get_as_documented,
    step_1_asks_by_post_without_a_secret_in_the_url,
    a_denial_is_no_failure,
    a_callback_that_is_not_ours_is_refused_and_uses_nothing_up,
    step_2_sends_exactly_the_documented_body,
    missing_entries_are_all_named,
    the_token_is_stored_loaded_and_used,
}

const API: &str = "/elements/api-v2";

/// Answers both steps as documented.
async fn platform() -> MockServer {
    let server = MockServer::start().await;
    let url =
        json!({"oauthUrl": "https://provider.example/?state=own-state", "element": "instagram"});
    Mock::given(path_regex("/oauth/url$"))
        .respond_with(ResponseTemplate::new(200).set_body_json(url))
        .mount(&server)
        .await;
    let instance = json!({"id": 1, "name": "n", "token": "t", "element": {"key": "instagram"}});
    Mock::given(path(format!("{API}/instances")))
        .respond_with(ResponseTemplate::new(200).set_body_json(instance))
        .mount(&server)
        .await;
    server
}

fn client(kind: Kind, server: &MockServer) -> AnyClient {
    let credentials = Credentials::new("user+secret/=", "organization+secret/=");
    kind.client(Config::new(&format!("{}{API}", server.uri()), credentials).unwrap())
}

fn connect() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key("client id")
        .api_secret("client+secret/=&?")
        .callback_url("https://app.example/callback?from=instagram")
        .name("Ann's photos")
        .state("own-state")
}

/// What was sent, and that its headers are those.
async fn received(server: &MockServer, authorization: Option<&str>) -> Request {
    let received = server.received_requests().await.unwrap().pop().unwrap();
    let header = |name| Some(received.headers.get(name)?.to_str().unwrap());
    assert_eq!(header("authorization"), authorization);
    let json = (received.method == "POST").then_some("application/json");
    assert_eq!(header("content-type"), json);
    received
}

async fn step_1_asks_by_get_as_documented(kind: Kind) {
    let server = platform().await;
    let connect = connect()
        .scope("basic comments")
        .parameter("siteAddress", "a.example & co");
    let redirect = client(kind, &server).begin(&connect).await.unwrap();
    assert_eq!(
        redirect.url.as_str(),
        "https://provider.example/?state=own-state"
    );

    let received = received(&server, None).await;
    assert_eq!(received.method, "GET");
    assert_eq!(
        received.url.path(),
        format!("{API}/elements/instagram/oauth/url")
    );
    let query: Vec<_> = received.url.query_pairs().collect();
    let expected = [
        ("apiKey", "client id"),
        ("apiSecret", "client+secret/=&?"),
        ("callbackUrl", "https://app.example/callback?from=instagram"),
        ("state", "own-state"),
        ("scope", "basic comments"),
        ("siteAddress", "a.example & co"),
    ];
    assert_eq!(
        query,
        expected.map(|(name, value)| (name.into(), value.into()))
    );
    assert!(received.body.is_empty());
}

async fn step_1_asks_by_post_without_a_secret_in_the_url(kind: Kind) {
    let server = platform().await;
    let connect = connect()
        .scope("basic")
        .parameter("siteAddress", "a.example & co");
    let connect = connect.oauth_url_method(OAuthUrlMethod::Post);
    client(kind, &server).begin(&connect).await.unwrap();

    let received = received(&server, None).await;
    assert_eq!(received.method, "POST");
    assert_eq!(
        received.url.path(),
        format!("{API}/elements/instagram/oauth/url")
    );
    assert_eq!(received.url.query(), None);
    let expected = json!({
        "apiKey": "client id", "apiSecret": "client+secret/=&?",
        "callbackUrl": "https://app.example/callback?from=instagram",
        "state": "own-state", "scope": "basic", "siteAddress": "a.example & co"
    });
    assert_eq!(received.body_json::<Value>().unwrap(), expected);
    // It leads to an instance, too.
    let (sandbox, client) = kind.start();
    client
        .connect(
            &sandbox,
            &oauth("instagram").oauth_url_method(OAuthUrlMethod::Post),
        )
        .await;
}

async fn step_2_sends_exactly_the_documented_body(kind: Kind) {
    let server = platform().await;
    let client = client(kind, &server);
    let connect = connect().tag("customer-42");
    let pending = client.begin(&connect).await.unwrap().pending;
    let callback = "code=a%2Bb&state=own-state#_";
    connected(client.finish(&connect, &pending, callback).await);

    let authorization = "User user+secret/=, Organization organization+secret/=";
    let received = received(&server, Some(authorization)).await;
    assert_eq!(
        (received.method.as_str(), received.url.query()),
        ("POST", None)
    );
    let documented = json!({
        "element": {"key": "instagram"},
        "providerData": {"code": "a+b"},
        "configuration": {
            "oauth.api.key": "client id",
            "oauth.api.secret": "client+secret/=&?",
            "oauth.callback.url": "https://app.example/callback?from=instagram"
        },
        "tags": ["customer-42"],
        "name": "Ann's photos"
    });
    assert_eq!(received.body_json::<Value>().unwrap(), documented);
}

async fn a_denial_is_no_failure(kind: Kind) {
    let (sandbox, client) = kind.start();
    let connect = oauth("instagram");
    let redirect = client.begin(&connect).await.unwrap();
    let denied = sandbox.deny(redirect.url.as_str()).unwrap();
    let finished = client.finish(&connect, &redirect.pending, &denied).await;
    let Ok(ConnectOutcome::Denied(denied)) = finished else {
        panic!("{finished:?}")
    };
    assert_eq!(denied.error, "access_denied");
    assert_eq!(denied.reason.as_deref(), Some("user_denied"));
    assert!(denied.description.is_some());
    assert_eq!(sandbox.created(), 0);
}

async fn a_callback_that_is_not_ours_is_refused_and_uses_nothing_up(kind: Kind) {
    let (sandbox, client) = kind.start();
    let connect = oauth("instagram");
    let (pending, callback) = client.consent(&sandbox, &connect).await;
    let short = connect.clone().expires_after(Duration::ZERO);
    let (expired, late) = client.consent(&sandbox, &short).await;
    for (pending, callback, error) in [
        (
            &pending,
            callback.replace("state=", "state=x"),
            CallbackError::StateMismatch,
        ),
        (
            &pending,
            callback.replace("state=", "s="),
            CallbackError::StateMissing,
        ),
        (&pending, "AQBx7".to_owned(), CallbackError::NoParameters),
        (&pending, late.clone(), CallbackError::StateMismatch),
        (&expired, late, CallbackError::Expired),
    ] {
        let refused = client.finish(&connect, pending, &callback).await;
        assert!(
            matches!(&refused, Err(Error::Callback(it)) if *it == error),
            "{refused:?}"
        );
    }
    assert_eq!(sandbox.created(), 0);
    // The code is good for one instance still; any form of the callback serves.
    let path = format!("/callback?{}", callback.split_once('?').unwrap().1);
    assert!(path.ends_with("#_"), "{path}");
    connected(client.finish(&connect, &pending, &path).await);
    let again = client.finish(&connect, &pending, &path).await;
    assert!(matches!(end(&again), End::Refused(_)), "{again:?}");
    assert_eq!(sandbox.created(), 1);
}

async fn missing_entries_are_all_named(kind: Kind) {
    let (sandbox, client) = kind.start();
    // What the flow itself knows: before anything is sent.
    let error = client
        .begin(&ConnectRequest::new("instagram"))
        .await
        .unwrap_err();
    let Error::InvalidInput(invalid) = &error else {
        panic!("{error}")
    };
    let missing: Vec<_> = invalid.missing().collect();
    assert_eq!(
        missing,
        [
            "oauth.api.key",
            "oauth.api.secret",
            "oauth.callback.url",
            "name"
        ]
    );
    assert!(
        invalid
            .errors()
            .iter()
            .all(|it| it.kind() == FieldErrorKind::Missing)
    );
    assert!(sandbox.served().is_empty());

    // What only the platform knows: from its answer, to the letter.
    let connect = oauth("shopify").parameter("siteAddress", "ann.example");
    let (pending, callback) = client.consent(&sandbox, &connect).await;
    let refused = client.finish(&connect, &pending, &callback).await;
    let error = refused.unwrap_err();
    assert!(
        error.to_string().contains("shopify.site.address"),
        "{error}"
    );
    let served = sandbox.served().pop().unwrap();
    assert_eq!(error.request_id(), Some(&*served.request_id));

    // The platform has not used the code up: with the entry it works.
    let connect = connect.configuration("shopify.site.address", "ann.example");
    connected(client.finish(&connect, &pending, &callback).await);
}

async fn the_token_is_stored_loaded_and_used(kind: Kind) {
    let (sandbox, client) = kind.start();
    let connect = oauth("instagram").tag("a").tag("b");
    let (pending, callback) = client.consent(&sandbox, &connect).await;
    let stored = serde_json::to_string(&pending).unwrap();
    let pending = serde_json::from_str(&stored).unwrap();
    let instance = connected(client.finish(&connect, &pending, &callback).await);
    assert_eq!(
        instance.tags.as_deref(),
        Some(&["a".to_owned(), "b".to_owned()][..])
    );
    assert_eq!(instance.valid, Some(true));
    let configuration = instance.configuration.as_ref().unwrap();
    assert_eq!(
        configuration.text("oauth.api.secret").as_deref(),
        Some("********")
    );

    let stored = serde_json::to_string(&instance.token).unwrap();
    let token: ElementToken = serde_json::from_str(&stored).unwrap();
    let pong = client.send(Ping::through(&token)).await.unwrap();
    assert_eq!(pong.instance_id, Some(instance.id));
    assert!(pong.body.get("dateTime").is_some());
    let again = client.send(GetInstance::new(instance.id)).await.unwrap();
    assert_eq!(again.token, token);

    client.send(DeleteInstance::new(instance.id)).await.unwrap();
    assert_eq!(
        end(&client.send(Ping::through(&token)).await),
        End::Refused(401)
    );
    assert_eq!(
        end(&client.send(GetInstance::new(instance.id)).await),
        End::Refused(404)
    );
}
