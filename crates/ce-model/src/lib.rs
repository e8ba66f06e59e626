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
//! | changes at the provider | the platform's `POST` to the application | [`EventNotification`] |
//! | files | `GET /folders/contents`, `POST /files` | [`File`] |
//! | bulk jobs | `POST /bulk/query`, `GET /bulk/{id}/status` | [`BulkJob`] |
//! | any request that is executed later | with `Elements-Async-Request: true` | [`AcceptedRequest`] |
//! | any error | | [`ApiErrorBody`] |

#![deny(missing_debug_implementations)]

mod element;
mod error;
mod event;
mod file;
mod instance;
mod job;
mod json;
mod oauth;
mod secret;

pub use element::{Authentication, AuthenticationScheme, ConfigurationEntry, Element, ElementKey};
pub use error::ApiErrorBody;
pub use event::{Event, EventList, EventNotification};
pub use file::File;
pub use instance::{CreateInstance, Events, Instance, InstanceId, User};
pub use job::{AcceptedRequest, BulkJob};
pub use json::{Json, Object};
pub use oauth::{AuthorizationUrl, OAuthUrl, RequestToken};
pub use secret::{ElementToken, Secret};
