//! The flow as it is documented, line by line.

use ce_tests::prelude::*;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

on_both_clients! {
    each_request_is_sent_as_documented,
    a_denial_is_no_failure,
    a_callback_that_is_not_ours_is_refused_and_uses_nothing_up,
    missing_entries_are_all_named,
    the_token_is_stored_loaded_and_used,
}

async fn each_request_is_sent_as_documented(kind: Kind) {
    let platform = MockServer::start().await;
    let answer = |request: &Request| match request.url.path() {
        "/elements/api-v2/elements/instagram/oauth/url" => {
            let url = "https://provider.example/?state=own-state";
            ResponseTemplate::new(200).set_body_json(json!({"oauthUrl": url}))
        }
        "/elements/api-v2/instances" => {
            ResponseTemplate::new(200).set_body_json(json!({"id": 1, "token": "t"}))
        }
        _ => ResponseTemplate::new(404),
    };
    let answers = Mock::given(wiremock::matchers::any()).respond_with(answer);
    answers.mount(&platform).await;
    let base_url = format!("{}/elements/api-v2", platform.uri());
    let credentials = Credentials::new("user+secret/=", "organization+secret/=");
    let client = kind.client(Config::new(&base_url, credentials).unwrap());
    let connect = ConnectRequest::new("instagram")
        .api_key("client id")
        .api_secret("client+secret/=&?")
        .callback_url("https://app.example/callback?from=instagram")
        .name("Ann's photos")
        .tag("customer-42")
        .state("own-state")
        .scope("basic comments")
        .parameter("siteAddress", "a.example & co");
    let post = connect.clone().oauth_url_method(OAuthUrlMethod::Post);
    client.begin(&post).await.unwrap();
    let redirect = client.begin(&connect).await.unwrap();
    assert_eq!(
        redirect.url.as_str(),
        "https://provider.example/?state=own-state"
    );
    let callback = "code=a%2Bb&state=own-state#_";
    connected(client.finish(&connect, &redirect.pending, callback).await);

    let [post, get, create] = &platform.received_requests().await.unwrap()[..] else {
        panic!("each once")
    };
    let header = |of: &Request, name| Some(of.headers.get(name)?.to_str().unwrap().to_owned());
    let json = Some("application/json".to_owned());
    let parameters = [
        ("apiKey", "client id"),
        ("apiSecret", "client+secret/=&?"),
        ("callbackUrl", "https://app.example/callback?from=instagram"),
        ("state", "own-state"),
        ("scope", "basic comments"),
        ("siteAddress", "a.example & co"),
    ];
    // Step 1 by POST, which leaves the URL without a secret.
    assert_eq!((post.method.as_str(), post.url.query()), ("POST", None));
    assert_eq!(
        (header(post, "authorization"), header(post, "content-type")),
        (None, json.clone())
    );
    let object = parameters.map(|(name, value)| (name.to_owned(), json!(value)));
    assert_eq!(
        post.body_json::<Value>().unwrap(),
        Value::Object(object.into_iter().collect())
    );
    // And by GET.
    assert_eq!((get.method.as_str(), &*get.body), ("GET", &b""[..]));
    assert_eq!(
        (header(get, "authorization"), header(get, "content-type")),
        (None, None)
    );
    let query: Vec<_> = get.url.query_pairs().collect();
    assert_eq!(
        query,
        parameters.map(|(name, value)| (name.into(), value.into()))
    );
    // Step 2.
    assert_eq!((create.method.as_str(), create.url.query()), ("POST", None));
    let authorization = "User user+secret/=, Organization organization+secret/=";
    assert_eq!(
        header(create, "authorization").as_deref(),
        Some(authorization)
    );
    assert_eq!(header(create, "content-type"), json);
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
    assert_eq!(create.body_json::<Value>().unwrap(), documented);
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
    let forged = callback.replace("state=", "state=x");
    let stateless = callback.replace("state=", "s=");
    for (pending, callback, error) in [
        (&pending, &*forged, CallbackError::StateMismatch),
        (&pending, &stateless, CallbackError::StateMissing),
        (&pending, "AQBx7", CallbackError::NoParameters),
        (&pending, &late, CallbackError::StateMismatch),
        (&expired, &late, CallbackError::Expired),
    ] {
        let refused = client.finish(&connect, pending, callback).await;
        let is_that = matches!(&refused, Err(Error::Callback(it)) if *it == error);
        assert!(is_that, "{refused:?}");
    }
    assert_eq!(sandbox.created(), 0);
    // The code is good for one instance still; any form of the callback serves.
    let path = format!("/callback?{}", callback.split_once('?').unwrap().1);
    assert!(path.ends_with("#_"), "{path}");
    connected(client.finish(&connect, &pending, &path).await);
    let again = client.finish(&connect, &pending, &path).await;
    assert!(end(&again).starts_with("refused"), "{again:?}");
    // As after a reload while the first was at work, whose instance must not get a twin.
    let advice = "finished before? If so, reconcile";
    assert!(said(&again.unwrap_err()).contains(advice));
    assert_eq!(sandbox.created(), 1);
}

async fn missing_entries_are_all_named(kind: Kind) {
    let (sandbox, client) = kind.start();
    // What the flow itself knows: before anything is sent.
    let begun = client.begin(&ConnectRequest::new("instagram")).await;
    let Err(Error::InvalidInput(invalid)) = begun else {
        panic!("{begun:?}")
    };
    let missing: Vec<_> = invalid.missing().collect();
    let (key, secret, url) = ("oauth.api.key", "oauth.api.secret", "oauth.callback.url");
    assert_eq!(missing, [key, secret, url, "name"]);
    assert!(sandbox.served().is_empty());

    // What only the platform knows: from its answer, to the letter.
    let connect = oauth("shopify").parameter("siteAddress", "ann.example");
    let (pending, callback) = client.consent(&sandbox, &connect).await;
    let refused = client.finish(&connect, &pending, &callback).await;
    let error = refused.unwrap_err();
    assert!(said(&error).contains("shopify.site.address"), "{error}");
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
    assert_eq!(instance.tags.unwrap(), ["a", "b"]);
    assert_eq!(instance.valid, Some(true));
    let configuration = instance.configuration.unwrap();
    let secret = configuration.text("oauth.api.secret");
    assert_eq!(secret.as_deref(), Some("********"));

    let stored = serde_json::to_string(&instance.token).unwrap();
    let token: ElementToken = serde_json::from_str(&stored).unwrap();
    let pong = client.ok(Ping::through(&token)).await;
    assert_eq!(pong.instance_id, Some(instance.id));
    assert!(pong.body.get("dateTime").is_some());
    let again = client.ok(GetInstance::new(instance.id)).await;
    assert_eq!(again.token, token);

    client.ok(DeleteInstance::new(instance.id)).await;
    assert_eq!(client.ends(Ping::through(&token)).await, "refused 401");
    assert_eq!(
        client.ends(GetInstance::new(instance.id)).await,
        "refused 404"
    );
}
