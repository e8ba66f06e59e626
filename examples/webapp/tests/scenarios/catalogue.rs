//! A platform that stalls, fails or never ends its catalogue must not take the pages with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::Uri;
use axum::routing::{MethodRouter, any};
use axum::{Json, Router};
use ce_sandbox::{Fault, FaultRule, Operation};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::demo::{Demo, live, platform};
use crate::fixture::browser::says;

#[tokio::test]
async fn pages_ask_a_platform_that_stalls_or_fails_for_nothing_and_work_without() {
    for fault in [Fault::StallBeforeAnswer, Fault::HtmlBadGateway] {
        let sandbox = platform(0);
        sandbox.set_faults([FaultRule::new(fault).on(Operation::Elements)]);
        let demo = Demo::on(&sandbox, |_| {}).await;
        let asked = sandbox.served().len();
        let mut ann = demo.user("Ann").await;
        let home = ann.home().await;
        says(&home, "What can be connected isn't known just now");
        let page = ann.get("/connect/instagram").await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(sandbox.served().len(), asked);
    }
}

#[tokio::test]
async fn offered_is_what_a_consent_page_connects_or_of_that_what_is_named() {
    let demo = Demo::start().await;
    let home = demo.user("Ann").await.home().await;
    assert_eq!(home.matches("href=\"/connect/").count(), 5, "{home}");
    says(&home, "/connect/instagram");
    assert!(!home.contains("/connect/closeio"), "no consent page");
    let demo = Demo::with(|settings| settings.elements = vec!["etsy".to_owned()]).await;
    let home = demo.user("Ann").await.home().await;
    assert_eq!(home.matches("href=\"/connect/").count(), 1, "{home}");
}

#[tokio::test]
async fn users_are_asked_for_what_they_alone_can_say() {
    let element = json!([{"key": "own", "authentication": {"type": "oauth2"}, "configuration": [
        // The pages have fields of these names themselves.
        {"key": "name", "required": true},
        {"key": "user", "required": true},
        // The platform has these.
        {"key": "zone", "required": true, "defaultValue": "eu"},
        {"key": "shard", "required": true, "internal": true},
        {"key": "old", "required": true, "active": false},
        // The application has this.
        {"key": "oauth.api.key", "required": true},
        {"key": "optional"},
    ]}]);
    let demo = on(any(async move || Json(element.clone()))).await;
    let form = demo.user("Ann").await.get("/connect/own").await.body;
    let asked: Vec<&str> = form.split("id=\"field-").skip(1).collect();
    let asked = asked.iter().filter_map(|part| part.split_once('"'));
    let asked: Vec<&str> = asked
        .map(|(id, _)| id)
        .filter(|id| !id.ends_with("-hint"))
        .collect();
    assert_eq!(asked, ["account-name", "name", "user"]);
    assert!(!form.contains("autocomplete=\"username\""), "{form}");
}

#[tokio::test]
async fn a_catalogue_without_end_is_read_up_to_a_bound() {
    let pages = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&pages);
    // Page after page of elements, and always another to come.
    let without_end = any(async move |uri: Uri| {
        let is_catalogue = uri.path().ends_with("/elements");
        let page = counted.fetch_add(usize::from(is_catalogue), Ordering::SeqCst);
        let element = |number| json!({"key": format!("e{page}-{number}"), "authentication": {"type": "oauth2"}});
        let elements: Value = (0..50).map(element).collect();
        let next = [("Elements-Next-Page-Token", format!("page-{page}"))];
        (next, Json(elements))
    });
    let demo = on(without_end).await;
    let mut ann = demo.user("Ann").await;
    let page = ann.get("/connect/e1-7").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(pages.load(Ordering::SeqCst), 40);
}

/// On a platform that gives every request this answer.
async fn on(answer: MethodRouter) -> Demo {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/elements/api-v2", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
    Demo::with(|settings| live(settings, &base_url)).await
}
