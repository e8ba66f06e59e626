//! The web application in a real browser: Chromium, driven by WebDriver.
//!
//! `examples/webapp/browser/run.sh` installs both and runs this. With `SCREENSHOTS=FOLDER` it
//! writes the two pictures of the README there.

// A test: a panic is how it fails, and what it prints is what it is for.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod chrome;
mod keyboard;
mod looks;
mod ways;

use std::process::ExitCode;
use std::time::Duration;

use ce_webapp::{Running, Settings, start};
use chrome::Chromium;

#[tokio::main]
async fn main() -> ExitCode {
    // The library brings its own choice of cryptography; the driver's HTTP client, none.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let chromium = Chromium::start();
    let app = serve(|_| {}).await;
    let hasty = serve(|settings| settings.flow_lifetime = Duration::ZERO).await;
    let mut failed = 0;
    // One after the other, each in a browser of its own that knows nothing of the last.
    // An argument chooses those whose names contain it.
    let only = std::env::args().nth(1).unwrap_or_default();
    macro_rules! scenario {
        ($name:literal, $scenario:path, $app:expr) => {
            if $name.contains(&only) {
                let visit = chromium.visit(&$app).await;
                let ended = tokio::spawn($scenario(visit.clone())).await;
                visit.leave().await;
                let word = if ended.is_ok() { "ok    " } else { "FAILED" };
                println!("{word} {}", $name);
                failed += usize::from(ended.is_err());
            }
        };
    }
    scenario!("connect and allow", ways::allow, app);
    scenario!("connect and deny", ways::deny, app);
    scenario!("renew the consent", ways::renew, app);
    scenario!("pause and resume", ways::pause, app);
    scenario!("disconnect", ways::disconnect, app);
    scenario!("a flow that expired", ways::expired, hasty);
    scenario!("a state that was tampered with", ways::tampered, app);
    scenario!("a callback that was used", ways::replayed, app);
    scenario!("two flows in two tabs", ways::two_tabs, app);
    scenario!("signed out meanwhile", ways::signed_out, app);
    scenario!("HTML in an account's name", ways::html_in_a_name, app);
    scenario!("changes, as they happen", ways::live, app);
    scenario!("every action by keyboard alone", keyboard::alone, app);
    scenario!(
        "a narrow screen, without sideways scrolling",
        looks::narrow,
        app
    );
    scenario!(
        "contrast and names, by day and by night",
        looks::readable,
        app
    );
    scenario!("pictures of a desk and a phone", looks::pictures, app);
    app.stop().await;
    hasty.stop().await;
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        println!("{failed} failed");
        ExitCode::FAILURE
    }
}

async fn serve(change: impl FnOnce(&mut Settings)) -> Running {
    let mut settings = Settings::default();
    change(&mut settings);
    start(settings).await.expect("the web application")
}
