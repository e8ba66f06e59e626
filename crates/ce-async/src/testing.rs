//! How to test your application. This module has no items.
//!
//! | way | what it needs | what it is for |
//! | --- | --- | --- |
//! | [a fake transport](#a-fake-transport) | nothing | what your code does with one response or one error |
//! | [the sandbox](#the-sandbox) | the crate `ce-sandbox` | whole flows, faults of the platform |
//! | [a mock server](#a-mock-server) | the crate `wiremock` | exact requests, responses that no sandbox gives |
//!
//! # A fake transport
//!
//! A [`Transport`](crate::Transport) of your own answers without a server, and its `sleep` takes no
//! time.
//!
//! ```
//! use std::sync::Mutex;
//! use std::time::Duration;
//!
//! use ce_async::calls::Ping;
//! use ce_async::core::http;
//! use ce_async::model::ElementToken;
//! use ce_async::{
//!     Attempt, Client, Config, Credentials, Delivery, Response, Transport, TransportCause,
//!     TransportError, async_trait,
//! };
//!
//! /// Fails once, then answers.
//! #[derive(Debug, Default)]
//! struct FailsOnce {
//!     paths: Mutex<Vec<String>>,
//! }
//!
//! #[async_trait]
//! impl Transport for FailsOnce {
//!     async fn send(&self, attempt: Attempt) -> Result<Response, TransportError> {
//!         self.paths.lock().unwrap().push(attempt.request.path().to_owned());
//!         if attempt.number == 1 {
//!             return Err(TransportError::new(Delivery::NotSent, TransportCause::Connect));
//!         }
//!         Ok(http::Response::new(r#"{"endpoint": "instagram"}"#.into()).into())
//!     }
//!
//!     async fn sleep(&self, _: Duration) {}
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::new("https://platform.example", Credentials::new("u", "o"))?;
//! let transport = std::sync::Arc::new(FailsOnce::default());
//! let client = Client::with_transport(config, transport.clone());
//!
//! client.send(Ping::through(&ElementToken::new("token"))).await?;
//! assert_eq!(*transport.paths.lock().unwrap(), ["/ping", "/ping"]);
//! # Ok(())
//! # }
//! ```
//!
//! # The sandbox
//!
//! The crate `ce-sandbox` is the platform and its providers in a thread of your test: it issues codes
//! and tokens, keeps instances, and fails when it is told to.
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
//! # A mock server
//!
//! Any HTTP mock server works, since a client accepts a plain `http` base URL on this machine.
//!
//! ```
//! use ce_async::calls::Ping;
//! use ce_async::model::ElementToken;
//! use ce_async::{Client, Config, Credentials};
//! use wiremock::matchers::{headers, method, path};
//! use wiremock::{Mock, MockServer, ResponseTemplate};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start().await;
//! Mock::given(method("GET"))
//!     .and(path("/elements/api-v2/ping"))
//!     .and(headers("authorization", vec!["User u", "Organization o", "Element token"]))
//!     .respond_with(ResponseTemplate::new(200).set_body_string(r#"{"endpoint": "instagram"}"#))
//!     .expect(1)
//!     .mount(&server)
//!     .await;
//!
//! let base_url = format!("{}/elements/api-v2", server.uri());
//! let client = Client::new(Config::new(&base_url, Credentials::new("u", "o"))?)?;
//! client.send(Ping::through(&ElementToken::new("token"))).await?;
//! # Ok(())
//! # }
//! ```
