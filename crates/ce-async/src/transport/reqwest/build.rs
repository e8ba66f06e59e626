//! How the reqwest clients are configured, and what is refused because it could not work.

use std::time::Duration;

use ce_core::Config;
use ce_core::http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, ClientBuilder, redirect, retry};

use crate::build_error::BuildError;

const HAS_RUSTLS: bool = cfg!(any(feature = "rustls", feature = "rustls-no-provider"));
const HAS_TLS: bool = HAS_RUSTLS || cfg!(feature = "native-tls");

/// Longer than any attempt: a timeout that has no effect.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What becomes of a connection whose response has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idle {
    Kept,
    Closed,
}

/// Returns an error if the platform requires TLS and there is none.
pub(super) fn check_tls(config: &Config) -> Result<(), BuildError> {
    if config.is_encrypted() && !HAS_TLS {
        return Err(BuildError::NoTls);
    }
    Ok(())
}

/// Returns an error if the environment names a SOCKS proxy for the platform and there is no SOCKS.
/// reqwest would take it for a proxy that speaks HTTP.
pub(super) fn check_environment(config: &Config) -> Result<(), BuildError> {
    if cfg!(feature = "socks") || config.is_loopback() {
        return Ok(());
    }
    let Ok(url) = config.base_url().parse::<Uri>() else {
        return Ok(());
    };
    let proxy = Matcher::from_env().intercept(&url);
    let scheme = proxy.as_ref().and_then(|proxy| proxy.uri().scheme_str());
    match scheme {
        Some(scheme) if scheme.starts_with("socks") => Err(BuildError::NoSocksProxy),
        _ => Ok(()),
    }
}

/// Makes a client from what the application configures.
pub(super) fn client(
    config: &Config,
    configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
    idle: Idle,
) -> Result<Client, BuildError> {
    let builder = configure(defaults(config))
        // Last, so that nothing can change it: requests contain secrets, and may be worth one attempt.
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        // Whatever features of reqwest an application enables.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .connect_timeout(config.connect_timeout());
    build(match idle {
        Idle::Kept => builder,
        Idle::Closed => builder.pool_max_idle_per_host(0),
    })
}

/// Takes the effect from timeouts that the application has set. reqwest can't remove them.
pub(super) fn without_timeouts(builder: ClientBuilder) -> ClientBuilder {
    builder.timeout(A_YEAR).read_timeout(A_YEAR)
}

/// What an application can change.
fn defaults(config: &Config) -> ClientBuilder {
    let mut builder = Client::builder()
        .user_agent(concat!("ce-async/", env!("CARGO_PKG_VERSION")))
        // Sooner than a usual gateway closes an idle connection.
        .pool_idle_timeout(Duration::from_secs(15));
    if config.is_loopback() {
        builder = builder.no_proxy();
    }
    tls(builder, config)
}

#[cfg(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
))]
fn tls(builder: ClientBuilder, config: &Config) -> ClientBuilder {
    // Chosen, since reqwest's default is another one if some other crate enables `native-tls`.
    #[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
    let builder = builder.tls_backend_rustls();
    #[cfg(not(any(feature = "rustls", feature = "rustls-no-provider")))]
    let builder = builder.tls_backend_native();
    let builder = builder.tls_version_min(reqwest::tls::Version::TLS_1_2);
    if config.is_loopback() && !config.is_encrypted() {
        // A sandbox works where the operating system has no certificates.
        return builder.tls_certs_only([]);
    }
    builder
}

#[cfg(not(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
)))]
fn tls(builder: ClientBuilder, _: &Config) -> ClientBuilder {
    builder
}

#[cfg(any(feature = "rustls", not(feature = "rustls-no-provider")))]
fn build(builder: ClientBuilder) -> Result<Client, BuildError> {
    builder.build().map_err(BuildError::Http)
}

/// reqwest panics without a provider. Whether it needs one depends on what other crates enable, which
/// nothing but the attempt shows.
#[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
fn build(builder: ClientBuilder) -> Result<Client, BuildError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| builder.build()))
        .map_err(|_| BuildError::NoCryptoProvider)?
        .map_err(BuildError::Http)
}
