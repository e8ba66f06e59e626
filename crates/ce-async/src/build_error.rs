/// The default transport could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The platform requires TLS, and the crate was built without it.
    #[error("ce-async was built without TLS: enable the feature `rustls` or `native-tls`")]
    NoTls,
    /// No cryptography provider is installed for rustls.
    ///
    /// It happens with the feature `rustls-no-provider` alone. Install a provider before the client
    /// is made, for example `rustls::crypto::ring::default_provider().install_default()`. reqwest panics
    /// without one; the panic is caught, unless the program aborts on panics.
    #[error(
        "no cryptography provider is installed for rustls: call `install_default` of a provider \
         first, or enable the feature `rustls` of ce-async"
    )]
    NoCryptoProvider,
    /// The environment (`HTTPS_PROXY`, `ALL_PROXY`) names a SOCKS proxy, and the crate was built
    /// without support for it.
    #[error(
        "the environment names a SOCKS proxy, and ce-async was built without SOCKS: enable the \
         feature `socks`"
    )]
    NoSocksProxy,
    /// reqwest rejected its configuration, for example because it can't read the certificates of the
    /// operating system. The source says why.
    #[error("the HTTP client could not be set up")]
    Http(#[source] reqwest::Error),
}
