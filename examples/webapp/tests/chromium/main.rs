//! The web application in a real browser: Chromium, driven by WebDriver. It shows what no other test can: that
//! the keyboard is enough, what fits, what can be read, and what the script does.
//!
//! `examples/webapp/browser/run.sh` installs both and runs this. With `SCREENSHOTS=FOLDER` it
//! writes the two pictures of the README there.

// A test: a panic is how it fails.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "../fixture/mod.rs"]
mod fixture;
mod keyboard;
mod looks;
mod visit;

use visit::Visit;

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

/// What changes at the provider appears in a page that is open, and to its owner alone.
#[tokio::test(flavor = "multi_thread")]
async fn changes_as_they_happen() {
    let visit = Visit::start().await;
    visit.sign_in("Watching Wim").await;
    visit.connect("Instagram", "Holiday pictures").await;
    visit.says("Nothing has changed").await;
    visit.ask("window.stays = true").await;
    for (what, object, happened) in [
        ("CREATED", "7", "added"),
        ("UPDATED", "<b>8</b>", "changed"),
    ] {
        visit.report(what, object);
        let said = format!("media {object} was {happened} in Holiday pictures");
        visit.says(&said).await;
        let news = "return document.getElementById('changes-news').textContent";
        let news = visit.ask(news).await;
        let news = news.as_str().unwrap_or_default();
        assert!(news.starts_with(&said), "read aloud is {news:?}");
    }
    let stays = visit.ask("return window.stays").await;
    assert_eq!(stays, true, "it was never loaded anew");
    visit.driver.refresh().await.expect("a page");
    visit.says("media 7 was added").await;
    visit.press("Sign out").await;
    visit.sign_in("Somebody Else").await;
    let body = visit.ask("return document.body.innerText").await;
    assert!(!body.as_str().expect("text").contains("media"), "{body}");
    visit.leave().await;
}
