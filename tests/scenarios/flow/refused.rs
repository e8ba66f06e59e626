//! What users and applications get wrong: a clear error, and no secret in it.

use ce_tests::prelude::*;

on_both_clients! {
    wrong_platform_secrets_are_refused_by_the_platform,
    an_unknown_element_is_named,
    a_token_that_no_header_can_carry_is_not_sent,
}

const CANARY: &str = "c4n4ry";

fn is_harmless(error: &Error) {
    let printed = format!("{} {error:?} {error:#?}", said(error));
    assert!(!printed.contains(CANARY), "{printed}");
}

async fn wrong_platform_secrets_are_refused_by_the_platform(kind: Kind) {
    let (sandbox, right) = kind.start();
    let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
    let connect = oauth("instagram").api_secret(CANARY);
    // Step 1 needs no credentials; step 2 does.
    let (pending, callback) = right.consent(&sandbox, &connect).await;
    for (user, organization) in [(CANARY, organization), (user, CANARY), (organization, user)] {
        let client = right
            .of_tenant(Credentials::new(user, organization))
            .unwrap();
        let checked = client.send(CheckCredentials).await;
        assert_eq!(end(&checked), "refused 401");
        let error = checked.unwrap_err();
        assert!(!error.to_string().contains("base URL"), "{error}");
        is_harmless(&error);
        let finished = client.finish(&connect, &pending, &callback).await;
        assert_eq!(end(&finished), "refused 401");
        let error = finished.unwrap_err();
        assert!(error.to_string().contains(error.request_id().unwrap()));
        is_harmless(&error);
    }
    assert_eq!(sandbox.created(), 0);
    // The right ones are accepted, whether or not there are instances.
    right.ok(CheckCredentials).await;
    connected(right.finish(&connect, &pending, &callback).await);
    right.ok(CheckCredentials).await;
    let elsewhere = sandbox.base_url().replace("/api-v2", "");
    let elsewhere = Config::new(&elsewhere, Credentials::new(user, organization)).unwrap();
    let checked = right.configured(elsewhere).send(CheckCredentials).await;
    let error = checked.unwrap_err().to_string();
    assert!(error.ends_with("whose path is /elements/api-v2"), "{error}");
}

async fn an_unknown_element_is_named(kind: Kind) {
    let (_sandbox, client) = kind.start();
    for key in ["dropinstagram", "../instances", "a/b?c#d", "ü"] {
        let begun = client.begin(&oauth(key).api_secret(CANARY)).await;
        assert_eq!(end(&begun), "refused 404", "{key}");
        let error = begun.unwrap_err();
        assert!(error.to_string().contains(key), "{error}");
        is_harmless(&error);
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
