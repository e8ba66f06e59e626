//! What operators rely on: that it starts or says why, that it says how it is, and that it can't be held up.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use ce_webapp::{Settings, start};
use reqwest::StatusCode;
use sqlx::Connection as _;

use crate::demo::{Demo, File, in_time, live, platform};

#[tokio::test]
async fn it_says_whether_it_can_write() {
    let demo = Demo::start().await;
    let health = async || demo.nobody().get("/healthz").await;
    let well = health().await;
    assert_eq!(well.status, StatusCode::OK);
    let said: serde_json::Value = serde_json::from_str(&well.body).unwrap();
    assert_eq!(said, serde_json::json!({"status": "ok", "database": "ok"}));

    let mut other = demo.file.open().await;
    let lock = sqlx::query("BEGIN EXCLUSIVE");
    lock.execute(&mut other).await.unwrap();
    let began = Instant::now();
    let locked = health().await;
    assert_eq!(locked.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );

    other.close().await.unwrap();
    assert_eq!(health().await.status, StatusCode::OK);
    let mut database = demo.file.open().await;
    let probe = sqlx::query("SELECT 1 FROM sessions").fetch_optional(&mut database);
    assert!(probe.await.unwrap().is_none(), "it is rolled back");
}

/// Sends the beginning of a request, and waits until the connection is closed: what was answered.
async fn begin_and_wait(address: SocketAddr, beginning: &'static str) -> String {
    let wait = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let for_ever = Some(Duration::from_secs(20));
        stream.set_read_timeout(for_ever).unwrap();
        stream.write_all(beginning.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an end");
        answer
    });
    wait.await.unwrap()
}

#[tokio::test]
async fn a_slow_header_or_body_holds_no_connection() {
    let demo = Demo::with(|settings| settings.read_timeout = Duration::from_millis(200)).await;
    let address = demo.app.address();
    assert_eq!(begin_and_wait(address, "").await, "");
    let header = begin_and_wait(address, "GET / HTTP/1.1\r\nHost: app").await;
    assert!(!header.contains("200 OK"), "{header}");
    let body = begin_and_wait(
        address,
        "POST /sign-in HTTP/1.1\r\nHost: app\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 8\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\nuser=",
    );
    assert!(body.await.starts_with("HTTP/1.1 400 Bad Request"));

    let mut slow = TcpStream::connect(address).unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost: app").unwrap();
    // Half a header holds nobody up.
    in_time(demo.app.stop()).await;
}

#[tokio::test]
async fn the_database_file_is_its_owners_alone() {
    let file = File::new();
    let path = file.folder().join("accounts.sqlite3");
    for found in ["none", "one that all can read"] {
        if found != "none" {
            let open = std::fs::Permissions::from_mode(0o644);
            std::fs::set_permissions(&path, open).unwrap();
        }
        let demo = Demo::with(|settings| settings.database = Some(file.url())).await;
        demo.app.stop().await;
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{found}");
    }
}

#[tokio::test]
async fn wrong_credentials_end_the_start_and_a_platform_that_is_away_does_not() {
    let sandbox = platform(0);
    let settings = |user: &str| {
        let mut settings = Settings::default();
        live(&mut settings, sandbox.base_url());
        settings.secrets.user = user.to_owned();
        settings
    };
    let (right, wrong) = (settings(sandbox.user_secret()), settings("canary"));
    let said = start(wrong).await.err().expect("an error").to_string();
    assert!(
        said.contains("CE_USER_SECRET") && !said.contains("canary"),
        "{said}"
    );
    start(right.clone()).await.unwrap().stop().await;

    drop(sandbox);
    start(right).await.unwrap().stop().await;
}

#[tokio::test]
async fn an_address_that_is_none_of_ours_is_not_found() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    for path in [
        "/flows/%00/look",
        "/flows/%FF/look",
        "/accounts/%00/check",
        "/accounts/x/check",
    ] {
        let page = ann.press(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(page.heading(), "There is nothing here", "{path}");
    }
    let page = ann.get("/connect/%00").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
