//! What is measured, for the benches and for the program.

pub mod documents;
pub mod server;
pub mod work;

use std::time::Duration;

use ce_async::Client;
use ce_bench_async_by_hand as on_reqwest;
use ce_bench_blocking_by_hand as on_ureq;
use ce_core::calls::ListInstances;
use ce_core::{Config, ConnectOutcome, ConnectRequest, Credentials, Error};
use futures_util::{StreamExt as _, stream};
use tokio::runtime::{Builder, Runtime};

const USER_SECRET: &str = "Xh1vI8JkNqVZ0w+7d3sQkTnB4yRmE2aUfOcLgPzWx9A=";
const ORGANIZATION_SECRET: &str = "9c3f0a1b2d4e5f60718293a4b5c6d7e8";
pub const API_KEY: &str = "c6a1e0b9f2d94c8d9b1e3a5c7f2d4e6a";
pub const API_SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
pub const CALLBACK_URL: &str = "https://app.example/callback";

pub fn config(base_url: &str) -> Config {
    let credentials = Credentials::new(USER_SECRET, ORGANIZATION_SECRET);
    Config::new(base_url, credentials).expect("a platform")
}

pub fn client(base_url: &str) -> Client {
    Client::new(config(base_url)).expect("a client")
}

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

pub async fn flow(client: &Client, connect: &ConnectRequest) -> Result<ConnectOutcome, Error> {
    let redirect = client.begin(connect).await?;
    let callback = callback(redirect.url.as_str());
    client.finish(connect, &redirect.pending, &callback).await
}

/// Lists by our async client; each instance is looked at.
pub async fn list(client: &Client, instances: usize) {
    let mut listed = 0;
    let mut listing = client.list(ListInstances::new().page_size(documents::PAGE_LENGTH as u32));
    while let Some(instance) = listing.next().await {
        listed += usize::from(instance.expect("an instance").id.get() > 0);
    }
    assert_eq!(listed, instances);
}

/// Of each program by hand its own type.
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

pub fn by_reqwest(base_url: &str, timeout: Option<Duration>) -> on_reqwest::Platform {
    on_reqwest::Platform::new(timeout, app!(on_reqwest, base_url)).expect("a client")
}

pub fn by_ureq(base_url: &str, timeout: Option<Duration>) -> on_ureq::Platform {
    on_ureq::Platform::new(timeout, app!(on_ureq, base_url))
}

/// Chooses the cryptography: the same for all that is compared.
pub fn install_provider() {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    provider.install_default().expect("there is none yet");
}

/// A runtime on the thread that asks, so that no scheduling between threads is measured.
pub fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

/// Makes so many calls, some at a time.
pub async fn many(calls: usize, at_a_time: usize, call: impl AsyncFn()) {
    let calls = stream::iter(0..calls).map(|_| call());
    calls.buffer_unordered(at_a_time).collect::<()>().await;
}
