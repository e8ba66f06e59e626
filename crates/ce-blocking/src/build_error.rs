/// The client could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The platform is spoken to over TLS, and this crate was built without.
    #[error("ce-blocking was built without TLS: switch a feature on, rustls or native-tls")]
    NoTls,
    /// The configuration names a TLS library that this crate was built without.
    #[error(
        "ce-blocking was built without the TLS library that is configured: switch its feature on, \
         rustls or native-tls"
    )]
    NoTlsProvider,
    /// The configuration or the environment (`ALL_PROXY` …) names a SOCKS proxy, and this crate was
    /// built without.
    #[error(
        "a SOCKS proxy is configured, or named by the environment, and ce-blocking was built \
         without: switch the feature socks-proxy on"
    )]
    NoSocksProxy,
    /// The proxy is spoken to over TLS, and this crate was built without.
    #[error(
        "an https proxy is configured, or named by the environment, and ce-blocking was built \
         without TLS: switch a feature on, rustls or native-tls"
    )]
    NoTlsToProxy,
}
