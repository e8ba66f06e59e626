//! Everything that can be done, with Tab, Enter and letters.

use thirtyfour::prelude::*;

use crate::visit::Visit;

#[tokio::test(flavor = "multi_thread")]
async fn alone() {
    let visit = Visit::start().await;
    visit.open("/").await;
    // The first stop lets those who can't see the page skip what is the same on each.
    press(&visit, Key::Tab + "").await;
    assert_eq!(focused(&visit).await, "Skip to the content");
    reach(&visit, "field-user").await;
    press(&visit, "Keyboard Kim").await;
    enter(&visit).await;
    visit.heading("Your accounts").await;

    reach_and_enter(&visit, "Connect Instagram").await;
    visit.heading("Connect Instagram").await;
    reach(&visit, "field-account-name").await;
    // Nothing is filled in: the page says so, and is where it has to be.
    enter(&visit).await;
    visit.says("Please fill this in").await;
    assert_eq!(
        focused(&visit).await,
        "field-account-name",
        "what is missing has the focus"
    );
    press(&visit, "Pictures").await;
    reach_and_enter(&visit, "Continue to Instagram").await;
    visit.heading("Allow access to Instagram?").await;
    reach_and_enter(&visit, "Allow").await;
    visit.says("Pictures is connected.").await;
    assert_eq!(focused(&visit).await, "notice", "the news is read first");

    reach_and_enter(&visit, "Check Pictures").await;
    visit.says("all is well").await;
    reach_and_enter(&visit, "Pause Pictures").await;
    visit.says("is paused").await;
    reach_and_enter(&visit, "Resume Pictures").await;
    visit.says("is on again").await;
    reach_and_enter(&visit, "Renew consent Pictures").await;
    visit.heading("Allow access to Instagram?").await;
    reach_and_enter(&visit, "Allow").await;
    visit.says("has your consent anew").await;
    reach_and_enter(&visit, "Disconnect Pictures").await;
    visit.heading("Disconnect Pictures?").await;
    reach_and_enter(&visit, "Disconnect").await;
    visit.says("Nothing is connected yet").await;
    reach_and_enter(&visit, "Sign out").await;
    visit.says("any name will do").await;
    visit.leave().await;
}

async fn press(visit: &Visit, keys: impl Into<TypingData>) {
    let chain = visit.driver.action_chain().send_keys(keys);
    chain.perform().await.expect("keys");
}

/// What comes of it is waited for by whoever presses it. The driver calls it an error if the page is
/// left before the key is up again.
async fn enter(visit: &Visit) {
    let chain = visit.driver.action_chain().send_keys(Key::Enter + "");
    let _ = chain.perform().await;
}

/// What has the focus: its id, or else what it says to those who can't see it. Nothing if it is
/// the page as a whole.
async fn focused(visit: &Visit) -> String {
    let script = r"
        const it = document.activeElement;
        if (it === document.body) return '';
        if (it.id) return it.id;
        const said = it.cloneNode(true);
        said.querySelectorAll('[aria-hidden]').forEach(unsaid => unsaid.remove());
        return said.textContent.replace(/\s+/g, ' ').trim();
    ";
    let focused = visit.ask(script).await;
    focused.as_str().unwrap_or_default().to_owned()
}

/// Tabs to it, as often as a patient person would. Wherever the focus is, it must be seen.
async fn reach(visit: &Visit, wanted: &str) {
    let mut passed = Vec::new();
    while passed.len() < 40 {
        press(visit, Key::Tab + "").await;
        let at = focused(visit).await;
        let outline = "return getComputedStyle(document.activeElement).outlineStyle";
        let is_seen = at.is_empty() || visit.ask(outline).await != "none";
        assert!(is_seen, "{at:?} has the focus, and doesn't show it");
        if at.starts_with(wanted) {
            return;
        }
        passed.push(at);
    }
    panic!("{wanted:?} is not reached by Tab, but {passed:?}");
}

async fn reach_and_enter(visit: &Visit, wanted: &str) {
    reach(visit, wanted).await;
    enter(visit).await;
}
