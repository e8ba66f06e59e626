//! The whole way of an account, and every way in which it may end, page by page.

// A test: a panic is how it fails.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod browser;

use std::time::Duration;

use browser::Browser;
use ce_async::Limits;
use ce_async::reqwest::StatusCode;
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_webapp::{Running, Settings, start};

struct Demo {
    app: Running,
    url: String,
}

impl Demo {
    async fn start() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        // A lost answer is looked into for a timestamp, and not for minutes.
        settings.limits = Limits::default()
            .timeout(Duration::from_secs(2))
            .recovery_timeout(Duration::from_millis(200))
            .max_attempts(1);
        change(&mut settings);
        let app = start(settings).await.unwrap();
        let url = format!("http://{}", app.address());
        Self { app, url }
    }

    fn sandbox(&self) -> &Sandbox {
        self.app.sandbox().unwrap()
    }

    /// Begins a flow, and has the user allow it: the callback's URL.
    async fn allowed(&self, browser: &mut Browser, name: &str) -> String {
        let consent = browser.begin(&self.url, "instagram", name).await;
        browser.decide(&consent, "allow").await
    }

    async fn home(&self, browser: &mut Browser) -> browser::Page {
        browser.get(&format!("{}/", self.url)).await
    }
}

#[tokio::test]
async fn an_account_is_connected_tended_and_disconnected() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Holiday pictures").await;
    let page = ann.get(&callback).await;
    assert_eq!(
        (page.status, page.location().as_str()),
        (StatusCode::SEE_OTHER, "/")
    );

    let page = demo.home(&mut ann).await;
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
    // A notice is shown once.
    let page = demo.home(&mut ann).await;
    assert!(!page.body.contains("is connected."));
    assert!(page.body.contains("state-well"));

    ann.press(&demo.url, &format!("{account}/check")).await;
    assert!(demo.home(&mut ann).await.body.contains("all is well"));

    let page = ann.get(&format!("{}{account}/disconnect", demo.url)).await;
    assert_eq!(page.heading(), "Disconnect Holiday pictures?");
    ann.press(&demo.url, &format!("{account}/disconnect")).await;
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
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Pictures").await;
    ann.get(&callback).await;
    let before = demo.sandbox().instances().remove(0);
    let account = format!("/accounts/{}", before.id);

    ann.press(&demo.url, &format!("{account}/disable")).await;
    assert!(demo.sandbox().instances()[0].disabled);
    let home = demo.home(&mut ann).await;
    assert!(home.body.contains("state-paused"), "{}", home.body);
    ann.press(&demo.url, &format!("{account}/check")).await;
    let home = demo.home(&mut ann).await;
    assert!(
        home.body.contains("Pictures did not let us in."),
        "{}",
        home.body
    );

    ann.press(&demo.url, &format!("{account}/enable")).await;
    assert!(!demo.sandbox().instances()[0].disabled);

    let consent = ann.press(&demo.url, &format!("{account}/authorize")).await;
    let callback = ann.decide(&consent.location(), "allow").await;
    ann.get(&callback).await;
    let home = demo.home(&mut ann).await;
    assert!(
        home.body.contains("Pictures has your consent anew."),
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
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Pictures").await;
    ann.get(&callback).await;
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
    let csrf = ann.get(&url).await.csrf();
    let mut fields = vec![("csrf", csrf), ("name", "My <shop>".to_owned())];
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
async fn a_denial_is_no_error_and_leaves_nothing() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let consent = ann.begin(&demo.url, "instagram", "Pictures").await;
    let callback = ann.decide(&consent, "deny").await;
    let page = ann.get(&callback).await;
    assert_eq!(
        (page.status, page.heading().as_str()),
        (StatusCode::OK, "Nothing was connected")
    );
    assert!(
        page.body.contains("/connect/instagram"),
        "it can be begun again"
    );
    let page = ann.get(&callback).await;
    assert_eq!(page.heading(), "This answer was already used");
    assert_eq!(demo.sandbox().created(), 0);
    demo.app.stop().await;
}

