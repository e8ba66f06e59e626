//! How to test your application. This module has no items.
//!
//! # A fake transport
//!
//! Without a server: what your code does with one response or one error.
//!
//! ```
//! use std::time::Duration;
//!
//! use ce_async::core::http;
//! use ce_async::{Attempt, Client, Config, Credentials, Delivery, Response};
//! use ce_async::{Transport, TransportCause, TransportError, async_trait};
//! use ce_async::{calls::Ping, model::ElementToken};
//!
//! #[derive(Debug)]
//! struct FailsOnce;
//!
//! #[async_trait]
//! impl Transport for FailsOnce {
//!     async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
//!         assert_eq!(attempt.request.path(), "/ping");
//!         match attempt.number {
//!             1 => Err(TransportError::new(Delivery::NotSent, TransportCause::Connect)),
//!             _ => Ok(http::Response::new(r#"{"endpoint": "instagram"}"#.into()).into()),
//!         }
//!     }
//!
//!     async fn sleep(&self, _: Duration) {}
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::new("https://platform.example", Credentials::new("u", "o"))?;
//! let client = Client::with_transport(config, FailsOnce);
//! client.send(Ping::through(&ElementToken::new("token"))).await?;
//! # Ok(())
//! # }
//! ```
//!
//! - An error response is `http::Response::builder().status(404).body(…)`.
//! - A call is tried up to four times. With `Limits::default().max_attempts(1)` it is tried once.
//! - [`Delivery::MaybeSent`](crate::Delivery) on a `POST` becomes
//!   [`Error::OutcomeUnknown`](crate::Error).
//! - A recoverable flow searches by the real clock. With a `sleep` that returns at once it does so in a
//!   busy loop, and nothing else runs on its thread: let it look once, with
//!   `Limits::default().recovery_timeout(Duration::ZERO)`.
//! - The `oauthUrl` of a fake must carry the `state` of the request: give the request a fixed one,
//!   `.state("fixed")`, and answer `{"oauthUrl": "https://provider.example/?state=fixed"}`. For whole flows
//!   use the sandbox.
//!
//! # The sandbox
//!
//! Whole flows and faults: the crate `ce-sandbox` is the platform and its providers in a thread of your
//! test.
//!
//! ```
//! use ce_async::{Client, Config, ConnectRequest, Credentials};
//! use ce_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start()?;
//! let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
//! let client = Client::new(Config::new(sandbox.base_url(), credentials)?)?;
//! let connect = ConnectRequest::new("instagram")
//!     .api_key("key")
//!     .api_secret("secret")
//!     .callback_url("https://app.example/callback")
//!     .name("Ann's photos");
//!
//! let redirect = client.begin(&connect).await?;
//! // Plays the user, who allows it.
//! let callback = sandbox.allow(redirect.url.as_str())?;
//! client.finish(&connect, &redirect.pending, &callback).await?;
//! assert_eq!(sandbox.instances().len(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! A fault is a rule, such as
//! `Sandbox::builder().fault(FaultRule::new(Fault::LoseAnswer).on(Operation::CreateInstance).times(1))`.
//! An outcome that stays unknown is searched for all of its time, two minutes and more by default; for
//! tests [`Limits`](crate::Limits) of `.timeout`, `.provisioning_timeout` and `.recovery_timeout` of 1, 1
//! and 3 seconds do.
//!
//! # A mock server
//!
//! Exact requests, and responses that no sandbox gives: any HTTP mock server works, since a client
//! accepts a plain `http` base URL on this machine.
//!
//! ```
//! use ce_async::{Client, Config, Credentials, calls::Ping, model::ElementToken};
//! use wiremock::matchers::{headers, method, path};
//! use wiremock::{Mock, MockServer, ResponseTemplate};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start().await;
//! Mock::given(method("GET"))
//!     .and(path("/api/ping"))
//!     .and(headers("authorization", vec!["User u", "Organization o", "Element token"]))
//!     .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"endpoint": "instagram"}"#))
//!     .expect(1)
//!     .mount(&server)
//!     .await;
//!
//! let base_url = format!("{}/api", server.uri());
//! let client = Client::new(Config::new(&base_url, Credentials::new("u", "o"))?)?;
//! client.send(Ping::through(&ElementToken::new("token"))).await?;
//! # Ok(())
//! # }
//! ```
