#![doc = include_str!("../README.md")]
//!
//! # Requests and responses
//! | step | request | response |
//! | --- | --- | --- |
//! | OAuth 1.0a, before step 1 | `GET /elements/{key}/oauth/token` | [`RequestToken`] |
//! | 1: where to send the user | `GET /elements/{key}/oauth/url` | [`OAuthUrl`] |
//! | 2: create the instance | `POST /instances` with [`CreateInstance`] | [`Instance`] |
//! | what an element requires | `GET /elements/{key}` | [`Element`] |
//! | one setting of an instance | `GET /instances/{id}/configuration/{id}` | [`ConfigurationEntry`] |
//! | any error | | [`ApiErrorBody`] |

#![deny(missing_debug_implementations)]

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
