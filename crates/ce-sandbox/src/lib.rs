//! A stand-in for the Cloud Elements platform on loopback, with state, for tests and examples.
//!
//! It plays both sides that an application meets while it connects a user's account: the
//! platform's API, and the consent page of the provider (Instagram, say). Codes work once, element
//! tokens work until their instance is deleted, and what an element requires is checked. There is
//! an element for each way to authenticate, and [users add their own](catalogue_format); each
//! instance has objects behind it to list and to change. Any HTTP client can talk to it: it speaks
//! the platform's own paths, headers and bodies.
//!
//! What it is not: it never reaches a real provider, keeps nothing on disk, offers no TLS, and its
//! tokens are random but not unpredictable. Use it to test, never to protect anything.
//!
//! ```text
//!   your application ──HTTP──▶ /elements/api-v2/…      the platform's API ┐
//!                                                                         ├─ one state, one thread
//!   a browser, or    ──HTTP──▶ /provider/{key}/authorize   consent page   ┘
//!   Sandbox::allow
//! ```
//!
//! The whole job, with any HTTP client:
//!
//! ```
//! use ce_sandbox::Sandbox;
//! use serde_json::{Value, json};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start()?;
//! let api = sandbox.base_url();
//!
//! // Step 1: where to send the user.
//! let query = "apiKey=key&apiSecret=secret&callbackUrl=http://localhost/callback";
//! let mut answer = ureq::get(format!("{api}/elements/instagram/oauth/url?{query}")).call()?;
//! let step1: Value = answer.body_mut().read_json()?;
//!
//! // The user allows it, and the browser comes back with a code.
//! let callback = sandbox.allow(step1["oauthUrl"].as_str().ok_or("no URL")?)?;
//! let mut parameters = callback.split(['?', '&', '#']);
//! let code = parameters.find_map(|part| part.strip_prefix("code="));
//!
//! // Step 2: create the instance.
//! let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
//! ureq::post(format!("{api}/instances"))
//!     .header("Authorization", format!("User {user}, Organization {organization}"))
//!     .send_json(json!({
//!         "element": { "key": "instagram" },
//!         "providerData": { "code": code },
//!         "configuration": {
//!             "oauth.api.key": "key",
//!             "oauth.api.secret": "secret",
//!             "oauth.callback.url": "http://localhost/callback",
//!         },
//!         "name": "Holiday pictures",
//!     }))?;
//! assert_eq!(sandbox.instances()[0].name, "Holiday pictures");
//! # Ok(())
//! # }
//! ```
//!
//! Its layers, each of which imports only those below:
//!
//! ```text
//!   Sandbox · Builder
//!   server                       thread, listener, connections
//!   api · provider · control     endpoints, consent page, what a test does besides
//!   faults                       a layer around each operation
//!   events                       signed notifications, and their delivery
//!   web                          credentials, parameters, bodies, pages, errors
//!   store                        instances, files, codes, notifications, records
//!   catalogue                    elements
//!   json                         documents from outside
//! ```
//!
//! [`Sandbox::builder`] sets secrets, port, clock, randomness and limits. What was served can be
//! asserted on with [`Sandbox::instances`] and [`Sandbox::served`]. The program `ce-sandbox` is the
//! same thing for the command line.

mod api;
mod builder;
mod catalogue;
mod control;
mod events;
mod faults;
mod instance_summary;
mod json;
mod provider;
mod sandbox;
mod server;
mod start_error;
mod store;
mod web;

pub use builder::{Builder, DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET};
pub use catalogue::CatalogueError;
pub use control::PreloadError;
pub use events::NotifyError;
pub use faults::{Fault, FaultRule, FaultRuleError, Operation, UnknownOperation};
pub use instance_summary::InstanceSummary;
pub use provider::ConsentError;
pub use sandbox::Sandbox;
pub use start_error::StartError;
pub use store::{Notification, NotificationStatus, Served};

#[doc = include_str!("../CATALOGUE.md")]
pub mod catalogue_format {}

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
