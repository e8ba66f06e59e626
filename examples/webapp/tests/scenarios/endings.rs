//! Every way in which a flow may end other than well.

use std::time::Duration;

use ce_sandbox::{Fault, FaultRule, Operation};
use reqwest::StatusCode;

use crate::demo::Demo;
use crate::fixture::browser::says;

#[tokio::test]
async fn a_denial_is_no_error_and_a_providers_refusal_not_the_users() {
    let demo = Demo::start().await;
    let mut ann = demo.user("Ann").await;
    let (busy, wrong) = (StatusCode::SERVICE_UNAVAILABLE, StatusCode::BAD_GATEWAY);
    for (error, reason, status, heading) in [
        (
            "access_denied",
            "user_denied",
            StatusCode::OK,
            "Nothing was connected",
        ),
        (
            "temporarily_unavailable",
            "",
            busy,
            "They can't answer just now",
        ),
        ("invalid_scope", "", wrong, "They turned us away"),
    ] {
        let consent = ann.begin("instagram", "Pictures").await;
        let callback = ann.decide(&consent, "deny").await;
        let callback = callback.replace("user_denied", reason);
        let callback = callback.replace("access_denied", error);
        let page = ann.get(&callback).await;
        assert_eq!((page.status, page.heading()), (status, heading));
        let is_said_to_be_theirs = page.body.contains("You didn't allow access");
        assert_eq!(is_said_to_be_theirs, status == StatusCode::OK, "{heading}");
        says(&page.body, "href=\"/connect/instagram\">Begin again");
        says(&page.body, "href=\"/\">To your accounts");
        let page = ann.get(&callback).await;
        assert_eq!(page.heading(), "This answer was already used");
    }
    assert_eq!(demo.sandbox().created(), 0);
}

#[tokio::test]
async fn a_lost_answer_is_said_to_be_lost_and_looked_for_again() {
    let demo = Demo::with(|settings| settings.takeover = Duration::from_secs(600)).await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Pictures").await;
    demo.sandbox().set_faults([
        FaultRule::new(Fault::LoseAnswer).on(Operation::CreateInstance),
        FaultRule::new(Fault::HtmlBadGateway).on(Operation::Instances),
    ]);
    let page = ann.get(&callback).await;
    assert_eq!(page.status, StatusCode::ACCEPTED);
    assert_eq!(page.heading(), "We don't know yet whether it worked");
    assert_eq!(demo.sandbox().created(), 1);
    let look = format!("/flows/{}", page.between("action=\"/flows/", "\""));
    says(&ann.home().await, "Look again");
    let page = ann.press(&look).await;
    assert_eq!(page.heading(), "We don't know yet whether it worked");

    demo.sandbox().clear_faults();
    // Nobody else may have it looked for.
    let page = demo.user("Bob").await.press(&look).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);

    let page = ann.press(&look).await;
    says(&ann.follow(&page).await, "Pictures is connected.");
    assert_eq!(demo.sandbox().created(), 1);
}

#[tokio::test]
async fn an_answer_that_was_lost_with_the_instance_is_not_held_for_one() {
    // Looked for as long as a creation takes, or it could not be known.
    let short = Duration::from_millis(100);
    let demo = Demo::with(|settings| settings.limits = settings.limits.provisioning_timeout(short));
    let demo = demo.await;
    let mut ann = demo.user("Ann").await;
    let callback = ann.allowed("Pictures").await;
    demo.fail(Fault::AcceptAndClose, Operation::CreateInstance);
    let page = ann.get(&callback).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert_eq!(page.heading(), "The account wasn't connected");
    says(&ann.home().await, "Not connected");
}
