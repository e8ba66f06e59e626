//! The web application in a real browser: Chromium, driven by WebDriver, with the mouse and with the keyboard
//! alone. It shows, too, what fits, what can be read, and what the script does.
//!
//! `examples/webapp/browser/run.sh` installs both and runs this. With `SCREENSHOTS=FOLDER` it
//! writes the two pictures of the README there.

// A test: a panic is how it fails.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "../fixture/mod.rs"]
mod fixture;
mod keyboard;
mod looks;
mod mouse;
mod visit;

use visit::Visit;

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
