//! What a user does with the mouse, and what comes of it.

use std::time::Duration;

use crate::visit::Visit;

#[tokio::test(flavor = "multi_thread")]
async fn connect_check_pause_renew_and_disconnect() {
    let visit = Visit::start().await;
    visit.sign_in("Allowing Ann").await;
    visit.says("Nothing is connected yet").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.says("1 account").await;
    visit.press("Check").await;
    visit.says("Holiday pictures answers: all is well.").await;
    visit.press("Pause").await;
    visit.says("Holiday pictures is paused.").await;
    visit.press("Resume").await;
    visit.says("Holiday pictures is on again.").await;
    visit.press("Renew consent").await;
    visit.heading("Allow access to Instagram?").await;
    visit.press("Allow").await;
    visit.says("Holiday pictures has your consent anew.").await;
    visit.says("1 account").await;
    visit.press("Disconnect").await;
    visit.heading("Disconnect Holiday pictures?").await;
    visit.press("Keep it").await;
    visit.says("1 account").await;
    visit.press("Disconnect").await;
    visit.heading("Disconnect Holiday pictures?").await;
    visit.press("Disconnect").await;
    visit.says("The account is disconnected").await;
    visit.says("Nothing is connected yet").await;
    visit.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denial_is_told_and_its_callback_works_once() {
    let visit = Visit::start().await;
    visit.sign_in("Denying Dora").await;
    visit.ask_for("Instagram", "Holiday pictures").await;
    visit.press("Deny").await;
    visit.heading("Nothing was connected").await;
    visit.press("Begin again").await;
    visit.heading("Connect Instagram").await;
    visit.press("Cancel").await;
    visit.says("Nothing is connected yet").await;
    visit.ask_for("Instagram", "Holiday pictures").await;
    visit.press("Deny").await;
    visit.heading("Nothing was connected").await;
    visit.driver.refresh().await.expect("a page");
    visit.heading("This answer was already used").await;
    visit.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_that_expired_and_a_state_that_was_tampered_with() {
    let visit = Visit::start_with(|settings| settings.flow_lifetime = Duration::ZERO).await;
    visit.sign_in("Slow Sam").await;
    visit.ask_for("Instagram", "Holiday pictures").await;
    visit.press("Allow").await;
    visit.heading("That took too long").await;
    visit.says("For our support").await;
    visit.press("To your accounts").await;
    visit.says("Nothing is connected yet").await;
    visit.open("/callback?code=stolen&state=guessed").await;
    visit
        .heading("We can't match this to anything you began")
        .await;
    visit.press("To your accounts").await;
    visit.says("Nothing is connected yet").await;
    visit.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn html_in_a_name_is_text() {
    let visit = Visit::start().await;
    visit.sign_in("<b>Bold Bea</b>").await;
    visit.says("<b>Bold Bea</b>").await;
    let name = "<img src=x onerror=alert(1)> & <i>me</i>";
    visit.connect("Instagram", name).await;
    let added = "return document.querySelectorAll('img, i, b').length";
    let added = visit.ask(added).await;
    assert_eq!(added, 0, "what users write is no part of the page");
    visit.leave().await;
}

/// Two tabs of one browser, each with a flow of its own; the second is finished first.
#[tokio::test(flavor = "multi_thread")]
async fn two_flows_in_two_tabs() {
    let visit = Visit::start().await;
    visit.sign_in("Tabbing Toni").await;
    let first = visit.driver.window().await.expect("a tab");
    visit.ask_for("Instagram", "First pictures").await;
    let second = visit.driver.new_tab().await.expect("a tab");
    visit.switch_to(&second).await;
    visit.open("/").await;
    visit.ask_for("Instagram", "Second pictures").await;
    visit.press("Allow").await;
    visit.says("Second pictures is connected.").await;
    visit.switch_to(&first).await;
    visit.press("Allow").await;
    visit.says("First pictures is connected.").await;
    visit.says("2 accounts").await;
    visit.leave().await;
}

/// Another tab signs out while the user is at the provider. Whoever signs in again goes on.
#[tokio::test(flavor = "multi_thread")]
async fn signed_out_meanwhile() {
    let visit = Visit::start().await;
    visit.sign_in("Leaving Lou").await;
    let first = visit.driver.window().await.expect("a tab");
    visit.ask_for("Instagram", "Holiday pictures").await;
    let second = visit.driver.new_tab().await.expect("a tab");
    visit.switch_to(&second).await;
    visit.open("/").await;
    visit.press("Sign out").await;
    visit.says("any name will do").await;
    visit.switch_to(&first).await;
    visit.press("Allow").await;
    visit.heading("You are signed out").await;
    let callback = visit.driver.current_url().await.expect("an address");
    visit.sign_in("Leaving Lou").await;
    visit.driver.goto(callback.as_str()).await.expect("a page");
    visit.says("Holiday pictures is connected.").await;
    visit.leave().await;
}
