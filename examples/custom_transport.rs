//! A transport that wraps another one, counts attempts and limits their rate.
//! `cargo run --example custom_transport`
//!
//! To copy it, depend on `governor`; `rustls` is needed only without the default features of `ce-async`.

use std::io::Write as _;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use ce_async::{
    Attempt, Client, Config, ConnectRequest, Credentials, ReqwestTransport, Response, Transport,
    TransportError, async_trait,
};
use ce_sandbox::Sandbox;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

/// Sends at most so many attempts a second, whoever asks for them.
#[derive(Debug)]
struct RateLimited<T> {
    inner: T,
    limiter: DefaultDirectRateLimiter,
    attempts: AtomicU32,
}

impl<T> RateLimited<T> {
    fn new(inner: T, per_second: NonZeroU32) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(NonZeroU32::MIN);
        Self {
            inner,
            limiter: RateLimiter::direct(quota),
            attempts: AtomicU32::new(0),
        }
    }
}

#[async_trait]
impl<T: Transport> Transport for RateLimited<T> {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        // `until_ready` would sleep on a timer of its own; this one is the transport's.
        while self.limiter.check().is_err() {
            self.inner.sleep(Duration::from_millis(5)).await;
        }
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.inner.send(attempt).await
    }

    async fn sleep(&self, duration: Duration) {
        self.inner.sleep(duration).await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Not needed with the default features: these examples are built with ring, which is quicker.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();

    let sandbox = Sandbox::start()?;
    let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
    let config = Config::new(sandbox.base_url(), credentials)?;
    let per_second = NonZeroU32::new(20).ok_or("a rate of 0")?;
    let transport = RateLimited::new(ReqwestTransport::new(&config)?, per_second);
    let transport = std::sync::Arc::new(transport);
    let client = Client::with_transport(config, transport.clone());

    let connect = ConnectRequest::new("instagram")
        .api_key("client id, from the provider")
        .api_secret("client secret, from the provider")
        .callback_url("https://app.example/callback")
        .name("Ann's photos");
    let began = std::time::Instant::now();
    for _ in 0..5 {
        client.begin(&connect).await?;
    }
    let attempts = transport.attempts.load(Ordering::Relaxed);
    let time = began.elapsed();
    writeln!(std::io::stdout(), "{attempts} attempts in {time:?}")?;
    Ok(())
}

/// No server, no network: a fake transport below the one that is tested.
#[cfg(test)]
#[path = "tests/custom_transport/fake.rs"]
mod tests;
