//! The whole way of an account.

use std::time::Duration;

use ce_sandbox::{Fault, FaultRule, Operation};
use reqwest::StatusCode;

use crate::demo::Demo;
use crate::fixture::browser::says;

#[tokio::test]
async fn an_account_is_connected_checked_paused_renewed_and_disconnected() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Holiday pictures").await;
    let page = ann.get(&callback).await;
    let home = ann.follow(&page).await;
    says(&home, "Holiday pictures is connected.");
    let before = demo.instance();
    assert_eq!(before.name, "Holiday pictures");
    let tags = &before.tags;
    assert!(tags.is_empty(), "the flow's tag is taken off: {tags:?}");
    // What was done is said on the page that it leads to, and on no other.
    let home = ann.home().await;
    assert!(!home.contains("is connected."));
    says(&home, "state-well");
    says(&home, "1 account<");

    let account = format!("/accounts/{}", before.id);
    let mut press = async |button: &str| {
        let page = ann.press(&format!("{account}/{button}")).await;
        ann.follow(&page).await
    };
    says(&press("check").await, "answers: all is well.");
    let home = press("disable").await;
    says(&home, "Holiday pictures is paused.");
    says(&home, "state-paused");
    assert!(demo.instance().disabled);
    says(&press("check").await, "did not let us in.");
    says(&press("enable").await, "is on again.");
    assert!(!demo.instance().disabled);

    let consent = ann.press(&format!("{account}/authorize")).await;
    let callback = ann.decide(&consent.location(), "allow").await;
    let page = ann.get(&callback).await;
    let home = ann.follow(&page).await;
    says(&home, "Holiday pictures has your consent anew.");
    says(&home, "Consent renewed");
    let after = demo.instance();
    assert_eq!(after.expose_token(), before.expose_token());
    assert_eq!(demo.sandbox().created(), 1);

    let page = ann.get(&format!("{account}/disconnect")).await;
    assert_eq!(page.heading(), "Disconnect Holiday pictures?");
    says(&page.body, "href=\"/\">Keep it");
    let page = ann.press(&format!("{account}/disconnect")).await;
    let home = ann.follow(&page).await;
    says(&home, "The account is disconnected");
    says(&home, "Nothing is connected yet");
    assert!(demo.sandbox().instances().is_empty());
}

#[tokio::test]
async fn a_lost_answer_to_a_renewal_does_no_harm() {
    let demo = Demo::start().await;
    let mut ann = demo.connected("Ann").await;
    let url = format!("/accounts/{}/authorize", demo.instance().id);
    let consent = ann.press(&url).await;
    let callback = ann.decide(&consent.location(), "allow").await;
    demo.fail(Fault::LoseAnswer, Operation::Instances);
    let page = ann.get(&callback).await;
    assert_eq!(page.heading(), "We don't know whether it worked");
    demo.sandbox().clear_faults();
    let home = ann.home().await;
    says(&home, "state-well");
    assert!(!home.contains("Look again"), "there is nothing to look for");
}

#[tokio::test]
async fn an_element_that_needs_more_asks_for_it() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let url = "/connect/shopify";
    let mut fields = vec![("account-name", "My <shop>")];
    let page = ann.post(url, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&page.body, "aria-invalid=\"true\"");
    says(&page.body, "value=\"My &lt;shop&gt;\"");
    says(&page.body, "href=\"/\">Cancel");

    fields.push(("shopify.site.address", "ann"));
    let consent = ann.post(url, &fields).await.location();
    let callback = ann.decide(&consent, "allow").await;
    ann.get(&callback).await;
    assert_eq!(demo.instance().element_key, "shopify");
}

#[tokio::test]
async fn errors_of_the_platform_are_told_with_the_ids_that_support_asks_for() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let url = "/connect/instagram";
    let fields = [("account-name", "Pictures")];
    let after = Duration::from_secs(7);
    demo.fail(Fault::TooManyRequests { after }, Operation::OAuthUrl);
    let page = ann.post(url, &fields).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.heading(), "The platform is busy");
    assert_eq!(page.headers["retry-after"], "7");
    let served = demo.sandbox().served();
    let theirs = &served.last().unwrap().request_id;
    says(&page.body, theirs.as_str());
    let ours = page.headers["x-request-id"].to_str().unwrap();
    says(&page.body, ours);

    demo.sandbox()
        .set_faults([FaultRule::new(Fault::HtmlBadGateway)]);
    let page = ann.post(url, &fields).await;
    assert!(page.status.is_server_error(), "{}", page.status);
}
