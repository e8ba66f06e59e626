//! The mission's document, line by line, on both clients.

use std::time::Duration;

use ce_core::calls::{DeleteInstance, GetInstance, Ping};
use ce_core::model::{ElementToken, Instance, InstanceId};
use ce_core::{
    CallbackError, Config, ConnectOutcome, ConnectRequest, Credentials, Error, FieldErrorKind,
    OAuthUrlMethod,
};
use ce_sandbox::Sandbox;
use ce_tests::{AnyClient, Scripted, answer, on_both_clients};
use serde_json::{Value, json};

on_both_clients! {
    step_1_asks_by_get_as_documented,
    step_1_asks_by_post_without_a_secret_in_the_url,
    only_http_urls_are_redirected_to,
    a_callback_that_is_not_ours_is_refused_and_a_denial_is_no_failure,
    step_2_sends_exactly_the_documented_body,
    missing_entries_are_all_named,
    the_documented_answer_is_kept_whole,
    the_token_is_stored_loaded_and_used,
}

fn sandbox() -> Sandbox {
    Sandbox::start().unwrap()
}

fn sandbox_client<C: AnyClient>(sandbox: &Sandbox) -> C {
    C::of(ce_tests::config(sandbox))
}

fn scripted_client<C: AnyClient>(server: &Scripted) -> C {
    let credentials = Credentials::new("user+secret/=", "organization+secret/=");
    C::of(Config::new(&server.base_url(), credentials).unwrap())
}

fn instagram() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key("client id")
        .api_secret("client+secret/=&?")
        .callback_url("https://app.example/callback?from=instagram")
        .name("Ann's photos")
}

fn connected(finished: ConnectOutcome) -> Instance {
    match finished {
        ConnectOutcome::Connected(instance) => *instance,
        ConnectOutcome::Denied(denied) => panic!("{denied}"),
    }
}

fn oauth_url_server() -> Scripted {
    Scripted::start(|_| {
        let body = r#"{"oauthUrl":"https://provider.example/authorize?state=own-state","element":"instagram"}"#;
        answer(200, &["Content-Type: application/json"], body)
    })
    .unwrap()
}

fn parameters() -> ConnectRequest {
    instagram()
        .scope("basic comments")
        .state("own-state")
        .parameter("siteAddress", "ann.example & co")
}

async fn step_1_asks_by_get_as_documented<C: AnyClient>() {
    let server = oauth_url_server();
    let client: C = scripted_client(&server);
    let redirect = client.begin(&parameters()).await.unwrap();
    assert_eq!(
        redirect.url.as_str(),
        "https://provider.example/authorize?state=own-state"
    );

    let [asked] = &server.asked()[..] else {
        panic!()
    };
    assert_eq!(asked.method, "GET");
    assert!(
        asked
            .target
            .starts_with("/elements/api-v2/elements/instagram/oauth/url?")
    );
    let expected = [
        ("apiKey", "client id"),
        ("apiSecret", "client+secret/=&?"),
        ("callbackUrl", "https://app.example/callback?from=instagram"),
        ("state", "own-state"),
        ("scope", "basic comments"),
        ("siteAddress", "ann.example & co"),
    ];
    assert_eq!(
        asked.query(),
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    assert_eq!(asked.header("authorization"), None);
    assert!(asked.body.is_empty());
}

async fn step_1_asks_by_post_without_a_secret_in_the_url<C: AnyClient>() {
    let server = oauth_url_server();
    let client: C = scripted_client(&server);
    let connect = parameters().oauth_url_method(OAuthUrlMethod::Post);
    client.begin(&connect).await.unwrap();

    let [asked] = &server.asked()[..] else {
        panic!()
    };
    assert_eq!(asked.method, "POST");
    assert_eq!(
        asked.target,
        "/elements/api-v2/elements/instagram/oauth/url"
    );
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
    let expected = json!({
        "apiKey": "client id", "apiSecret": "client+secret/=&?",
        "callbackUrl": "https://app.example/callback?from=instagram",
        "state": "own-state", "scope": "basic comments", "siteAddress": "ann.example & co"
    });
    assert_eq!(body, expected);

    // The sandbox takes both, and both lead to an instance.
    let sandbox = sandbox();
    let client: C = sandbox_client(&sandbox);
    for method in [OAuthUrlMethod::Get, OAuthUrlMethod::Post] {
        let connect = instagram().oauth_url_method(method);
        let redirect = client.begin(&connect).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        connected(
            client
                .finish(&connect, &redirect.pending, &callback)
                .await
                .unwrap(),
        );
    }
}

async fn only_http_urls_are_redirected_to<C: AnyClient>() {
    for url in [
        "javascript:alert(1)",
        "//provider.example/",
        "/authorize",
        "",
        "https://",
    ] {
        let body = json!({ "oauthUrl": url, "element": "instagram" }).to_string();
        let server =
            Scripted::start(move |_| answer(200, &["Elements-Request-Id: r1"], &body)).unwrap();
        let client: C = scripted_client(&server);
        let error = client.begin(&instagram()).await.unwrap_err();
        assert!(matches!(error, Error::Decode(_)), "{url}: {error}");
        assert_eq!(error.request_id(), Some("r1"));
    }
}

async fn a_callback_that_is_not_ours_is_refused_and_a_denial_is_no_failure<C: AnyClient>() {
    let sandbox = sandbox();
    let client: C = sandbox_client(&sandbox);
    let connect = instagram();
    let redirect = client.begin(&connect).await.unwrap();
    let pending = &redirect.pending;

    let denied = sandbox.deny(redirect.url.as_str()).unwrap();
    match client.finish(&connect, pending, &denied).await.unwrap() {
        ConnectOutcome::Denied(denied) => {
            assert_eq!(denied.error, "access_denied");
            assert_eq!(denied.reason.as_deref(), Some("user_denied"));
            assert!(denied.description.is_some());
        }
        ConnectOutcome::Connected(instance) => panic!("{instance:?}"),
    }

    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let forged = callback.replace("state=", "state=x");
    let stateless = callback.replace("state=", "s=");
    for (callback, error) in [
        (forged.as_str(), CallbackError::StateMismatch),
        (stateless.as_str(), CallbackError::StateMissing),
        ("AQBx7", CallbackError::NoParameters),
    ] {
        let refused = client
            .finish(&connect, pending, callback)
            .await
            .unwrap_err();
        assert!(
            matches!(refused, Error::Callback(found) if found == error),
            "{refused}"
        );
    }
    let short = instagram().expires_after(Duration::ZERO);
    let expired = client.begin(&short).await.unwrap();
    let late = sandbox.allow(expired.url.as_str()).unwrap();
    let refused = client
        .finish(&short, &expired.pending, &late)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Error::Callback(CallbackError::Expired)),
        "{refused}"
    );
    assert_eq!(sandbox.instances().len(), 0);

    // None of that has used the code up; any form of the callback serves.
    let (_, query) = callback.split_once('?').unwrap();
    let path = format!("/callback?{query}");
    assert!(callback.ends_with("#_"), "{callback}");
    connected(client.finish(&connect, pending, &path).await.unwrap());
    assert_eq!(sandbox.instances().len(), 1);
    // And it works once.
    let refused = client.finish(&connect, pending, &path).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    assert_eq!(sandbox.instances().len(), 1);
}

