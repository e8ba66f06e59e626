//! The platform's OAuth proxy: a hand-made one, as the vendor's guide describes it.

use ce_tests::prelude::*;

on_both_clients! {
    a_flow_goes_through_the_oauth_proxy,
}

async fn a_flow_goes_through_the_oauth_proxy(kind: Kind) {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&sent);
    let platform = Fake::new(move |attempt| {
        let request = attempt.request.expose();
        // The platform puts a key of its own in the state's place.
        let url =
            "https://provider.example/?redirect_uri=https%3A%2F%2Fproxy.example%2Fp&state=k3y";
        let body = match request.method().as_str() {
            "GET" => json!({"oauthUrl": url, "element": "box"}),
            _ => json!({"id": 7, "token": "t"}),
        };
        let (uri, sent) = (request.uri().to_string(), request.body().clone());
        noted.lock().unwrap().push((uri, sent));
        Ok(http::Response::new(body.to_string().into()).into())
    });
    let client = kind.on(config_at("https://platform.example"), Arc::new(platform));
    let connect = oauth("box")
        .callback_url("https://proxy.example/p")
        .oauth_proxy("Ann's proxy", "https://app.example/callback");
    let pending = client.begin(&connect).await.unwrap().pending;

    let asked: wiremock::http::Url = sent.lock().unwrap()[0].0.parse().unwrap();
    let value = |name: &str| {
        let mut pairs = asked.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    assert_eq!(value("isOauthProxy"), "true");
    assert_eq!(value("oauthProxyName"), "Ann's proxy");
    assert_eq!(value("callbackUrl"), "https://proxy.example/p");

    // The proxy sends the browser on to the URL that it got as the state.
    let callback = format!("{}&code=c&state=k3y", value("state"));
    assert!(callback.starts_with("https://app.example/callback?"));
    let forged = callback.replace("proxied_state=", "proxied_state=x");
    let refused = client.finish(&connect, &pending, &forged).await;
    let mismatch = matches!(refused, Err(Error::Callback(CallbackError::StateMismatch)));
    assert!(mismatch, "{refused:?}");
    let instance = connected(client.finish(&connect, &pending, &callback).await);
    assert_eq!(instance.id.get(), 7);

    let body: Value = serde_json::from_slice(&sent.lock().unwrap()[1].1).unwrap();
    assert_eq!(body["providerData"], json!({"code": "c"}));
    let entries = &body["configuration"];
    assert_eq!(entries["oauth.callback.url"], "https://proxy.example/p");
}
