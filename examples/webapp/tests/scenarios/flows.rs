//! Callbacks: whose they are, when they come, and how often.

use std::time::Duration;

use ce_async::reqwest::StatusCode;
use ce_sandbox::{Fault, FaultRule, Operation};

use crate::browser::Browser;
use crate::demo::{Demo, File, until_none};

#[tokio::test]
async fn the_same_callback_connects_once() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Pictures").await;
    let (mut one, mut two) = (ann.clone(), ann.clone());
    let (one, two) = tokio::join!(one.get(&callback), two.get(&callback));
    let statuses = [one.status, two.status];
    assert!(statuses.contains(&StatusCode::SEE_OTHER), "{statuses:?}");
    assert!(statuses.contains(&StatusCode::CONFLICT), "{statuses:?}");
    let page = ann.get(&callback).await;
    assert_eq!(page.heading(), "This answer was already used");
    assert_eq!(demo.sandbox().created(), 1);
    demo.app.stop().await;
}

#[tokio::test]
async fn a_callback_that_comes_too_late_is_refused() {
    let demo = Demo::with(|settings| settings.flow_lifetime = Duration::ZERO).await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Pictures").await;
    let page = ann.get(&callback).await;
    assert_eq!(
        (page.status, page.heading().as_str()),
        (StatusCode::GONE, "That took too long")
    );
    assert_eq!(demo.sandbox().created(), 0);
    demo.app.stop().await;
}

#[tokio::test]
async fn a_state_that_is_not_ours_is_refused_and_the_flow_goes_on() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Pictures").await;
    let tampered = callback.replace("state=", "state=x");
    for forged in [tampered.as_str(), &format!("{}/callback?code=c", demo.url)] {
        let page = ann.get(forged).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert_eq!(page.heading(), "We can't match this to anything you began");
    }
    // Another user's browser has no such flow, and learns nothing of it.
    let mut bob = Browser::signed_in(&demo.url, "Bob").await;
    assert_eq!(bob.get(&callback).await.status, StatusCode::BAD_REQUEST);
    // Nor has nobody's.
    let page = Browser::default().get(&callback).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(demo.sandbox().created(), 0);

    assert_eq!(ann.get(&callback).await.status, StatusCode::SEE_OTHER);
    demo.app.stop().await;
}

#[tokio::test]
async fn flows_that_begin_at_the_same_moment_all_come_to_their_end() {
    let demo = Demo::start().await;
    let mut connected = 0;
    for pair in 0..10 {
        let ann = Browser::signed_in(&demo.url, &format!("Ann {pair}")).await;
        let (mut one, mut two) = (ann.clone(), ann);
        let (first, second) = tokio::join!(
            demo.allowed(&mut one, "First"),
            demo.allowed(&mut two, "Second")
        );
        let (first, second) = tokio::join!(one.get(&first), two.get(&second));
        for page in [first, second] {
            connected += usize::from(page.status == StatusCode::SEE_OTHER);
        }
    }
    assert_eq!(connected, 20);
    demo.app.stop().await;
}

#[tokio::test]
async fn a_user_has_a_bounded_number_of_flows_open() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let oldest = demo.allowed(&mut ann, "Pictures").await;
    for _ in 0..20 {
        ann.begin(&demo.url, "instagram", "Pictures").await;
    }
    let page = ann.get(&oldest).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let latest = demo.allowed(&mut ann, "Pictures").await;
    assert_eq!(ann.get(&latest).await.status, StatusCode::SEE_OTHER);
    demo.app.stop().await;
}

#[tokio::test]
async fn a_callback_without_state_is_recognized_by_its_request_token() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let consent = ann.begin(&demo.url, "etsy", "Mugs").await;
    ann.begin(&demo.url, "etsy", "Cups").await;
    let callback = ann.decide(&consent, "allow").await;
    let (address, query) = callback.split_once('?').unwrap();
    let others = query.split('&').filter(|part| !part.starts_with("state="));
    let others: Vec<&str> = others.collect();
    let page = ann.get(&format!("{address}?{}", others.join("&"))).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{callback}");
    assert_eq!(demo.sandbox().instances()[0].name, "Mugs");
    demo.app.stop().await;
}

#[tokio::test]
async fn a_flow_whose_user_never_came_back_is_deleted() {
    let file = File::new();
    let demo = Demo::with(|settings| {
        settings.database = Some(file.url());
        settings.takeover = Duration::from_millis(400);
    });
    let demo = demo.await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    ann.begin(&demo.url, "instagram", "Pictures").await;
    let mut database = file.open().await;
    let long_ago = sqlx::query("UPDATE flows SET expires_at = 0");
    let expired = long_ago.execute(&mut database).await.unwrap();
    assert_eq!(expired.rows_affected(), 1);
    until_none(&mut database, "SELECT 1 FROM flows").await;
    demo.app.stop().await;
}

#[tokio::test]
async fn who_signs_out_while_a_callback_works_stays_out_and_gets_the_account() {
    let file = File::new();
    let demo = Demo::with(|settings| settings.database = Some(file.url())).await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Pictures").await;
    let by = Duration::from_millis(500);
    let slow = FaultRule::new(Fault::SlowProvisioning { by }).on(Operation::CreateInstance);
    demo.sandbox().set_faults([slow]);
    let mut tab = ann.clone();
    let working = tokio::spawn(async move {
        let page = tab.get(&callback).await;
        (tab, page)
    });
    let mut database = file.open().await;
    let waiting = "SELECT 1 FROM flows WHERE claimed_at IS NULL";
    until_none(&mut database, waiting).await;
    ann.press(&demo.url, "/sign-out").await;
    let fields = [("user", "Bob".to_owned())];
    ann.post(&format!("{}/sign-in", demo.url), &fields).await;
    assert_eq!(demo.sandbox().created(), 0, "the callback is at work");
    let (mut tab, page) = working.await.unwrap();
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(!page.headers.contains_key("set-cookie"));

    // The old session is over, and the new one is Bob's.
    let home = demo.home(&mut tab).await;
    assert!(home.body.contains("any name will do"), "{}", home.body);
    let home = demo.home(&mut ann).await;
    assert!(home.body.contains("Signed in as </span>Bob"));
    assert!(!home.body.contains("Pictures"));
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    assert!(demo.home(&mut ann).await.body.contains("Pictures"));
    demo.app.stop().await;
}
