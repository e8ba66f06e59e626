//! The whole way of an account.

use std::time::Duration;

use ce_async::reqwest::StatusCode;
use ce_sandbox::{Fault, FaultRule, Operation};

use crate::demo::Demo;
use crate::fixture::browser::says;

#[tokio::test]
async fn an_account_is_connected_checked_and_disconnected() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Holiday pictures").await;
    let page = ann.get(&callback).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);

    let home = ann.follow(&page).await;
    says(&home, "Holiday pictures is connected.");
    let instances = demo.sandbox().instances();
    assert_eq!(instances.len(), 1);
    assert_eq!(instances[0].name, "Holiday pictures");
    assert!(
        instances[0].tags.is_empty(),
        "the flow's tag is taken off: {:?}",
        instances[0].tags
    );
    let account = format!("/accounts/{}", instances[0].id);
    // What was done is said on the page that it leads to, and on no other.
    let home = ann.home().await;
    assert!(!home.contains("is connected."));
    says(&home, "state-well");

    let page = ann.press(&format!("{account}/check")).await;
    let home = ann.follow(&page).await;
    says(&home, "Holiday pictures answers: all is well.");

    let page = ann.get(&format!("{account}/disconnect")).await;
    assert_eq!(page.heading(), "Disconnect Holiday pictures?");
    let page = ann.press(&format!("{account}/disconnect")).await;
    let home = ann.follow(&page).await;
    says(&home, "The account is disconnected");
    assert!(ann.home().await.contains("Nothing is connected yet"));
    assert!(demo.sandbox().instances().is_empty());
}

#[tokio::test]
async fn an_account_is_paused_resumed_and_renewed() {
    let demo = Demo::start().await;
    let mut ann = demo.connected("Ann").await;
    let before = demo.sandbox().instances().remove(0);
    let account = format!("/accounts/{}", before.id);

    let page = ann.press(&format!("{account}/disable")).await;
    assert!(demo.sandbox().instances()[0].disabled);
    let home = ann.follow(&page).await;
    says(&home, "Ann's pictures is paused.");
    says(&home, "state-paused");
    let page = ann.press(&format!("{account}/check")).await;
    let home = ann.follow(&page).await;
    says(&home, "Ann's pictures did not let us in.");

    ann.press(&format!("{account}/enable")).await;
    assert!(!demo.sandbox().instances()[0].disabled);

    let consent = ann.press(&format!("{account}/authorize")).await;
    let callback = ann.decide(&consent.location(), "allow").await;
    let page = ann.get(&callback).await;
    let home = ann.follow(&page).await;
    says(&home, "Ann's pictures has your consent anew.");
    says(&home, "Consent renewed");
    let after = demo.sandbox().instances().remove(0);
    assert_eq!(
        (after.id, after.expose_token()),
        (before.id, before.expose_token())
    );
    assert_eq!(demo.sandbox().created(), 1);
}

#[tokio::test]
async fn a_lost_answer_to_a_renewal_does_no_harm() {
    let demo = Demo::start().await;
    let mut ann = demo.connected("Ann").await;
    let id = demo.sandbox().instances()[0].id;
    let consent = ann.press(&format!("/accounts/{id}/authorize")).await;
    let callback = ann.decide(&consent.location(), "allow").await;
    let lose = FaultRule::new(Fault::LoseAnswer).on(Operation::Instances);
    demo.sandbox().set_faults([lose]);
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
    let mut fields = vec![("name", "My <shop>")];
    let page = ann.post(url, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&page.body, "aria-invalid=\"true\"");
    says(&page.body, "value=\"My &lt;shop&gt;\"");

    fields.push(("shopify.site.address", "ann"));
    let consent = ann.post(url, &fields).await.location();
    let callback = ann.decide(&consent, "allow").await;
    ann.get(&callback).await;
    assert_eq!(demo.sandbox().instances()[0].element_key, "shopify");
}

#[tokio::test]
async fn errors_of_the_platform_are_told_with_the_ids_that_support_asks_for() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let url = "/connect/instagram";
    let fields = [("name", "Pictures")];
    let busy = Fault::TooManyRequests {
        after: Duration::from_secs(7),
    };
    demo.sandbox()
        .set_faults([FaultRule::new(busy).on(Operation::OAuthUrl)]);
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