#[tokio::test]
async fn a_providers_refusal_is_not_laid_at_the_users_door() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    for (error, status, heading) in [
        (
            "temporarily_unavailable",
            StatusCode::SERVICE_UNAVAILABLE,
            "They can't answer just now",
        ),
        (
            "invalid_scope",
            StatusCode::BAD_GATEWAY,
            "They turned us away",
        ),
    ] {
        let consent = ann.begin(&demo.url, "instagram", "Pictures").await;
        let callback = ann.decide(&consent, "deny").await;
        let callback = callback
            .replace("access_denied", error)
            .replace("error_reason=user_denied", "x=y");
        let page = ann.get(&callback).await;
        assert_eq!((page.status, page.heading().as_str()), (status, heading));
        assert!(!page.body.contains("You didn't"), "{}", page.body);
        assert!(page.body.contains("/connect/instagram"));
        let page = ann.get(&callback).await;
        assert_eq!(page.heading(), "This answer was already used");
    }
    assert_eq!(demo.sandbox().created(), 0);
    demo.app.stop().await;
}

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
async fn a_lost_answer_is_said_to_be_lost_and_looked_for_again() {
    let demo = Demo::with(|settings| settings.takeover = Duration::from_secs(600)).await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Pictures").await;
    demo.sandbox().set_faults([
        FaultRule::new(Fault::LoseAnswer).on(Operation::CreateInstance),
        FaultRule::new(Fault::HtmlBadGateway).on(Operation::Instances),
    ]);
    let page = ann.get(&callback).await;
    assert_eq!(page.status, StatusCode::ACCEPTED);
    assert_eq!(page.heading(), "We don't know yet whether it worked");
    assert_eq!(demo.sandbox().created(), 1);
    let look = page.between("action=\"/flows/", "\"");
    let look = format!("{}/flows/{look}", demo.url);
    let csrf = [("csrf", page.csrf())];

    let home = demo.home(&mut ann).await;
    assert!(home.body.contains("Look again"), "{}", home.body);
    let page = ann.post(&look, &csrf).await;
    assert_eq!(page.heading(), "We don't know yet whether it worked");

    demo.sandbox().clear_faults();
    // Nobody else may have it looked for.
    let mut bob = Browser::signed_in(&demo.url, "Bob").await;
    let csrf_of_bob = demo.home(&mut bob).await.csrf();
    let page = bob.post(&look, &[("csrf", csrf_of_bob)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);

    let page = ann.post(&look, &csrf).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
    assert!(
        demo.home(&mut ann)
            .await
            .body
            .contains("Pictures is connected.")
    );
    assert_eq!(demo.sandbox().created(), 1);
    demo.app.stop().await;
}

#[tokio::test]
async fn an_answer_that_was_lost_with_the_instance_is_not_held_for_one() {
    // Looked for as long as a creation takes, or it could not be known.
    let short = Duration::from_millis(100);
    let demo = Demo::with(|settings| settings.limits = settings.limits.provisioning_timeout(short));
    let demo = demo.await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let callback = demo.allowed(&mut ann, "Pictures").await;
    let stall = FaultRule::new(Fault::AcceptAndClose).on(Operation::CreateInstance);
    demo.sandbox().set_faults([stall]);
    let page = ann.get(&callback).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert_eq!(page.heading(), "The account wasn't connected");
    let home = demo.home(&mut ann).await;
    assert!(home.body.contains("Not connected"), "{}", home.body);
    demo.app.stop().await;
}

#[tokio::test]
async fn errors_of_the_platform_are_told_with_the_ids_that_support_asks_for() {
    let demo = Demo::start().await;
    let mut ann = Browser::signed_in(&demo.url, "Ann").await;
    let url = format!("{}/connect/instagram", demo.url);
    let csrf = ann.get(&url).await.csrf();
    let fields = [("csrf", csrf), ("name", "Pictures".to_owned())];
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
