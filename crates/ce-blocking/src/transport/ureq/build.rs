//! How the agent is configured, and what is refused because ureq would panic or ignore it.

use ::ureq::config::ConfigBuilder;
use ::ureq::http::Uri;
use ::ureq::typestate::AgentScope;
use ::ureq::{Agent, ProxyProtocol};
use ce_core::Config;

use super::provider;
use crate::build_error::BuildError;

const HAS_RUSTLS: bool = cfg!(any(feature = "rustls", feature = "rustls-no-provider"));
const HAS_TLS: bool = HAS_RUSTLS || cfg!(feature = "native-tls");

/// Makes the agent for a platform from what the application configures.
pub(super) fn agent(
    config: &Config,
    configure: impl FnOnce(ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope>,
) -> Result<Agent, BuildError> {
    let agent = configure(defaults(config))
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
    let mut agent =
        Agent::config_builder().user_agent(concat!("ce-blocking/", env!("CARGO_PKG_VERSION")));
    if config.is_loopback() {
        agent = agent.proxy(None);
    }
    tls(agent)
}

#[cfg(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
))]
fn tls(agent: ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope> {
    use ::ureq::tls::{RootCerts, TlsConfig, TlsProvider};

    let provider = if HAS_RUSTLS {
        TlsProvider::Rustls
    } else {
        TlsProvider::NativeTls
    };
    let tls = TlsConfig::builder()
        .provider(provider)
        .root_certs(RootCerts::PlatformVerifier);
    agent.tls_config(tls.build())
}

#[cfg(not(any(
    feature = "rustls",
    feature = "rustls-no-provider",
    feature = "native-tls"
)))]
fn tls(agent: ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope> {
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
    let base_url = config.base_url().parse::<Uri>();
    if proxy.is_from_env() && base_url.is_ok_and(|url| proxy.is_no_proxy(&url)) {
        return Ok(());
    }
    match proxy.protocol() {
        ProxyProtocol::Http => Ok(()),
        ProxyProtocol::Https if HAS_TLS => check_tls(agent),
        ProxyProtocol::Https => Err(BuildError::NoTlsToProxy),
        _ if cfg!(feature = "socks-proxy") => Ok(()),
        _ => Err(BuildError::NoSocksProxy),
    }
}

fn check_tls(agent: &::ureq::config::Config) -> Result<(), BuildError> {
    if !HAS_TLS {
        return Err(BuildError::NoTls);
    }
    #[cfg(any(
        feature = "rustls",
        feature = "rustls-no-provider",
        feature = "native-tls"
    ))]
    {
        use ::ureq::tls::TlsProvider;

        let is_built_in = match agent.tls_config().provider() {
            TlsProvider::Rustls => HAS_RUSTLS,
            TlsProvider::NativeTls => cfg!(feature = "native-tls"),
            // One that ureq has added since: nobody configures it without having it.
            _ => true,
        };
        if !is_built_in {
            return Err(BuildError::NoTlsProvider);
        }
    }
    provider::check(agent)
}
