//! What users and networks get wrong, on both clients: a clear error, no panic, no secret.

use std::error::Error as _;
use std::time::Duration;

use ce_core::calls::{CheckCredentials, GetInstance, Ping};
use ce_core::model::{ElementToken, InstanceId};
use ce_core::{Config, ConnectRequest, Credentials, Error, FieldErrorKind, Limits};
use ce_sandbox::Sandbox;
use ce_tests::{AnyClient, Scripted, answer, on_both_clients};

on_both_clients! {
    wrong_platform_secrets_are_refused_by_the_platform,
    an_unknown_element_is_named,
    bad_values_are_named_before_anything_is_sent,
    a_token_that_no_header_can_carry_is_not_sent,
    an_error_without_words_still_says_what_it_can,
    a_redirect_is_not_followed,
    a_refused_connection_is_certain_not_to_have_been_sent,
    an_unknown_host_is_certain_not_to_have_been_sent,
    a_body_is_read_up_to_the_limit_and_not_beyond,
    a_body_announced_beyond_the_limit_is_not_waited_for,
    times_without_end_do_no_harm,
}

const CANARY: &str = "c4n4ry";

fn connect() -> ConnectRequest {
    ce_tests::instagram().api_secret(CANARY)
}

fn client_at<C: AnyClient>(base_url: &str, user: &str, organization: &str) -> C {
    let config = Config::new(base_url, Credentials::new(user, organization)).unwrap();
    let limits = Limits::default().max_attempts(1);
    C::of(config.with_limits(limits))
}

/// No error shows a secret, however it is printed.
fn harmless(error: &Error) {
    let mut printed = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(inner) = source {
        printed.push_str(&format!("{inner} {inner:?}"));
        source = inner.source();
    }
    assert!(!printed.contains(CANARY), "{printed}");
}

async fn wrong_platform_secrets_are_refused_by_the_platform<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
    for (user, organization) in [(CANARY, organization), (user, CANARY), (organization, user)] {
        let client: C = client_at(sandbox.base_url(), user, organization);
        let checked = client.send(CheckCredentials).await.unwrap_err();
        assert_eq!(checked.status().map(|it| it.as_u16()), Some(401));
        harmless(&checked);
        // Step 1 needs no credentials; step 2 does.
        let redirect = client.begin(&connect()).await.unwrap();
        let callback = sandbox.allow(redirect.url.as_str()).unwrap();
        let finished = client
            .finish(&connect(), &redirect.pending, &callback)
            .await;
        let error = finished.unwrap_err();
        let Error::Refused(api_error) = &error else {
            panic!("{error}")
        };
        assert_eq!(api_error.status(), 401);
        assert!(error.to_string().contains(api_error.request_id().unwrap()));
        harmless(&error);
    }
    assert!(sandbox.instances().is_empty());
    // The right ones are accepted, whether or not there are instances.
    let client: C = client_at(
        sandbox.base_url(),
        sandbox.user_secret(),
        sandbox.organization_secret(),
    );
    client.send(CheckCredentials).await.unwrap();
    let elsewhere = sandbox.base_url().replace("/api-v2", "");
    let elsewhere: C = client_at(
        &elsewhere,
        sandbox.user_secret(),
        sandbox.organization_secret(),
    );
    let error = elsewhere.send(CheckCredentials).await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("whose path is /elements/api-v2"),
        "{error}"
    );
    let connect = connect();
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    let finish = client.finish(&connect, &redirect.pending, &callback);
    finish.await.unwrap();
    client.send(CheckCredentials).await.unwrap();
}

async fn an_unknown_element_is_named<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client: C = client_at(
        sandbox.base_url(),
        sandbox.user_secret(),
        sandbox.organization_secret(),
    );
    for key in ["dropinstagram", "../instances", "a/b?c#d", "ü"] {
        let unknown = ConnectRequest::new(key)
            .api_key("k")
            .api_secret(CANARY)
            .callback_url("https://app.example/callback")
            .name("n");
        let error = client.begin(&unknown).await.unwrap_err();
        let Error::Refused(api_error) = &error else {
            panic!("{key}: {error}")
        };
        assert_eq!(api_error.status(), 404);
        assert!(api_error.message().unwrap().contains(key), "{error}");
        harmless(&error);
    }
}

async fn bad_values_are_named_before_anything_is_sent<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client: C = client_at(sandbox.base_url(), "u", "o");
    for (connect, field, fault) in [
        (
            connect().api_key(""),
            "oauth.api.key",
            FieldErrorKind::Missing,
        ),
        (
            connect().api_secret(format!("{CANARY}\r\nX: y")),
            "oauth.api.secret",
            FieldErrorKind::ControlCharacter,
        ),
        (
            connect().callback_url("/callback"),
            "oauth.callback.url",
            FieldErrorKind::NotACallbackUrl,
        ),
        (connect().name(" "), "name", FieldErrorKind::Missing),
        (
            ConnectRequest::new(".."),
            "element",
            FieldErrorKind::NotAPathSegment,
        ),
    ] {
        let error = client.begin(&connect).await.unwrap_err();
        harmless(&error);
        let Error::InvalidInput(invalid) = error else {
            panic!("{error}")
        };
        let error = &invalid.errors()[0];
        assert_eq!((error.field(), error.kind()), (field, fault));
    }
    assert!(sandbox.served().is_empty());
}

