//! Callbacks: whose they are, when they come, and how often.

use std::time::Duration;

use ce_sandbox::{Fault, Operation};
use futures_util::future::join_all;
use reqwest::StatusCode;

use crate::demo::{Demo, in_time};
use crate::fixture::browser::says;

#[tokio::test]
async fn the_same_callback_connects_once() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Pictures").await;
    let mut tabs = vec![ann.clone(); 8];
    let pages = join_all(tabs.iter_mut().map(|tab| tab.get(&callback))).await;
    let with = |status| pages.iter().filter(|page| page.status == status).count();
    assert_eq!(with(StatusCode::SEE_OTHER), 1);
    assert_eq!(with(StatusCode::CONFLICT), 7);
    let page = ann.get(&callback).await;
    assert_eq!(page.heading(), "This answer was already used");
    assert_eq!(demo.sandbox().created(), 1);
}

#[tokio::test]
async fn a_callback_that_comes_too_late_is_refused() {
    let demo = Demo::with(|settings| settings.flow_lifetime = Duration::ZERO).await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Pictures").await;
    let page = ann.get(&callback).await;
    assert_eq!(
        (page.status, page.heading()),
        (StatusCode::GONE, "That took too long")
    );
    assert_eq!(demo.sandbox().created(), 0);
}

#[tokio::test]
async fn a_state_that_is_not_ours_is_refused_and_the_flow_goes_on() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Pictures").await;
    let tampered = callback.replace("state=", "state=x");
    for forged in [tampered.as_str(), "/callback?code=c"] {
        let page = ann.get(forged).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert_eq!(page.heading(), "We can't match this to anything you began");
    }
    // With the state alone it can't be accepted, and must not be claimed.
    let state = callback
        .split(['?', '&'])
        .find(|part| part.starts_with("state="));
    let page = ann.get(&format!("/callback?{}", state.unwrap())).await;
    assert_eq!(page.heading(), "The answer was incomplete");
    // Another user's browser has no such flow, and learns nothing of it.
    let mut bob = demo.user("Bob").await;
    assert_eq!(bob.get(&callback).await.status, StatusCode::BAD_REQUEST);
    // Nor has nobody's.
    let page = demo.nobody().get(&callback).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(demo.sandbox().created(), 0);

    assert_eq!(ann.get(&callback).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn flows_that_begin_at_the_same_moment_all_come_to_their_end() {
    let demo = Demo::start().await;
    let ann = demo.user("Ann").await;
    for _ in 0..10 {
        let (mut one, mut two) = (ann.clone(), ann.clone());
        let (first, second) = tokio::join!(one.allowed("First"), two.allowed("Second"));
        let (first, second) = tokio::join!(one.get(&first), two.get(&second));
        assert_eq!([first.status, second.status], [StatusCode::SEE_OTHER; 2]);
    }
}

#[tokio::test]
async fn a_user_has_a_bounded_number_of_flows_open() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let oldest = ann.allowed("Pictures").await;
    for _ in 0..20 {
        ann.begin("instagram", "Pictures").await;
    }
    let page = ann.get(&oldest).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let latest = ann.allowed("Pictures").await;
    assert_eq!(ann.get(&latest).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_callback_without_state_is_recognized_by_its_request_token() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let consent = ann.begin("etsy", "Mugs").await;
    ann.begin("etsy", "Cups").await;
    let callback = ann.decide(&consent, "allow").await;
    let (address, query) = callback.split_once('?').unwrap();
    let others = query.split('&').filter(|part| !part.starts_with("state="));
    let others: Vec<&str> = others.collect();
    let page = ann.get(&format!("{address}?{}", others.join("&"))).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{callback}");
    assert_eq!(demo.instance().name, "Mugs");
}

#[tokio::test]
async fn who_signs_out_while_a_callback_works_stays_out_and_gets_the_account() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Pictures").await;
    let by = Duration::from_millis(500);
    demo.fail(Fault::SlowProvisioning { by }, Operation::CreateInstance);
    let mut tab = ann.clone();
    let working = tokio::spawn(async move {
        let page = tab.get(&callback).await;
        (tab, page)
    });
    let waiting = "SELECT 1 FROM flows WHERE claimed_at IS NULL";
    demo.file.until_none(waiting).await;
    ann.press("/sign-out").await;
    ann.post("/sign-in", &[("user", "Bob")]).await;
    assert_eq!(demo.sandbox().created(), 0, "the callback is at work");
    let (mut tab, page) = working.await.unwrap();
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(!page.headers.contains_key("set-cookie"));

    // The old session is over, and the new one is Bob's.
    let home = tab.home().await;
    says(&home, "any name will do");
    let home = ann.home().await;
    says(&home, "Signed in as </span>Bob");
    assert!(!home.contains("Pictures"));
    let mut ann = demo.user("Ann").await;
    assert!(ann.home().await.contains("Pictures"));
}

#[tokio::test]
async fn a_page_does_not_wait_for_ever_and_the_work_goes_on() {
    let demo = Demo::with(|settings| settings.patience = Duration::from_millis(50)).await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Pictures").await;
    let by = Duration::from_millis(500);
    demo.fail(Fault::SlowProvisioning { by }, Operation::CreateInstance);
    let page = ann.get(&callback).await;
    says(
        &ann.follow(&page).await,
        "goes on even if you close this page",
    );
    let page = ann.get(&callback).await;
    assert_eq!(page.heading(), "We are already on it");
    in_time(async { while !ann.home().await.contains("state-well") {} }).await;
}
