//! Connects end users' accounts at providers such as Instagram through the Cloud Elements platform
//! (SAP Open Connectors, Sugar Integrate): the blocking client, on ureq.
//!
//! ```
//! use ce_blocking::{Client, ConnectRequest, Credentials, ConnectOutcome, Config};
//! # use ce_sandbox::Sandbox;
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
//! // One handler: keep `pending` in the user's session and redirect to `url`.
//! let redirect = client.begin(&connect)?;
//! # let callback = sandbox.allow(redirect.url.as_str())?;
//! # let pending = redirect.pending;
//!
//! // The other: the provider has sent the browser to the callback URL.
//! match client.finish(&connect, &pending, &callback)? {
//!     ConnectOutcome::Connected(instance) => { /* keep instance.token */ }
//!     ConnectOutcome::Denied(denied) => println!("{denied}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is sent, what an answer means and what is done next is decided in `ce-core`, which is
//! re-exported here. The async client, `ce-async`, decides the same.

mod build_error;
mod client;
mod listing;
mod transport;

pub use build_error::BuildError;
pub use ce_core::*;
pub use client::Client;
pub use listing::Listing;
pub use ureq;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
