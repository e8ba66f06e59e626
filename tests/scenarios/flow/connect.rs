//! The flow as it is documented, line by line.

use ce_tests::prelude::*;

on_both_clients! {
    each_request_is_sent_as_documented,
    a_denial_is_no_failure,
    a_callback_that_is_not_ours_is_refused_and_uses_nothing_up,
    missing_entries_are_all_named,
    the_token_is_stored_loaded_and_used,
}

async fn each_request_is_sent_as_documented(kind: Kind) {
    const AUTHORIZE: &str = "https://provider.example/?state=own-state";
    let (tell, requests) = mpsc::channel();
    let platform = Server::answering(move |request| {
        let body = match request.uri().path() {
            "/elements/api-v2/elements/instagram/oauth/url" => json!({"oauthUrl": AUTHORIZE}),
            "/elements/api-v2/instances" => json!({"id": 1, "token": "t"}),
            path => panic!("{path}"),
        };
        tell.send(request).unwrap();
        answer(200, &body.to_string())
    });
    let credentials = Credentials::new("user+secret/=", "organization+secret/=");
    let client = kind.client(Config::new(&platform.base_url(), credentials).unwrap());
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
    assert_eq!(redirect.url.as_str(), AUTHORIZE);
    let callback = "code=a%2Bb&state=own-state#_";
    connected(client.finish(&connect, &redirect.pending, callback).await);

    // Of each request the method and query, what authorizes it, the media type and the body.
    let described = requests.try_iter().map(|request| {
        let header = |name| Some(request.headers().get(name)?.to_str().unwrap());
        let (method, query) = (request.method().as_str(), request.uri().query());
        let (authorization, media_type) = (header("authorization"), header("content-type"));
        let body = request.body();
        let body = (!body.is_empty()).then(|| serde_json::from_slice::<Value>(body).unwrap());
        json!([method, query, authorization, media_type, body])
    });
    let authorization = "User user+secret/=, Organization organization+secret/=";
    let parameters = json!({
        "apiKey": "client id",
        "apiSecret": "client+secret/=&?",
        "callbackUrl": "https://app.example/callback?from=instagram",
        "state": "own-state",
        "scope": "basic comments",
        "siteAddress": "a.example & co",
    });
    let query = "apiKey=client%20id&apiSecret=client%2Bsecret/%3D%26%3F\
        &callbackUrl=https://app.example/callback%3Ffrom%3Dinstagram\
        &state=own-state&scope=basic%20comments&siteAddress=a.example%20%26%20co";
    let create = json!({
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
    let documented = [
        // Step 1 by POST leaves the URL without a secret.
        json!(["POST", null, null, "application/json", parameters]),
        json!(["GET", query, null, null, null]),
        json!(["POST", null, authorization, "application/json", create]),
    ];
    assert_eq!(described.collect::<Vec<_>>(), documented);
}

async fn a_denial_is_no_failure(kind: Kind) {
    let (sandbox, client) = kind.start();
    let connect = instagram();
    let redirect = client.begin(&connect).await.unwrap();
    let denied = sandbox.deny(redirect.url.as_str()).unwrap();
    let finished = client.finish(&connect, &redirect.pending, &denied).await;
    let Ok(ConnectOutcome::Denied(denied)) = finished else {
        panic!("{finished:?}")
    };
    let reason = denied.reason.as_deref();
    assert_eq!(
        (&*denied.error, reason),
        ("access_denied", Some("user_denied"))
    );
    assert!(denied.description.is_some());
    assert_eq!(sandbox.created(), 0);
}

async fn a_callback_that_is_not_ours_is_refused_and_uses_nothing_up(kind: Kind) {
    let (sandbox, client) = kind.start();
    let connect = instagram();
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
    let connect = instagram().tag("a").tag("b");
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
}
