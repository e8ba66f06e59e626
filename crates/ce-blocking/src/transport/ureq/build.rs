//! How the agent is configured, and what is refused because ureq would panic or ignore it.

use std::time::Duration;

use ::ureq::config::ConfigBuilder;
use ::ureq::typestate::AgentScope;
use ::ureq::{Agent, ProxyProtocol};
use ce_core::Config;

use super::environment;
use crate::build_error::BuildError;

const HAS_TLS: bool = cfg!(any(feature = "rustls-no-provider", feature = "native-tls"));

/// What becomes of a connection that is no longer in use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Idle {
    Kept,
    /// The platform may close a kept one, and then nobody knows whether a request that was written to it
    /// has arrived.
    Closed,
}

/// Makes an agent for a platform from what the application configures, with this time for a request.
pub(super) fn agent(
    config: &Config,
    configure: impl Fn(ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope>,
    idle: Idle,
    timeout: Duration,
) -> Result<Agent, BuildError> {
    let mut agent = configure(defaults(config));
    if idle == Idle::Closed {
        agent = agent.max_idle_connections(0).max_idle_age(Duration::ZERO);
    }
    let connect_timeout = Some(config.connect_timeout().min(timeout));
    let agent = agent
        .timeout_resolve(connect_timeout)
        .timeout_connect(connect_timeout)
        .timeout_global(Some(timeout))
        // Last, so that nothing can change it: requests contain secrets, and may be worth one attempt.
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .accept_encoding("identity")
        .timeout_per_call(None)
        .timeout_per_read(None)
        .timeout_per_write(None)
        .timeout_send_request(None)
        .timeout_send_body(None)
        .timeout_recv_response(None)
        .timeout_recv_body(None)
        .build();
    check(config, &agent)?;
    Ok(agent.new_agent())
}

/// What an application can change.
fn defaults(config: &Config) -> ConfigBuilder<AgentScope> {
    let agent = Agent::config_builder()
        .user_agent(concat!("ce-blocking/", env!("CARGO_PKG_VERSION")))
        .proxy(environment::proxy(config, |name| std::env::var(name).ok()));
    #[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
    {
        use ::ureq::tls::{RootCerts, TlsConfig, TlsProvider};

        let provider = match cfg!(feature = "rustls-no-provider") {
            true => TlsProvider::Rustls,
            false => TlsProvider::NativeTls,
        };
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        agent.tls_config(tls.provider(provider).build())
    }
    #[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
    agent
}

/// Refuses what was not built in.
fn check(config: &Config, agent: &::ureq::config::Config) -> Result<(), BuildError> {
    if config.is_encrypted() {
        check_tls(agent)?;
    }
    let Some(proxy) = agent.proxy() else {
        return Ok(());
    };
    match proxy.protocol() {
        ProxyProtocol::Http => Ok(()),
        ProxyProtocol::Https if HAS_TLS => check_tls(agent),
        ProxyProtocol::Https => Err(BuildError::NoTlsToProxy),
        _ if cfg!(feature = "socks-proxy") => Ok(()),
        _ => Err(BuildError::NoSocksProxy),
    }
}

/// Returns an error if ureq would find no TLS library, or no cryptography provider for it.
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
pub(super) fn check_tls(agent: &::ureq::config::Config) -> Result<(), BuildError> {
    use ::ureq::tls::TlsProvider;

    match agent.tls_config().provider() {
        #[cfg(feature = "rustls-no-provider")]
        TlsProvider::Rustls => super::provider::check(),
        #[cfg(not(feature = "rustls-no-provider"))]
        TlsProvider::Rustls => Err(BuildError::NoTlsProvider),
        #[cfg(not(feature = "native-tls"))]
        TlsProvider::NativeTls => Err(BuildError::NoTlsProvider),
        // One that ureq has added since: nobody configures it without having it.
        _ => Ok(()),
    }
}

#[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
pub(super) fn check_tls(_: &::ureq::config::Config) -> Result<(), BuildError> {
    Err(BuildError::NoTls)
}
