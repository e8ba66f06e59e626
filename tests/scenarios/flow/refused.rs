//! What users and applications get wrong: a clear error, and no secret in it.

use ce_tests::prelude::*;

on_both_clients! {
    wrong_platform_secrets_are_refused_by_the_platform,
    an_unknown_element_is_named,
    a_token_that_no_header_can_carry_is_not_sent,
}

const CANARY: &str = "c4n4ry";

/// The error of what the platform refused so. It shows no secret.
#[track_caller]
fn refused<T>(status: u16, result: Result<T, Error>) -> Error {
    assert_eq!(end(&result), format!("refused {status}"));
    let error = result.err().unwrap();
    let printed = format!("{} {error:?} {error:#?}", said(&error));
    assert!(!printed.contains(CANARY), "{printed}");
    error
}

async fn wrong_platform_secrets_are_refused_by_the_platform(kind: Kind) {
    let (sandbox, right) = kind.start();
    let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
    let connect = instagram().api_secret(CANARY);
    // Step 1 needs no credentials; step 2 does.
    let (pending, callback) = right.consent(&sandbox, &connect).await;
    for (user, organization) in [(CANARY, organization), (user, CANARY), (organization, user)] {
        let client = right.of_tenant(Credentials::new(user, organization));
        let client = client.unwrap();
        let checked = client.send(CheckCredentials).await;
        let error = refused(401, checked);
        assert!(!error.to_string().contains("base URL"), "{error}");
        let finished = client.finish(&connect, &pending, &callback).await;
        let error = refused(401, finished);
        assert!(error.to_string().contains(error.request_id().unwrap()));
    }
    assert_eq!(sandbox.created(), 0);
    // The right ones are accepted, whether or not there are instances.
    right.ok(CheckCredentials).await;
    connected(right.finish(&connect, &pending, &callback).await);
    right.ok(CheckCredentials).await;
    let elsewhere = sandbox.base_url().replace("/api-v2", "");
    let elsewhere = right.configured(config_behind(&elsewhere, &sandbox));
    let error = elsewhere.send(CheckCredentials).await.unwrap_err();
    let error = error.to_string();
    assert!(error.ends_with("whose path is /elements/api-v2"), "{error}");
}

async fn an_unknown_element_is_named(kind: Kind) {
    let (_sandbox, client) = kind.start();
    for key in ["dropinstagram", "../instances", "a/b?c#d", "ü"] {
        let begun = client.begin(&oauth(key).api_secret(CANARY)).await;
        let error = refused(404, begun).to_string();
        assert!(error.contains(key), "{error}");
    }
}

async fn a_token_that_no_header_can_carry_is_not_sent(kind: Kind) {
    let (sandbox, client) = kind.start();
    for token in ["", "a\nb", "a\0b", "schlüssel"] {
        let pinged = client.send(Ping::through(&ElementToken::new(token))).await;
        assert_eq!(end(&pinged), "invalid", "{token:?}");
    }
    assert!(sandbox.served().is_empty());
}
