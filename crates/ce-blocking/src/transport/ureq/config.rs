//! How ureq is set up, and what it couldn't do and would panic about.

use ::ureq::config::ConfigBuilder;
use ::ureq::http::Uri;
use ::ureq::typestate::AgentScope;
use ::ureq::{Agent, ProxyProtocol};
use ce_core::Config;

use crate::BuildError;

const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// Makes the agent for a platform, from what the application configures.
pub(crate) fn agent(
    config: &Config,
    configure: impl FnOnce(ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope>,
) -> Result<Agent, BuildError> {
    let mut agent =
        Agent::config_builder().user_agent(concat!("ce-blocking/", env!("CARGO_PKG_VERSION")));
    if config.is_loopback() {
        agent = agent.proxy(None);
    }
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    {
        let provider = if cfg!(feature = "rustls") {
            ::ureq::tls::TlsProvider::Rustls
        } else {
            ::ureq::tls::TlsProvider::NativeTls
        };
        let tls = ::ureq::tls::TlsConfig::builder()
            .provider(provider)
            .root_certs(::ureq::tls::RootCerts::PlatformVerifier);
        agent = agent.tls_config(tls.build());
    }
    // Last, so that nothing can change it: requests carry secrets, and may be worth one attempt,
    // which takes the platform its time.
    let agent = configure(agent)
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
    super::trace::warn_if_logged();
    Ok(agent.new_agent())
}

/// Refuses what was not built in. ureq would panic at the first call, or leave the proxy out.
fn check(config: &Config, agent: &::ureq::config::Config) -> Result<(), BuildError> {
    if config.is_encrypted() && !HAS_TLS {
        return Err(BuildError::NoTls);
    }
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    if config.is_encrypted() && !has(agent.tls_config().provider()) {
        return Err(BuildError::NoTlsProvider);
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
        ProxyProtocol::Https if HAS_TLS => Ok(()),
        ProxyProtocol::Https => Err(BuildError::NoTlsToProxy),
        _ if cfg!(feature = "socks-proxy") => Ok(()),
        _ => Err(BuildError::NoSocksProxy),
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn has(provider: ::ureq::tls::TlsProvider) -> bool {
    match provider {
        ::ureq::tls::TlsProvider::Rustls => cfg!(feature = "rustls"),
        ::ureq::tls::TlsProvider::NativeTls => cfg!(feature = "native-tls"),
        // One that ureq has learnt since: nobody configures it without having it.
        _ => true,
    }
}
