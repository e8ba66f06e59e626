//! Without a cryptography provider the client is not made, and nothing panics later.
#![cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]

use ce_blocking::{BuildError, Client, Config, Credentials};

#[test]
fn a_client_without_a_provider_is_not_made() {
    let config = Config::new("https://platform.example", Credentials::new("u", "o")).unwrap();
    let error = Client::new(config).unwrap_err();
    assert!(matches!(error, BuildError::NoCryptoProvider), "{error:?}");
    assert!(error.to_string().contains("install_default"), "{error}");
}

/// The transport of a client for this machine needs no provider until it is shared with another one.
#[test]
fn a_shared_transport_without_a_provider_sends_nothing() {
    use ce_blocking::calls::Ping;
    use ce_blocking::{Error, Limits, model::ElementToken};

    let credentials = || Credentials::new("u", "o");
    let near = Config::new("http://127.0.0.1:1", credentials()).unwrap();
    let far = Config::new("https://127.0.0.1:1", credentials()).unwrap();
    let far = far.with_limits(Limits::default().max_attempts(1));
    let client = Client::new(near).unwrap().with_config(far);
    let error = client
        .send(Ping::through(&ElementToken::new("t")))
        .unwrap_err();
    assert!(
        format!("{error:?}").contains("NoCryptoProvider"),
        "{error:?}"
    );
}
