/// The default transport could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The platform requires TLS, and the crate was built without it.
    #[error("ce-blocking was built without TLS: enable the feature `rustls` or `native-tls`")]
    NoTls,
    /// The configuration names a TLS library that the crate was built without.
    #[error(
        "the configured TLS library is missing: enable `rustls` or `native-tls` of ce-blocking"
    )]
    NoTlsProvider,
    /// No cryptography provider is installed for the rustls that ureq uses.
    ///
    /// With the feature `rustls-no-provider`, call `install_default` of a provider before the client is
    /// made. With `rustls`, ureq has moved on to another version of rustls than this crate.
    #[error(
        "no cryptography provider is installed for the rustls that ureq uses: call \
         `install_default` of a provider first, or enable the feature `rustls` of ce-blocking"
    )]
    NoCryptoProvider,
    /// The configuration or the environment (`ALL_PROXY`, …) names a SOCKS proxy, and the crate was
    /// built without support for it.
    #[error(
        "a SOCKS proxy is configured or in the environment: enable `socks-proxy` of ce-blocking"
    )]
    NoSocksProxy,
    /// The proxy requires TLS, and the crate was built without it.
    #[error(
        "an https proxy is configured or in the environment: enable `rustls` or `native-tls` of \
         ce-blocking"
    )]
    NoTlsToProxy,
}
