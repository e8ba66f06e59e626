//! A platform that stalls, fails or never ends its catalogue must not take the pages with it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ce_async::reqwest::StatusCode;
use ce_sandbox::{Fault, FaultRule, Operation};

use crate::browser::{Page, says};
use crate::demo::{Demo, demo_on, live, platform};

const NOT_KNOWN: &str = "What can be connected isn't known just now";

/// The home pages of five users, asked for at the same time.
async fn five_homes(demo: &Demo) -> Vec<Page> {
    let mut homes = tokio::task::JoinSet::new();
    for name in ["Ann", "Bob", "Cid", "Dan", "Eve"] {
        let mut user = demo.user(name).await;
        homes.spawn(async move { user.get("/").await });
    }
    homes.join_all().await
}

#[tokio::test]
async fn five_users_wait_briefly_for_a_platform_that_stalls_or_fails_and_ask_it_once() {
    for fault in [Fault::StallBeforeAnswer, Fault::HtmlBadGateway] {
        let sandbox = platform(0);
        sandbox.set_faults([FaultRule::new(fault).on(Operation::Elements)]);
        let demo = demo_on(&sandbox, |settings| {
            let limits = settings.limits.attempt_timeout(Duration::from_secs(30));
            settings.limits = limits.timeout(Duration::from_secs(30));
        });
        let demo = demo.await;
        let began = Instant::now();
        for page in five_homes(&demo).await {
            assert_eq!(page.status, StatusCode::OK);
            says(&page.body, NOT_KNOWN);
        }
        let waited = began.elapsed();
        assert!(waited < Duration::from_secs(10), "{waited:?}");
        let asked = sandbox.served().len();
        let mut ann = demo.user("Ann").await;
        let page = ann.get("/connect/instagram").await;
        assert!(page.status.is_server_error(), "{}", page.status);
        assert_eq!(sandbox.served().len(), asked);
        demo.app.stop().await;
    }
}

#[tokio::test]
async fn offered_is_what_a_consent_page_connects() {
    let demo = Demo::start().await;
    for page in five_homes(&demo).await {
        let offers = page.body.matches("href=\"/connect/").count();
        assert_eq!(offers, 5, "{}", page.body);
        says(&page.body, "/connect/instagram");
        assert!(!page.body.contains("/connect/closeio"), "no consent page");
    }
}

#[tokio::test]
async fn a_catalogue_without_end_is_read_up_to_a_bound() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/elements/api-v2", listener.local_addr().unwrap());
    let pages = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&pages);
    // It ends with the test's process.
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let pages = Arc::clone(&counted);
            std::thread::spawn(move || serve_without_end(stream, &pages));
        }
    });
    let demo = Demo::with(|settings| {
        live(settings, &base_url);
        settings.elements = vec!["e1-7".to_owned()];
    });
    let demo = demo.await;
    let mut ann = demo.user("Ann").await;
    let page = ann.get("/connect/e1-7").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(pages.load(Ordering::SeqCst), 40);
}

/// Answers with page after page of elements, and always another to come.
fn serve_without_end(stream: TcpStream, pages: &AtomicUsize) {
    let mut answers = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(request)) = lines.next() {
        while lines
            .next()
            .is_some_and(|line| !line.unwrap_or_default().is_empty())
        {}
        let is_catalogue = request.starts_with("GET /elements/api-v2/elements?");
        let page = pages.fetch_add(usize::from(is_catalogue), Ordering::SeqCst);
        let elements: Vec<String> = (0..50)
            .map(|number| {
                let key = format!("e{page}-{number}");
                format!(r#"{{"key":"{key}","authentication":{{"type":"oauth2"}}}}"#)
            })
            .collect();
        let body = format!("[{}]", elements.join(","));
        let body = if is_catalogue { body.as_str() } else { "[]" };
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Elements-Next-Page-Token: page-{page}\r\n\r\n{body}"
        );
        if answers.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
