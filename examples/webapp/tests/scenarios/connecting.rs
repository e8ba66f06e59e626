//! The whole way of an account.

use std::time::Duration;

use ce_async::reqwest::StatusCode;
use ce_sandbox::{Fault, FaultRule, Operation};

use crate::browser::Browser;
use crate::demo::{Demo, connected};

#[tokio::test]
async fn an_account_is_connected_checked_and_disconnected() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Holiday pictures").await;
    let page = ann.get(&callback).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);

    let page = demo.follow(&mut ann, &page).await;
    assert!(
        page.body.contains("Holiday pictures is connected."),
        "{}",
        page.body
    );
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
    let page = demo.home(&mut ann).await;
    assert!(!page.body.contains("is connected."));
    assert!(page.body.contains("state-well"));

    let page = ann.press(&demo.url, &format!("{account}/check")).await;
    let home = demo.follow(&mut ann, &page).await;
    assert!(home.body.contains("Holiday pictures answers: all is well."));

    let page = ann.get(&format!("{}{account}/disconnect", demo.url)).await;
    assert_eq!(page.heading(), "Disconnect Holiday pictures?");
    let page = ann.press(&demo.url, &format!("{account}/disconnect")).await;
    let home = demo.follow(&mut ann, &page).await;
    assert!(home.body.contains("The account is disconnected"));
    assert!(
        demo.home(&mut ann)
            .await
            .body
            .contains("Nothing is connected yet")
    );
    assert!(demo.sandbox().instances().is_empty());
    demo.app.stop().await;
}

#[tokio::test]
async fn an_account_is_paused_resumed_and_renewed() {
    let demo = Demo::start().await;
    let mut ann = connected(&demo, "Ann").await;
    let before = demo.sandbox().instances().remove(0);
    let account = format!("/accounts/{}", before.id);

    let page = ann.press(&demo.url, &format!("{account}/disable")).await;
    assert!(demo.sandbox().instances()[0].disabled);
    let home = demo.follow(&mut ann, &page).await;
    assert!(home.body.contains("Ann's pictures is paused."));
    assert!(home.body.contains("state-paused"), "{}", home.body);
    let page = ann.press(&demo.url, &format!("{account}/check")).await;
    let home = demo.follow(&mut ann, &page).await;
    assert!(
        home.body.contains("Ann's pictures did not let us in."),
        "{}",
        home.body
    );

    ann.press(&demo.url, &format!("{account}/enable")).await;
    assert!(!demo.sandbox().instances()[0].disabled);

    let consent = ann.press(&demo.url, &format!("{account}/authorize")).await;
    let callback = ann.decide(&consent.location(), "allow").await;
    let page = ann.get(&callback).await;
    let home = demo.follow(&mut ann, &page).await;
    assert!(
        home.body.contains("Ann's pictures has your consent anew."),
        "{}",
        home.body
    );
    assert!(home.body.contains("Consent renewed"), "{}", home.body);
    let after = demo.sandbox().instances().remove(0);
    assert_eq!(
        (after.id, after.expose_token()),
        (before.id, before.expose_token())
    );
    assert_eq!(demo.sandbox().created(), 1);
    demo.app.stop().await;
}

#[tokio::test]
async fn a_lost_answer_to_a_renewal_does_no_harm() {
    let demo = Demo::start().await;
    let mut ann = connected(&demo, "Ann").await;
    let id = demo.sandbox().instances()[0].id;
    let consent = ann
        .press(&demo.url, &format!("/accounts/{id}/authorize"))
        .await;
    let callback = ann.decide(&consent.location(), "allow").await;
    let lose = FaultRule::new(Fault::LoseAnswer).on(Operation::Instances);
    demo.sandbox().set_faults([lose]);
    let page = ann.get(&callback).await;
    assert_eq!(page.heading(), "We don't know whether it worked");
    demo.sandbox().clear_faults();
    let home = demo.home(&mut ann).await;
    assert!(
        home.body.contains("state-well"),
        "the account is as it was: {}",
        home.body
    );
    assert!(
        !home.body.contains("Look again"),
        "there is nothing to look for"
    );
    demo.app.stop().await;
}

#[tokio::test]
async fn an_element_that_needs_more_asks_for_it() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let url = format!("{}/connect/shopify", demo.url);
    let mut fields = vec![("name", "My <shop>".to_owned())];
    let page = ann.post(&url, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("aria-invalid=\"true\""));
    assert!(
        page.body.contains("value=\"My &lt;shop&gt;\""),
        "what was filled in stays"
    );

    fields.push(("shopify.site.address", "ann".to_owned()));
    let consent = ann.post(&url, &fields).await.location();
    let callback = ann.decide(&consent, "allow").await;
    ann.get(&callback).await;
    assert_eq!(demo.sandbox().instances()[0].element_key, "shopify");
    demo.app.stop().await;
}

#[tokio::test]
async fn errors_of_the_platform_are_told_with_the_ids_that_support_asks_for() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let url = format!("{}/connect/instagram", demo.url);
    let fields = [("name", "Pictures".to_owned())];
    let busy = Fault::TooManyRequests {
        after: Duration::from_secs(7),
    };
    demo.sandbox()
        .set_faults([FaultRule::new(busy).on(Operation::OAuthUrl)]);
    let page = ann.post(&url, &fields).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.heading(), "The platform is busy");
    assert_eq!(page.headers["retry-after"], "7");
    let served = demo.sandbox().served();
    let theirs = &served.last().unwrap().request_id;
    assert!(
        page.body.contains(theirs.as_str()),
        "{theirs}: {}",
        page.body
    );
    let ours = page.headers["x-request-id"].to_str().unwrap();
    assert!(page.body.contains(ours), "{ours}: {}", page.body);

    demo.sandbox()
        .set_faults([FaultRule::new(Fault::HtmlBadGateway)]);
    let page = ann.post(&url, &fields).await;
    assert!(page.status.is_server_error(), "{}", page.status);
    demo.app.stop().await;
}
