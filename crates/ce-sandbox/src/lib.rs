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

mod absolute_url;
mod accept;
mod answer;
mod authorization;
mod builder;
mod catalogue;
mod catalogue_error;
mod catalogue_file;
mod change;
mod condition;
mod configuration;
mod configuration_entries;
mod connection;
mod consent;
mod consent_page;
mod create_instance;
mod decision;
mod door;
mod element;
mod element_routes;
mod elements;
mod enabled;
mod encoding;
mod fault;
mod fault_plan;
mod fault_rule;
mod fault_syntax;
mod grant;
mod gzip_bomb;
mod http_date;
mod hub_routes;
mod instance;
mod instance_routes;
mod instance_store;
mod instances;
mod json_body;
mod markup;
mod masking;
mod metadata;
mod oauth_parameters;
mod oauth_token;
mod oauth_url;
mod one_time;
mod operation;
mod order;
mod page;
mod patch_instance;
mod path;
mod ping;
mod platform;
mod play;
mod preload;
mod provider_routes;
mod put_instance;
mod query;
mod question;
mod random;
mod raw_answer;
mod redacted;
mod request;
mod resources;
mod routes;
mod sandbox;
mod script;
mod served;
mod server;
mod service;
mod shelf;
mod spoil;
mod through;
mod which;

pub use builder::{Builder, DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET, StartError};
pub use catalogue_error::CatalogueError;
pub use fault::Fault;
pub use fault_rule::FaultRule;
pub use fault_syntax::FaultRuleError;
pub use operation::{Operation, UnknownOperation};
pub use play::ConsentError;
pub use preload::PreloadError;
pub use sandbox::{InstanceSummary, Sandbox};
pub use served::Served;

#[doc = include_str!("../CATALOGUE.md")]
pub mod catalogue_format {}

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
