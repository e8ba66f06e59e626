//! What protects users: forms that are ours, accounts that are theirs, and what browsers are told.

use std::time::Duration;

use ce_async::reqwest::StatusCode;
use ce_webapp::{Key, Settings, start};

use crate::browser::Browser;
use crate::demo::{Demo, File, until_none};

#[tokio::test]
async fn a_form_that_is_not_ours_does_nothing() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let elsewhere = format!("{}0", demo.url);
    for (site, origin, is_refused) in [
        ("cross-site", None, true),
        ("cross-site", Some("https://evil.example"), true),
        ("same-site", Some("https://evil.example"), true),
        ("", Some("https://evil.example"), true),
        ("", Some(elsewhere.as_str()), true),
        ("", Some("null"), true),
        ("", Some(demo.url.as_str()), false),
        ("same-origin", Some(demo.url.as_str()), false),
    ] {
        (ann.form_from, ann.origin) = (site, origin.map(str::to_owned));
        for path in ["/connect/instagram", "/sign-in", "/accounts/1/disconnect"] {
            let page = ann.press(&demo.url, path).await;
            let refused = page.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, is_refused, "{site:?} {origin:?} {path}");
            assert!(!page.headers.contains_key("set-cookie"));
        }
    }
    demo.app.stop().await;
}

#[tokio::test]
async fn an_account_is_its_owners() {
    let app = start(Settings::default()).await.unwrap();
    let url = format!("http://{}", app.address());
    let mut ann = Browser::signed_in(&url, "Ann").await;
    let consent = ann.begin(&url, "instagram", "Pictures").await;
    let callback = ann.decide(&consent, "allow").await;
    ann.get(&callback).await;
    let id = app.sandbox().unwrap().instances()[0].id;

    let mut bob = Browser::signed_in(&url, "Bob").await;
    assert!(!bob.get(&format!("{url}/")).await.body.contains("Pictures"));
    for action in ["check", "disable", "enable", "authorize", "disconnect"] {
        let page = bob.press(&url, &format!("/accounts/{id}/{action}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{action}");
    }
    let page = bob.get(&format!("{url}/accounts/{id}/disconnect")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let instances = app.sandbox().unwrap().instances();
    assert!(!instances[0].disabled);
    app.stop().await;
}

#[tokio::test]
async fn signing_in_changes_the_session_and_signing_out_ends_it() {
    let app = start(Settings::default()).await.unwrap();
    let url = format!("http://{}", app.address());
    let mut ann = Browser::signed_in(&url, "Ann").await;
    let planted = ann.clone();
    let fields = [("user", "Ann".to_owned())];
    let page = ann.post(&format!("{url}/sign-in"), &fields).await;
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "there is no TLS on this machine: {cookie}"
    );
    let page = planted.clone().get(&format!("{url}/")).await;
    assert_eq!(
        page.heading(),
        "All your accounts in one <span class=\"accent\">shoebox</span>"
    );

    let signed_in = ann.clone();
    ann.press(&url, "/sign-out").await;
    let page = signed_in
        .clone()
        .get(&format!("{url}/connect/instagram"))
        .await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    app.stop().await;
}

#[tokio::test]
async fn behind_tls_cookies_are_secure() {
    let mut settings = Settings::default();
    settings.public_url = Some("https://app.example".to_owned());
    let app = start(settings).await.unwrap();
    let url = format!("http://{}/sign-in", app.address());
    let fields = [("user", "Ann".to_owned())];
    let page = Browser::default().post(&url, &fields).await;
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    assert!(cookie.contains("Secure"), "{cookie}");
    assert!(page.headers.contains_key("strict-transport-security"));
    app.stop().await;
}

#[tokio::test]
async fn browsers_are_told_to_be_careful() {
    let app = start(Settings::default()).await.unwrap();
    let url = format!("http://{}", app.address());
    for path in [
        "/",
        "/callback?code=c&state=s",
        "/nothing",
        "/style.css",
        "/healthz",
    ] {
        let page = Browser::default().get(&format!("{url}{path}")).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(page.headers["referrer-policy"], "strict-origin", "{path}");
        let cached = path == "/style.css";
        assert_eq!(
            page.headers["cache-control"] == "no-store",
            !cached,
            "{path}"
        );
        assert!(
            !page.body.contains("<script") && !page.body.contains("style=\""),
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test]
async fn what_is_written_by_users_stays_text() {
    let app = start(Settings::default()).await.unwrap();
    let url = format!("http://{}", app.address());
    let mut user = Browser::signed_in(&url, "<img src=x>").await;
    let consent = user
        .begin(&url, "instagram", "<script>alert(1)</script> & \"me\"")
        .await;
    let callback = user.decide(&consent, "allow").await;
    user.get(&callback).await;
    let page = user.get(&format!("{url}/")).await;
    assert!(
        !page.body.contains("<script>") && !page.body.contains("<img"),
        "{}",
        page.body
    );
    assert!(page.body.contains("&lt;img src=x&gt;"), "{}", page.body);
    let name = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;me&quot;";
    assert!(page.body.contains(name), "{}", page.body);
    app.stop().await;
}

#[tokio::test]
async fn a_database_opens_with_its_own_key_alone() {
    let file = File::new();
    let settings = |key: &Key| {
        let mut settings = Settings::default();
        settings.database = Some(file.url());
        settings.secrets.key = Some(key.clone());
        settings
    };
    let (ours, other) = (Key::generate().unwrap(), Key::generate().unwrap());
    start(settings(&ours)).await.unwrap().stop().await;
    let refused = start(settings(&other)).await.err();
    let refused = refused.unwrap().to_string();
    assert!(refused.contains("written with another key"), "{refused}");
    let app = start(settings(&ours)).await.unwrap();

    // What is in the file is of no use to whoever takes it.
    let base = format!("http://{}", app.address());
    let mut ann = Browser::signed_in(&base, "Ann").await;
    let consent = ann.begin(&base, "instagram", "Pictures").await;
    let callback = ann.decide(&consent, "allow").await;
    ann.get(&callback).await;
    let token = app.sandbox().unwrap().instances()[0]
        .expose_token()
        .to_owned();
    app.stop().await;
    for stored in std::fs::read_dir(file.folder()).unwrap() {
        let bytes = std::fs::read(stored.unwrap().path()).unwrap();
        let found = bytes
            .windows(token.len())
            .any(|window| window == token.as_bytes());
        assert!(!found, "the token is in the file");
    }
}

#[tokio::test]
async fn nobody_has_a_session_before_signing_in_and_an_old_one_is_deleted() {
    let file = File::new();
    let demo = Demo::with(|settings| {
        settings.database = Some(file.url());
        settings.takeover = Duration::from_millis(400);
    });
    let demo = demo.await;
    let mut database = file.open().await;
    let count = "SELECT COUNT(*) FROM sessions";
    for path in [
        "/",
        "/callback?code=c&state=s",
        "/connect/instagram",
        "/nothing",
        "/healthz",
    ] {
        let page = Browser::default().get(&format!("{}{path}", demo.url)).await;
        assert!(!page.headers.contains_key("set-cookie"), "{path}");
    }
    let sessions: i64 = sqlx::query_scalar(count)
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(sessions, 0);

    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let ended = sqlx::query("UPDATE sessions SET expires_at = 0");
    assert_eq!(
        ended.execute(&mut database).await.unwrap().rows_affected(),
        1
    );
    let page = ann.get(&format!("{}/connect/instagram", demo.url)).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    until_none(&mut database, "SELECT 1 FROM sessions").await;
    demo.app.stop().await;
}
