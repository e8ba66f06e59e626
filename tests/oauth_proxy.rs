//! The platform's OAuth proxy, on both clients: a hand-made proxy, as the vendor's guide describes it.

use ce_core::{CallbackError, Config, ConnectOutcome, ConnectRequest, Credentials, Error};
use ce_tests::{AnyClient, Scripted, answer, on_both_clients};
use serde_json::{Value, json};

on_both_clients! {
    a_flow_goes_through_the_oauth_proxy,
}

async fn a_flow_goes_through_the_oauth_proxy<C: AnyClient>() {
    let server = Scripted::start(|asked| {
        // The platform puts a key of its own in the state's place.
        let url =
            "https://provider.example/?redirect_uri=https%3A%2F%2Fproxy.example%2Fp&state=k3y";
        let body = match asked.method.as_str() {
            "GET" => json!({"oauthUrl": url, "element": "box"}),
            _ => json!({"id": 7, "name": "n", "token": "t", "element": {"key": "box"}}),
        };
        answer(200, &[], &body.to_string())
    })
    .unwrap();
    let client = C::of(Config::new(&server.base_url(), Credentials::new("u", "o")).unwrap());
    let connect = ConnectRequest::new("box")
        .api_key("k")
        .api_secret("s")
        .callback_url("https://proxy.example/p")
        .oauth_proxy("Ann's proxy", "https://app.example/callback")
        .name("n");
    let redirect = client.begin(&connect).await.unwrap();

    let asked = server.asked()[0].query();
    let value = |name: &str| &asked.iter().find(|(key, _)| key == name).unwrap().1;
    assert_eq!(value("isOauthProxy"), "true");
    assert_eq!(value("oauthProxyName"), "Ann's proxy");
    assert_eq!(value("callbackUrl"), "https://proxy.example/p");

    // The proxy sends the browser on to the URL that it got as the state.
    let callback = format!("{}&code=c&state=k3y", value("state"));
    assert!(callback.starts_with("https://app.example/callback?"));
    let forged = callback.replace("proxied_state=", "proxied_state=x");
    let refused = client.finish(&connect, &redirect.pending, &forged).await;
    let error = refused.unwrap_err();
    assert!(
        matches!(error, Error::Callback(CallbackError::StateMismatch)),
        "{error}"
    );
    let finished = client.finish(&connect, &redirect.pending, &callback).await;
    let ConnectOutcome::Connected(instance) = finished.unwrap() else {
        panic!("not connected")
    };
    assert_eq!(instance.id.get(), 7);

    let body: Value = serde_json::from_slice(&server.asked()[1].body).unwrap();
    assert_eq!(body["providerData"], json!({"code": "c"}));
    let entries = &body["configuration"];
    assert_eq!(entries["oauth.callback.url"], "https://proxy.example/p");
}
