//! What protects users: forms that are ours, accounts that are theirs, and what browsers are told.

use std::time::Duration;

use ce_webapp::{Settings, start};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::demo::Demo;
use crate::fixture::browser::{EVENTS_KEY, notify, says};

#[tokio::test]
async fn a_form_that_is_not_ours_does_nothing() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let (ours, elsewhere) = (demo.url.as_str(), format!("{}0", demo.url));
    for (site, origin, is_refused) in [
        (Some("cross-site"), None, true),
        (Some("cross-site"), Some("https://evil.example"), true),
        (Some("same-site"), Some("https://evil.example"), true),
        (None, Some("https://evil.example"), true),
        (None, Some(&*elsewhere), true),
        (None, Some("null"), true),
        (None, Some(ours), false),
        (Some("same-origin"), Some(ours), false),
    ] {
        for path in ["/connect/instagram", "/sign-in", "/accounts/1/disconnect"] {
            let mut form = ann.request(Method::POST, path);
            for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
                if let Some(value) = value {
                    form = form.header(name, value);
                }
            }
            let page = ann.send(form).await;
            let refused = page.status == StatusCode::FORBIDDEN;
            assert_eq!(refused, is_refused, "{site:?} {origin:?} {path}");
            assert!(!page.headers.contains_key("set-cookie"));
        }
    }
}

#[tokio::test]
async fn signing_in_changes_the_session_and_signing_out_ends_it() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let mut planted = ann.clone();
    let fields = [("user", "Ann")];
    let page = ann.post("/sign-in", &fields).await;
    let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 1);
    let cookie = cookies[0].to_str().unwrap();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "there is no TLS on this machine"
    );
    assert!(planted.home().await.contains("any name will do"));

    for name in [" ", "a\tb", &"n".repeat(41)] {
        let page = demo.nobody().post("/sign-in", &[("user", name)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }

    let mut signed_in = ann.clone();
    ann.press("/sign-out").await;
    let page = signed_in.get("/connect/instagram").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
}

async fn demo_at(public_url: &str) -> Demo {
    Demo::with(|settings| settings.public_url = Some(public_url.to_owned())).await
}

#[tokio::test]
async fn behind_tls_cookies_are_secure() {
    let demo = demo_at("https://App.example:443/").await;
    let mut ann = demo.nobody();
    let form = ann
        .request(Method::POST, "/sign-in")
        .form(&[("user", "Ann")]);
    let page = ann.send(form.header("origin", "https://app.example")).await;
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    assert!(cookie.contains("Secure"), "{cookie}");
    let encrypted_for = &page.headers["strict-transport-security"];
    assert_eq!(encrypted_for, "max-age=31536000");
    for here in ["http://localhost:3000", "http://[::1]:3000"] {
        demo_at(here).await;
    }
}

#[tokio::test]
async fn browsers_are_told_to_be_careful() {
    let demo = Demo::start().await;
    let mut ann = demo.connected("Ann").await;
    for path in [
        "/",
        "/callback?code=c&state=s",
        "/nothing",
        "/style.css",
        "/healthz",
    ] {
        let page = ann.get(&format!("{}{path}", demo.url)).await;
        let header = |name: &str| page.headers[name].to_str().unwrap();
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "strict-origin", "{path}");
        let is_cached = header("cache-control") != "no-store";
        assert_eq!(is_cached, path == "/style.css", "{path}");
        let scripts = page.body.matches("<script").count();
        let own = page
            .body
            .matches("<script src=\"/live.js\" defer></script>")
            .count();
        assert_eq!(scripts, own, "{path}");
        assert!(!page.body.contains("style=\""), "{path}");
    }
}

#[tokio::test]
async fn what_is_written_by_users_stays_text() {
    let demo = Demo::start().await;
    let mut user = demo.user("<img src=x>").await;
    let name = "<script>alert(1)</script> & \"me\"";
    let callback = user.allowed(name).await;
    user.get(&callback).await;
    let home = user.home().await;
    assert!(
        !home.contains("<script>") && !home.contains("<img"),
        "{home}"
    );
    says(&home, "&lt;img src=x&gt;");
    let name = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;me&quot;";
    says(&home, name);
}

#[tokio::test]
async fn a_database_opens_with_its_own_key_alone() {
    let demo = Demo::start().await;
    demo.connected("Ann").await;
    let token = demo.instance().expose_token().to_owned();
    let Demo { app, file, .. } = demo;
    app.stop().await;
    // Without a key of its own it takes a new one.
    let mut other = Settings::default();
    other.database = Some(file.url());
    let refused = start(other).await.err().unwrap().to_string();
    assert!(refused.contains("written with another key"), "{refused}");

    // What is in the file is of no use to whoever takes it.
    for stored in std::fs::read_dir(file.folder()).unwrap() {
        let bytes = std::fs::read(stored.unwrap().path()).unwrap();
        let mut windows = bytes.windows(token.len());
        assert!(!windows.any(|window| window == token.as_bytes()));
    }
}

#[tokio::test]
async fn nobody_has_a_session_before_signing_in() {
    let demo = Demo::start().await;
    for path in [
        "/",
        "/callback?code=c&state=s",
        "/connect/instagram",
        "/nothing",
    ] {
        let page = demo.nobody().get(path).await;
        assert!(!page.headers.contains_key("set-cookie"), "{path}");
    }
    let sessions = "SELECT 1 FROM sessions";
    demo.file.until_none(sessions).await;
}

#[tokio::test]
async fn what_is_old_is_deleted() {
    let demo = Demo::with(|settings| {
        settings.secrets.events_key = Some(EVENTS_KEY.to_owned());
        settings.takeover = Duration::from_millis(400);
    });
    let demo = demo.await;
    let mut ann = demo.connected("Ann").await;
    ann.begin("instagram", "Never finished").await;
    let told = json!({"instanceId": demo.instance().id, "message": {"events": [{}]}});
    let told = async |id| notify(&demo.url, id, told.to_string()).await;
    assert_eq!(told("1").await, StatusCode::OK);
    let mut database = demo.file.open().await;
    for (made_old, gone) in [
        ("UPDATE events SET received_at = 0", "SELECT 1 FROM events"),
        (
            "UPDATE flows SET expires_at = 0 WHERE claimed_at IS NULL",
            "SELECT 1 FROM flows WHERE claimed_at IS NULL",
        ),
        (
            "UPDATE flows SET outcome = NULL, claimed_at = 0, lease_until = 9000000000000000",
            "SELECT 1 FROM flows WHERE outcome IS NULL",
        ),
        ("UPDATE flows SET ended_at = 0", "SELECT 1 FROM flows"),
    ] {
        let updated = sqlx::query(made_old).execute(&mut database).await.unwrap();
        assert_eq!(updated.rows_affected(), 1, "{made_old}");
        demo.file.until_none(gone).await;
    }

    // Events go with their account.
    assert_eq!(told("2").await, StatusCode::OK);
    let account = demo.instance().id;
    ann.press(&format!("/accounts/{account}/disconnect")).await;
    demo.file.until_none("SELECT 1 FROM events").await;

    let ended = sqlx::query("UPDATE sessions SET expires_at = 0");
    ended.execute(&mut database).await.unwrap();
    let page = ann.get("/connect/instagram").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    demo.file.until_none("SELECT 1 FROM sessions").await;
}
