//! The default transport, on reqwest.

mod body;
mod build;
mod errors;

use std::time::Duration;

use async_trait::async_trait;
use ce_core::{Attempt, Config, Delivery, Response, TransportCause, TransportError, http};
use reqwest::{Client, ClientBuilder};

use crate::build_error::BuildError;
use crate::transport::Transport;

/// The default [`Transport`], on [reqwest](::reqwest).
///
/// It verifies TLS 1.2 or later against the certificates that the operating system trusts, follows no
/// redirects, and neither retries nor decompresses. It uses a proxy that the environment names
/// (`HTTPS_PROXY`, …), except for a platform on this machine. One whose URL can't be read is passed over:
/// percent-encode the user and the password in it.
///
/// An attempt that [needs one](Attempt::needs_new_connection), such as the creation of an instance, or
/// the attempt after a connection failed, opens a connection of its own. All others share kept
/// connections, for 15 seconds each.
///
/// It needs a tokio runtime. A kept connection ends with the runtime in which it was opened.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    /// Keeps its connections.
    pooled: Client,
    /// Keeps none, so that each request has a new one.
    unpooled: Client,
}

impl ReqwestTransport {
    /// Makes a transport for the platform of this configuration.
    ///
    /// # Errors
    /// Returns a [`BuildError`] if TLS can't be set up, for example because the operating system has
    /// no certificates, or if the platform or a proxy needs a feature that is not enabled.
    pub fn new(config: &Config) -> Result<Self, BuildError> {
        build::check_environment(config)?;
        Self::build(config, |builder| builder)
    }

    /// Makes a transport whose reqwest client you configure further: with certificates, a proxy, DNS
    /// or the size of the pool.
    ///
    /// The function is called twice: for the client that keeps connections, and for the one that keeps
    /// none. What the [`Transport`] must not do stays off (redirects, retries, decompression), and
    /// timeouts that you set have no effect: [`Limits`](ce_core::Limits) decide.
    ///
    /// The connect timeout is that of `config`. A client with shorter limits that
    /// [shares](crate::Client::with_config) the transport is still bound by its own whole timeouts.
    ///
    /// ```
    /// use ce_async::{Client, Config, Credentials, ReqwestTransport, reqwest};
    ///
    /// let credentials = Credentials::new("user secret", "organization secret");
    /// let config = Config::new("https://api.cloud-elements.com/elements/api-v2", credentials)?;
    /// let proxy = reqwest::Proxy::https("http://proxy.example:3128")?;
    /// let transport = ReqwestTransport::with_client_builder(&config, |builder| {
    ///     builder.proxy(proxy.clone())
    /// })?;
    /// let client = Client::with_transport(config, transport);
    /// # let _ = client;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Self::new), and if reqwest rejects what you configured. A SOCKS proxy that you
    /// configure needs the feature `socks`; without it every request fails to connect.
    pub fn with_client_builder(
        config: &Config,
        configure: impl Fn(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, BuildError> {
        // Set here alone, since each costs every request a timer.
        Self::build(config, |builder| {
            build::without_timeouts(configure(builder))
        })
    }

    fn build(
        config: &Config,
        configure: impl Fn(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, BuildError> {
        build::check_tls(config)?;
        let client = |idle| build::client(config, &configure, idle);
        Ok(Self {
            pooled: client(build::Idle::Kept)?,
            unpooled: client(build::Idle::Closed)?,
        })
    }

    fn client(&self, attempt: &Attempt) -> &Client {
        match attempt.needs_new_connection {
            false => &self.pooled,
            true => &self.unpooled,
        }
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
        let client = self.client(&attempt);
        // A timeout on reqwest's request would do the same for two more allocations.
        tokio::time::timeout(attempt.timeout, exchange(client, attempt))
            .await
            .unwrap_or_else(|elapsed| {
                let late = TransportError::new(Delivery::MaybeSent, TransportCause::Timeout);
                Err(late.with_source(elapsed))
            })
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Sends the request and reads the whole response.
async fn exchange(client: &Client, attempt: Attempt) -> Result<Response, TransportError> {
    let request = attempt.request.into_exposed();
    let request = reqwest::Request::try_from(request).map_err(errors::invalid_request)?;
    let mut received = client.execute(request).await.map_err(errors::failed)?;
    let mut response = http::Response::new(bytes::Bytes::new());
    *response.status_mut() = received.status();
    *response.headers_mut() = std::mem::take(received.headers_mut());
    *response.body_mut() = body::read(received, attempt.max_body_bytes).await?;
    Ok(response.into())
}
