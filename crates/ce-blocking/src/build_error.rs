/// The default transport could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The platform requires TLS, and the crate was built without it.
    #[error("ce-blocking was built without TLS: enable the feature `rustls` or `native-tls`")]
    NoTls,
    /// The configuration names a TLS library that the crate was built without.
    #[error(
        "ce-blocking was built without the TLS library that is configured: enable the feature \
         `rustls` or `native-tls`"
    )]
    NoTlsProvider,
    /// No cryptography provider is installed for the rustls that ureq uses.
    ///
    /// It happens with the feature `rustls-no-provider`. Install a provider before the client is made,
    /// for example `rustls::crypto::ring::default_provider().install_default()`. With the feature
    /// `rustls` it means that ureq has moved on to another version of rustls than this crate.
    #[error(
        "no cryptography provider is installed for the rustls that ureq uses: call \
         `install_default` of a provider first, or enable the feature `rustls` of ce-blocking"
    )]
    NoCryptoProvider,
    /// The configuration or the environment (`ALL_PROXY`, …) names a SOCKS proxy, and the crate was
    /// built without support for it.
    #[error(
        "a SOCKS proxy is configured or named by the environment, and ce-blocking was built \
         without SOCKS: enable the feature `socks-proxy`"
    )]
    NoSocksProxy,
    /// The proxy requires TLS, and the crate was built without it.
    #[error(
        "an https proxy is configured or named by the environment, and ce-blocking was built \
         without TLS: enable the feature `rustls` or `native-tls`"
    )]
    NoTlsToProxy,
}
