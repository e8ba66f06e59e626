//! An async client for the Cloud Elements platform (SAP Open Connectors, Sugar Integrate): it connects
//! end users' accounts at providers such as Instagram.
//!
//! ```
//! use ce_async::{Client, Config, ConnectOutcome, ConnectRequest, Credentials};
//! # use ce_sandbox::Sandbox;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = Sandbox::start()?;
//! # let (base_url, user_secret) = (sandbox.base_url(), sandbox.user_secret());
//! # let organization_secret = sandbox.organization_secret();
//!
//! let credentials = Credentials::new(user_secret, organization_secret);
//! let client = Client::new(Config::new(base_url, credentials)?)?;
//! let connect = ConnectRequest::new("instagram")
//!     .api_key("client id, from the provider")
//!     .api_secret("client secret, from the provider")
//!     .callback_url("https://app.example/callback")
//!     .name("Ann's photos");
//!
//! // First handler: keep `pending` in the user's session, and redirect to `url`.
//! let redirect = client.begin(&connect).await?;
//! # let callback = sandbox.allow(redirect.url.as_str())?;
//! # let pending = redirect.pending;
//!
//! // Second handler: the provider has sent the browser to the callback URL.
//! match client.finish(&connect, &pending, &callback).await? {
//!     ConnectOutcome::Connected(instance) => println!("keep the token of {}", instance.id),
//!     ConnectOutcome::Denied(denied) => println!("{denied}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Parts
//!
//! ```text
//!  Client ────────▶ the loop that executes ──────▶ Transport
//!  begin, finish,   an operation of ce-core:       send, sleep
//!  send, list, …    requests, retries, waits          ▲
//!                                                     ├─ ReqwestTransport (default)
//!                                                     └─ one of your own
//! ```
//!
//! - [`Client`] has a method for each step of the flow, and [`send`](Client::send) and
//!   [`list`](Client::list) for every other call of the platform.
//! - [`Transport`] sends requests. [`ReqwestTransport`] is the default, and can be replaced.
//! - [`core`] is the crate `ce-core`, which builds requests, interprets responses and decides retries.
//!   The items that an application uses are re-exported here by name.
//! - [`testing`] shows how to test an application.
//!
//! The blocking client is the crate `ce-blocking`.

#![deny(missing_debug_implementations)]

mod client;
mod driver;
mod list_stream;
pub mod testing;
mod trace;
mod transport;

#[cfg(feature = "reqwest")]
mod build_error;

pub use async_trait::async_trait;
pub use ce_core as core;
pub use ce_core::{
    ApiError, Attempt, AuthorizationGrant, AuthorizationRedirect, Call, CallbackError,
    CallbackOutcome, Config, ConnectOutcome, ConnectRequest, Credentials, DecodeError, Delivery,
    Denied, Entropy, Error, FieldError, FieldErrorKind, Idempotency, InvalidInput, Limits,
    OAuthUrlMethod, OutcomeUnknown, Page, PageToken, Paged, PendingAuthorization, Preflight,
    ProviderData, Request, RequestBuilder, Requirement, Response, TransportCause, TransportError,
    api_base, calls, model,
};
pub use client::Client;
pub use list_stream::ListStream;
#[cfg(feature = "reqwest")]
pub use reqwest;
pub use transport::Transport;

#[cfg(feature = "reqwest")]
pub use build_error::BuildError;
#[cfg(feature = "reqwest")]
pub use transport::reqwest::ReqwestTransport;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
