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
//! The whole job, with nothing but the standard library as the client:
//!
//! ```
//! use std::io::{Read as _, Write as _};
//! use std::net::TcpStream;
//!
//! use ce_sandbox::Sandbox;
//!
//! /// Sends one request and reads the answer to its end.
//! fn send(sandbox: &Sandbox, head: &str, body: &str) -> std::io::Result<String> {
//!     let mut stream = TcpStream::connect(sandbox.address())?;
//!     let length = body.len();
//!     write!(
//!         stream,
//!         "{head} HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n\
//!          Authorization: User {}, Organization {}\r\n\
//!          Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
//!         sandbox.user_secret(),
//!         sandbox.organization_secret(),
//!     )?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer)?;
//!     Ok(answer)
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::start()?;
//!
//! // Step 1: where to send the user.
//! let answer = send(
//!     &sandbox,
//!     "GET /elements/api-v2/elements/instagram/oauth/url\
//!      ?apiKey=key&apiSecret=secret&callbackUrl=http://localhost/callback",
//!     "",
//! )?;
//! let body = answer.split("\r\n\r\n").nth(1).ok_or("no body")?;
//! let step1: serde_json::Value = serde_json::from_str(body)?;
//!
//! // The user allows it, and the browser comes back with a code.
//! let callback = sandbox.allow(step1["oauthUrl"].as_str().ok_or("no URL")?)?;
//! let code = callback
//!     .split(['?', '&', '#'])
//!     .find_map(|part| part.strip_prefix("code="))
//!     .ok_or("no code")?;
//!
//! // Step 2: make the instance.
//! let order = serde_json::json!({
//!     "element": { "key": "instagram" },
//!     "providerData": { "code": code },
//!     "configuration": {
//!         "oauth.api.key": "key",
//!         "oauth.api.secret": "secret",
//!         "oauth.callback.url": "http://localhost/callback",
//!     },
//!     "name": "Holiday pictures",
//! });
//! let answer = send(&sandbox, "POST /elements/api-v2/instances", &order.to_string())?;
//! assert!(answer.starts_with("HTTP/1.1 200"));
//! assert_eq!(sandbox.instances()[0].name, "Holiday pictures");
//! # Ok(())
//! # }
//! ```
//!
//! [`Sandbox::builder`] sets secrets, port, clock, randomness and limits. What was served can be
//! asserted on with [`Sandbox::instances`] and [`Sandbox::served`]. The program `ce-sandbox` is the
//! same thing for the command line.

mod api;
mod builder;
mod catalogue;
mod control;
mod faults;
mod provider;
mod sandbox;
mod server;
mod store;
mod web;

pub use builder::{Builder, DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET, StartError};
pub use catalogue::CatalogueError;
pub use control::PreloadError;
pub use faults::{Fault, FaultRule, FaultRuleError, Operation, UnknownOperation};
pub use provider::ConsentError;
pub use sandbox::{InstanceSummary, Sandbox};
pub use store::Served;

#[doc = include_str!("../CATALOGUE.md")]
pub mod catalogue_format {}

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