async fn a_token_that_no_header_can_carry_is_not_sent<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let client: C = client_at(sandbox.base_url(), "u", "o");
    for token in ["", "a\nb", "a\0b", "schlüssel"] {
        let token = ElementToken::new(token);
        let error = client.send(Ping::through(&token)).await.unwrap_err();
        assert!(matches!(error, Error::InvalidInput(_)), "{error}");
    }
    assert!(sandbox.served().is_empty());
}

async fn an_error_without_words_still_says_what_it_can<C: AnyClient>() {
    for (status, body, sentence) in [
        (
            404,
            "<html>Not here</html>",
            "refused to get the instance (status 404, request id r1)",
        ),
        (
            502,
            "<html>Bad gateway</html>",
            "could not get the instance (status 502, request id r1)",
        ),
        (
            429,
            "",
            "could not get the instance (status 429, request id r1)",
        ),
    ] {
        let server =
            Scripted::start(move |_| answer(status, &["Elements-Request-Id: r1"], body)).unwrap();
        let client: C = client_at(&server.base_url(), "u", "o");
        let error = client
            .send(GetInstance::new(InstanceId::new(1)))
            .await
            .unwrap_err();
        assert!(error.to_string().contains(sentence), "{error}");
    }
}

async fn a_redirect_is_not_followed<C: AnyClient>() {
    let elsewhere = Scripted::start(|_| answer(200, &[], "{}")).unwrap();
    let location = format!("Location: {}/stolen", elsewhere.base_url());
    let server = Scripted::start(move |_| answer(307, &[&location], "")).unwrap();
    let client: C = client_at(&server.base_url(), "u", "o");
    let error = client
        .send(GetInstance::new(InstanceId::new(1)))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Redirected(_)), "{error}");
    let error = client.begin(&connect()).await.unwrap_err();
    assert!(matches!(error, Error::Redirected(_)), "{error}");
    harmless(&error);
    assert!(elsewhere.asked().is_empty());
    // Nor to anywhere else: each was asked once.
    assert_eq!(server.asked().len(), 2);
}

async fn a_refused_connection_is_certain_not_to_have_been_sent<C: AnyClient>() {
    let gone = Scripted::start(|_| answer(200, &[], "{}")).unwrap();
    let base_url = gone.base_url();
    drop(gone);
    let client: C = client_at(&base_url, "u", "o");
    let error = client.begin(&connect()).await.unwrap_err();
    harmless(&error);
    let Error::Transport(source) = &error else {
        panic!("{error}")
    };
    assert_eq!(source.delivery(), ce_core::Delivery::NotSent);
    assert_eq!(source.cause(), ce_core::TransportCause::Connect);
    let causes = ce_tests::causes(&error);
    assert!(causes.contains("onnection refused"), "{causes}");
}

async fn an_unknown_host_is_certain_not_to_have_been_sent<C: AnyClient>() {
    let config = Config::new("https://platform.invalid", Credentials::new("u", "o")).unwrap();
    let limits = Limits::default()
        .max_attempts(1)
        .connect_timeout(Duration::from_secs(5));
    let client = C::of(config.with_limits(limits));
    let error = client.begin(&connect()).await.unwrap_err();
    harmless(&error);
    let Error::Transport(source) = &error else {
        panic!("{error}")
    };
    assert_eq!(source.delivery(), ce_core::Delivery::NotSent, "{error}");
}

async fn a_body_is_read_up_to_the_limit_and_not_beyond<C: AnyClient>() {
    let whole = r#"{"id":7,"name":"n","token":"t","element":{}}"#;
    for announced in [true, false] {
        let server = Scripted::start(move |_| {
            if announced {
                answer(200, &[], whole)
            } else {
                format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{whole}").into_bytes()
            }
        })
        .unwrap();
        for (limit, fits) in [
            (whole.len(), true),
            (whole.len() - 1, false),
            (usize::MAX, true),
        ] {
            let config = Config::new(&server.base_url(), Credentials::new("u", "o")).unwrap();
            let client = C::of(config.with_limits(Limits::default().max_body_bytes(limit)));
            match client.send(GetInstance::new(InstanceId::new(7))).await {
                Ok(instance) => assert!(fits, "{instance:?}"),
                Err(Error::Transport(source)) => {
                    assert_eq!(source.cause(), ce_core::TransportCause::TooLarge);
                    assert!(!fits);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

async fn a_body_announced_beyond_the_limit_is_not_waited_for<C: AnyClient>() {
    let server =
        Scripted::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{".to_vec());
    let server = server.unwrap();
    let client: C = client_at(&server.base_url(), "u", "o");
    let error = client
        .send(GetInstance::new(InstanceId::new(7)))
        .await
        .unwrap_err();
    let Error::Transport(source) = &error else {
        panic!("{error}")
    };
    assert_eq!(source.cause(), ce_core::TransportCause::TooLarge);
}

async fn times_without_end_do_no_harm<C: AnyClient>() {
    let sandbox = Sandbox::start().unwrap();
    let config = ce_tests::config(&sandbox);
    let limits = Limits::default()
        .timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .connect_timeout(Duration::MAX)
        .provisioning_timeout(Duration::MAX)
        .recovery_timeout(Duration::MAX);
    let client = C::of(config.with_limits(limits));
    let connect = connect().recoverable();
    let redirect = client.begin(&connect).await.unwrap();
    let callback = sandbox.allow(redirect.url.as_str()).unwrap();
    client
        .finish(&connect, &redirect.pending, &callback)
        .await
        .unwrap();
    client.reconcile(&redirect.pending).await.unwrap();
}