async fn step_2_sends_exactly_the_documented_body<C: AnyClient>() {
    let server = Scripted::start(|asked| {
        let body = if asked.method == "GET" {
            json!({"oauthUrl": "https://provider.example/?state=s", "element": "instagram"})
        } else {
            json!({"id": 1, "name": "n", "token": "t", "element": {"key": "instagram"}})
        };
        answer(200, &[], &body.to_string())
    })
    .unwrap();
    let client: C = scripted_client(&server);
    let connect = instagram().tag("customer-42").state("s");
    let redirect = client.begin(&connect).await.unwrap();
    let finished = client
        .finish(&connect, &redirect.pending, "code=a%2Bb&state=s#_")
        .await;
    connected(finished.unwrap());

    let asked = &server.asked()[1];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.target, "/elements/api-v2/instances");
    assert_eq!(
        asked.header("authorization"),
        Some("User user+secret/=, Organization organization+secret/=")
    );
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let body: Value = serde_json::from_slice(&asked.body).unwrap();
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
    assert_eq!(body, documented);
}

async fn missing_entries_are_all_named<C: AnyClient>() {
    let sandbox = sandbox();
    let client: C = sandbox_client(&sandbox);

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
            .all(|error| error.kind() == FieldErrorKind::Missing)
    );
    assert!(sandbox.served().is_empty());

    // What only the platform knows: from its answer, to the letter.
    let connect = ConnectRequest::new("shopify")
        .api_key("k")
        .api_secret("s")
        .callback_url("https://app.example/callback")
        .name("Ann's shop")
        .parameter("siteAddress", "ann.example");
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let error = client
        .finish(&connect, &redirect.pending, &callback)
        .await
        .unwrap_err();
    let Error::Refused(api_error) = &error else {
        panic!("{error}")
    };
    let message = api_error.message().unwrap();
    assert!(message.contains("shopify.site.address"), "{message}");
    let served = sandbox.served();
    assert_eq!(
        error.request_id(),
        Some(&*served.last().unwrap().request_id)
    );

    // The platform has not used the code up: with the entry it works.
    let connect = connect.configuration("shopify.site.address", "ann.example");
    let finished = client.finish(&connect, &redirect.pending, &callback).await;
    connected(finished.unwrap());
}

async fn the_documented_answer_is_kept_whole<C: AnyClient>() {
    let body = json!({
        "id": 5_000_000_000_u64, "name": "Ann's photos", "token": "t0k+en/=",
        "element": {"id": 74, "key": "instagram", "objectMetadata": [], "configuration": {"a": null}},
        "configuration": {"a": null, "b": true, "c": "********", "d": {"e": [1.50, {}]}},
        "valid": null, "provisionInteractions": [], "neverSeen": {"x": [null]}
    });
    let text = body.to_string();
    let server = Scripted::start(move |asked| match asked.target.ends_with("/instances/7") {
        true => answer(200, &[], &text),
        false => answer(404, &[], ""),
    })
    .unwrap();
    let client: C = scripted_client(&server);
    let instance = client
        .send(GetInstance::new(InstanceId::new(7)))
        .await
        .unwrap();
    assert_eq!(serde_json::to_value(&instance).unwrap(), body);
    assert_eq!(instance.id.get(), 5_000_000_000);
    assert!(!format!("{instance:?}").contains("t0k+en"));
}

async fn the_token_is_stored_loaded_and_used<C: AnyClient>() {
    let sandbox = sandbox();
    let client: C = sandbox_client(&sandbox);
    let connect = instagram().tag("a").tag("b");
    let redirect = client.begin(&connect).await.unwrap();
    let pending = serde_json::to_string(&redirect.pending).unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let pending = serde_json::from_str(&pending).unwrap();
    let instance = connected(client.finish(&connect, &pending, &callback).await.unwrap());
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
    let error = client.send(Ping::through(&token)).await.unwrap_err();
    let Error::Refused(api_error) = error else {
        panic!("{error}")
    };
    assert_eq!(api_error.status(), 401);
    let error = client
        .send(GetInstance::new(instance.id))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Refused(api_error) if api_error.status() == 404),
        "{error}"
    );
}
