//! Request and response types of the Cloud Elements platform.
//!
//! For applications that bring their own HTTP client, and the base of the clients `ce-async` and
//! `ce-blocking`. It does no IO and knows no HTTP: it has types, and reads and writes them with
//! serde. SAP Open Connectors and Sugar Integrate are the same platform under other names.
//!
//! | step | request | response |
//! | --- | --- | --- |
//! | OAuth 1.0a, before step 1 | `GET /elements/{key}/oauth/token` | [`RequestToken`] |
//! | 1: where to send the user | `GET /elements/{key}/oauth/url` | [`OAuthUrl`] |
//! | 2: create the instance | `POST /instances` with [`CreateInstance`] | [`Instance`] |
//! | what an element requires | `GET /elements/{key}` | [`Element`] |
//! | one setting of an instance | `GET /instances/{id}/configuration/{id}` | [`ConfigurationEntry`] |
//! | any error | | [`ApiErrorBody`] |
//!
//! ```
//! use ce_model::{CreateInstance, Instance};
//!
//! let body = CreateInstance::new("instagram", "Ann's photos").code("from the callback");
//! assert!(body.to_json().starts_with(r#"{"element":{"key":"instagram"},"#));
//!
//! let answer = r#"{"id":123,"token":"5MOr3Sl/E4k=","valid":true,"new":[1,2]}"#;
//! let instance: Instance = serde_json::from_str(answer)?;
//! assert_eq!(instance.id.get(), 123);
//! assert_eq!(instance.to_json(), answer);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Records
//! Documented fields are typed, and every other field is kept in `other`. A documented field that
//! holds something undocumented, `null` mostly, is kept there too: reading fails only if a
//! *required* field is missing, such as the token of an instance.
//!
//! # Formats
//! `to_json` writes everything that was read, verbatim. With serde, records can be read from and
//! written to any self-describing format: JSON by any library, MessagePack, CBOR, YAML, and RON
//! with its extension `unwrap_newtypes`. `#[serde(flatten)]` and tagged enums work. Writing fails
//! for what a format may change; [`Json`] lists it. Formats that do not describe themselves
//! (postcard, bincode) are refused when written, and RON without the extension when read.
//!
//! # Secrets
//! [`ElementToken`] and [`Secret`] print as `[redacted]`, are compared in constant time and wiped
//! when dropped. [`Json`] and [`Object`], which may hold passwords, print without their content.
//! A written [`Instance`] contains its token: treat it like a password.

mod element;
mod error;
mod instance;
mod json;
mod oauth;
mod secret;

pub use element::{Authentication, AuthenticationScheme, ConfigurationEntry, Element, ElementKey};
pub use error::ApiErrorBody;
pub use instance::{CreateInstance, Events, Instance, InstanceId, User};
pub use json::{Json, Object};
pub use oauth::{AuthorizationUrl, OAuthUrl, RequestToken};
pub use secret::{ElementToken, Secret};

/// Compiles and runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
