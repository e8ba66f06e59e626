//! How to test your application. This module has no items.
//!
//! # A fake transport
//!
//! Without a server: what your code does with one response or one error.
//!
//! ```
//! use std::time::Duration;
//!
//! use ce_blocking::core::http;
//! use ce_blocking::{Attempt, Client, Config, Credentials, Delivery, Response};
//! use ce_blocking::{Transport, TransportCause, TransportError};
//! use ce_blocking::{calls::Ping, model::ElementToken};
//!
//! #[derive(Debug)]
//! struct FailsOnce;
//!
//! impl Transport for FailsOnce {
//!     fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
//!         assert_eq!(attempt.request.path(), "/ping");
//!         match attempt.number {
//!             1 => Err(TransportError::new(Delivery::NotSent, TransportCause::Connect)),
//!             _ => Ok(http::Response::new(r#"{"endpoint": "instagram"}"#.into()).into()),
//!         }
//!     }
//!
//!     fn sleep(&self, _: Duration) {}
//! }
//!
//! let config = Config::new("https://platform.example", Credentials::new("u", "o"))?;
//! let client = Client::with_transport(config, FailsOnce);
//! client.send(Ping::through(&ElementToken::new("token")))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - An error response is `http::Response::builder().status(404).body(…)`.
//! - A call is tried up to four times. With `Limits::default().max_attempts(1)` it is tried once.
//! - [`Delivery::MaybeSent`](crate::Delivery) on a `POST` becomes
//!   [`Error::OutcomeUnknown`](crate::Error).
//! - A recoverable flow searches by the real clock. With a `sleep` that returns at once it does so in a
//!   busy loop: let it look once, with
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
//! use ce_blocking::{Client, Config, ConnectRequest, Credentials};
//! use ce_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::start()?;
//! let credentials = Credentials::new(sandbox.user_secret(), sandbox.organization_secret());
//! let client = Client::new(Config::new(sandbox.base_url(), credentials)?)?;
//! let connect = ConnectRequest::new("instagram")
//!     .api_key("key")
//!     .api_secret("secret")
//!     .callback_url("https://app.example/callback")
//!     .name("Ann's photos");
//!
//! let redirect = client.begin(&connect)?;
//! // Plays the user, who allows it.
//! let callback = sandbox.allow(redirect.url.as_str())?;
//! client.finish(&connect, &redirect.pending, &callback)?;
//! assert_eq!(sandbox.instances().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
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
//! use ce_blocking::{Client, Config, Credentials, calls::Ping, model::ElementToken};
//! use wiremock::matchers::{headers, method, path};
//! use wiremock::{Mock, MockServer, ResponseTemplate};
//!
//! // The server runs on a runtime of its own, while the client blocks this thread.
//! let runtime = tokio::runtime::Runtime::new()?;
//! let server = runtime.block_on(MockServer::start());
//! let ping = Mock::given(method("GET"))
//!     .and(path("/api/ping"))
//!     .and(headers("authorization", vec!["User u", "Organization o", "Element token"]))
//!     .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"endpoint": "instagram"}"#))
//!     .expect(1);
//! runtime.block_on(ping.mount(&server));
//!
//! let base_url = format!("{}/api", server.uri());
//! let client = Client::new(Config::new(&base_url, Credentials::new("u", "o"))?)?;
//! client.send(Ping::through(&ElementToken::new("token")))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
