//! The words of the Cloud Elements platform: what it is asked and what it answers, as Rust types.
//!
//! No IO, no HTTP, no async: serde alone. Whoever brings a transport of their own needs nothing
//! else; the clients `ce-async` and `ce-blocking` speak in these types.
//!
//! | step | request | answer |
//! | --- | --- | --- |
//! | 1: where to send the user | `GET /elements/{key}/oauth/url` | [`OAuthUrl`] |
//! | 2: connect the account | `POST /instances` with [`CreateInstance`] | [`Instance`] |
//! | OAuth 1.0a, before step 1 | `GET /elements/{key}/oauth/token` | [`RequestToken`] |
//! | what an element asks for | `GET /elements/{key}` | [`Element`] |
//! | one setting of an instance | `GET /instances/{id}/configuration/{id}` | [`ConfigurationEntry`] |
//! | anything refused | | [`ApiErrorBody`] |
//!
//! # Nothing is lost
//! Every type reads and writes without loss. Documented fields are typed; whatever else the
//! platform sends, now or one day, is kept in `other` and written back. A documented field that
//! holds something undocumented is kept there too, and doesn't make reading fail.
//!
//! # Nothing is leaked
//! [`ElementToken`], [`Secret`], [`Json`] and [`Object`] print without their content and wipe their memory
//! when they are dropped. Serde writes them in full, since that is how they are sent and stored:
//! treat a written [`Instance`] like a password.
//!
//! Types are written for JSON through `serde_json`.

mod api_error_body;
mod authentication;
mod configuration_entry;
mod create_instance;
mod element;
mod element_key;
mod events;
mod instance;
mod json;
mod oauth_url;
mod object;
mod pieces;
mod raw;
mod reading;
mod record;
mod request_token;
mod secret;
mod transparent;

pub use api_error_body::ApiErrorBody;
pub use authentication::{Authentication, AuthenticationScheme};
pub use configuration_entry::ConfigurationEntry;
pub use create_instance::{CreateInstance, ElementReference};
pub use element::Element;
pub use element_key::ElementKey;
pub use events::Events;
pub use instance::{Instance, InstanceElement, InstanceId, User};
pub use json::Json;
pub use oauth_url::{AuthorizationUrl, OAuthUrl};
pub use object::Object;
pub use request_token::RequestToken;
pub use secret::{ElementToken, Secret};

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
