//! What is measured, for the benches and for the program.

pub mod documents;
pub mod server;
pub mod work;

use std::time::Duration;

use ce_bench_async_by_hand as on_reqwest;
use ce_bench_blocking_by_hand as on_ureq;
use ce_core::{Config, ConnectRequest, Credentials};
use futures_util::{StreamExt as _, stream};
use tokio::runtime::Runtime;

const USER_SECRET: &str = "Xh1vI8JkNqVZ0w+7d3sQkTnB4yRmE2aUfOcLgPzWx9A=";
const ORGANIZATION_SECRET: &str = "9c3f0a1b2d4e5f60718293a4b5c6d7e8";
/// The application's id at the provider.
pub const API_KEY: &str = "c6a1e0b9f2d94c8d9b1e3a5c7f2d4e6a";
/// The application's secret at the provider.
pub const API_SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
/// Where the provider sends the browser back to.
pub const CALLBACK_URL: &str = "https://app.example/callback";

/// The configuration of our clients.
pub fn config(base_url: &str) -> Config {
    let credentials = Credentials::new(USER_SECRET, ORGANIZATION_SECRET);
    Config::new(base_url, credentials).expect("a platform")
}

/// The flow of our clients.
pub fn connect() -> ConnectRequest {
    ConnectRequest::new("instagram")
        .api_key(API_KEY)
        .api_secret(API_SECRET)
        .callback_url(CALLBACK_URL)
        .tag("customer-42")
        .name("Ann's photos")
}

/// The URL to which the provider sends the browser back that has allowed it.
pub fn callback(oauth_url: &str) -> String {
    let state = oauth_url.rsplit("state=").next().unwrap_or_default();
    format!("{CALLBACK_URL}?code=AQBx-hBsH3k9bVf0dW6PZ8&state={state}")
}

macro_rules! app {
    ($by_hand:ident, $base_url:expr) => {
        $by_hand::documents::App {
            base_url: $base_url.to_owned(),
            user_secret: USER_SECRET.to_owned(),
            organization_secret: ORGANIZATION_SECRET.to_owned(),
            api_key: API_KEY.to_owned(),
            api_secret: API_SECRET.to_owned(),
            callback_url: CALLBACK_URL.to_owned(),
        }
    };
}

/// The platform by hand, on reqwest.
pub fn by_reqwest(base_url: &str, timeout: Option<Duration>) -> on_reqwest::Platform {
    let builder = reqwest::Client::builder;
    // Of the connection, too, as ours.
    let timed = |timeout| builder().timeout(timeout).connect_timeout(timeout);
    let builder = || timeout.map_or_else(builder, timed);
    on_reqwest::Platform::new(builder, app!(on_reqwest, base_url)).expect("a client")
}

/// The platform by hand, on ureq.
pub fn by_ureq(base_url: &str, timeout: Option<Duration>) -> on_ureq::Platform {
    on_ureq::Platform::new(timeout, app!(on_ureq, base_url))
}

/// A runtime on the thread that asks, so that no scheduling between threads is measured.
pub fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
}

/// Makes so many calls, some at a time.
pub async fn many(calls: usize, at_a_time: usize, call: impl AsyncFn()) {
    let calls = stream::iter(0..calls).map(|_| call());
    calls.buffer_unordered(at_a_time).collect::<()>().await;
}
