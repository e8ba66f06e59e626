//! Without a cryptography provider the client is not made, and nothing panics later.
#![cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]

use ce_async::{BuildError, Client, Config, Credentials};

#[test]
fn a_client_without_a_provider_is_not_made() {
    let config = Config::new("https://platform.example", Credentials::new("u", "o")).unwrap();
    let error = Client::new(config).unwrap_err();
    assert!(matches!(error, BuildError::NoCryptoProvider), "{error:?}");
    assert!(error.to_string().contains("install_default"), "{error}");
}
