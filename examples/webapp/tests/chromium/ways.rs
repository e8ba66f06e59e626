//! What a user does with the mouse, and what comes of it.

use crate::chrome::Visit;

pub(crate) async fn allow(visit: Visit) {
    visit.sign_in("Allowing Ann").await;
    visit.says("Nothing is connected yet").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.heading("Your accounts").await;
    visit.says("1 account").await;
    visit.press("Check").await;
    visit.says("Holiday pictures answers: all is well.").await;
}

pub(crate) async fn deny(visit: Visit) {
    visit.sign_in("Denying Dora").await;
    visit.ask_for("Instagram", "Holiday pictures").await;
    visit.press("Deny").await;
    visit.heading("Nothing was connected").await;
    visit.press("Begin again").await;
    visit.heading("Connect Instagram").await;
    visit.press("Cancel").await;
    visit.says("Nothing is connected yet").await;
}

pub(crate) async fn renew(visit: Visit) {
    visit.sign_in("Renewing Rita").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.press("Renew consent").await;
    visit.heading("Allow access to Instagram?").await;
    visit.press("Allow").await;
    visit.says("Holiday pictures has your consent anew.").await;
    visit.says("Consent renewed").await;
    visit.says("1 account").await;
}

pub(crate) async fn pause(visit: Visit) {
    visit.sign_in("Pausing Paul").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.press("Pause").await;
    visit.says("Holiday pictures is paused.").await;
    visit.press("Resume").await;
    visit.says("Holiday pictures is on again.").await;
}

pub(crate) async fn disconnect(visit: Visit) {
    visit.sign_in("Leaving Lea").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.press("Disconnect").await;
    visit.heading("Disconnect Holiday pictures?").await;
    visit.press("Keep it").await;
    visit.says("1 account").await;
    visit.press("Disconnect").await;
    visit.heading("Disconnect Holiday pictures?").await;
    visit.press("Disconnect").await;
    visit.says("The account is disconnected").await;
    visit.says("Nothing is connected yet").await;
}

pub(crate) async fn expired(visit: Visit) {
    visit.sign_in("Slow Sam").await;
    visit.ask_for("Instagram", "Holiday pictures").await;
    visit.press("Allow").await;
    visit.heading("That took too long").await;
    visit.says("For our support").await;
    visit.press("To your accounts").await;
    visit.says("Nothing is connected yet").await;
}

pub(crate) async fn tampered(visit: Visit) {
    visit.sign_in("Careful Carl").await;
    visit.open("/callback?code=stolen&state=guessed").await;
    visit
        .heading("We can't match this to anything you began")
        .await;
    visit.press("To your accounts").await;
    visit.says("Nothing is connected yet").await;
}

pub(crate) async fn replayed(visit: Visit) {
    visit.sign_in("Twice Tina").await;
    visit.ask_for("Instagram", "Holiday pictures").await;
    visit.press("Deny").await;
    visit.heading("Nothing was connected").await;
    visit.driver.refresh().await.expect("a page");
    visit.heading("This answer was already used").await;
}

pub(crate) async fn html_in_a_name(visit: Visit) {
    visit.sign_in("<b>Bold Bea</b>").await;
    visit.says("<b>Bold Bea</b>").await;
    let name = "<img src=x onerror=alert(1)> & <i>me</i>";
    visit.connect("Instagram", name).await;
    let added = visit
        .ask("return document.querySelectorAll('img, i, b').length")
        .await;
    assert_eq!(added, 0, "what users write is no part of the page");
}

/// Two tabs of one browser, each with a flow of its own; the second is finished first.
pub(crate) async fn two_tabs(visit: Visit) {
    visit.sign_in("Tabbing Toni").await;
    let first = visit.driver.window().await.expect("a tab");
    visit.ask_for("Instagram", "First pictures").await;
    let second = visit.driver.new_tab().await.expect("a tab");
    for (tab, begins) in [(&second, true), (&first, false)] {
        let switched = visit.driver.switch_to_window(tab.clone()).await;
        switched.expect("a tab");
        if begins {
            visit.open("/").await;
            visit.ask_for("Instagram", "Second pictures").await;
        }
        visit.press("Allow").await;
        visit.heading("Your accounts").await;
    }
    visit.says("2 accounts").await;
}

/// Another tab signs out while the user is at the provider. Whoever signs in again goes on.
pub(crate) async fn signed_out(visit: Visit) {
    visit.sign_in("Leaving Lou").await;
    let first = visit.driver.window().await.expect("a tab");
    visit.ask_for("Instagram", "Holiday pictures").await;
    let second = visit.driver.new_tab().await.expect("a tab");
    let switched = visit.driver.switch_to_window(second).await;
    switched.expect("a tab");
    visit.open("/").await;
    visit.press("Sign out").await;
    visit.says("any name will do").await;
    let switched = visit.driver.switch_to_window(first).await;
    switched.expect("a tab");
    visit.press("Allow").await;
    visit.heading("You are signed out").await;
    let callback = visit.url().await;
    visit.sign_in("Leaving Lou").await;
    visit.driver.goto(&callback).await.expect("a page");
    visit.says("Holiday pictures is connected.").await;
}

/// What changes at the provider appears in a page that is open, and to its owner alone.
pub(crate) async fn live(visit: Visit) {
    visit.sign_in("Watching Wim").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.says("Nothing has changed").await;
    visit.ask("window.stays = true").await;
    for (what, object, said) in [
        ("CREATED", "7", "media 7 was added in Holiday pictures"),
        (
            "UPDATED",
            "<b>8</b>",
            "media <b>8</b> was changed in Holiday pictures",
        ),
    ] {
        visit.report(what, object).await;
        visit.says(said).await;
        let news = visit
            .ask("return document.getElementById('changes-news').textContent")
            .await;
        let news = news.as_str().unwrap_or_default();
        assert!(news.starts_with(said), "read aloud is {news:?}");
    }
    assert_eq!(
        visit.ask("return window.stays").await,
        true,
        "it was never loaded anew"
    );
    visit.driver.refresh().await.expect("a page");
    visit.says("media 7 was added").await;
    visit.press("Sign out").await;
    visit.sign_in("Somebody Else").await;
    assert!(!visit.text().await.contains("media"));
}
