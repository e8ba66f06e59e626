//! The endpoints of the platform. A client's `send` takes any of these calls.
//!
//! | endpoint | call |
//! | --- | --- |
//! | `GET`, `POST /elements/{keyOrId}/oauth/url` | [`ConnectRequest::begin`](crate::ConnectRequest::begin) |
//! | `GET /elements/{keyOrId}/oauth/token` | [`ConnectRequest::begin`](crate::ConnectRequest::begin), with OAuth 1.0a |
//! | `POST /instances` | [`ConnectRequest::create`](crate::ConnectRequest::create), [`ConnectRequest::provision`](crate::ConnectRequest::provision) |
//! | `POST /elements/{keyOrId}/instances` | the same: the element is named in the body of `POST /instances` |
//! | `PATCH /instances/{id}` with a code | [`ConnectRequest::reauthorize`](crate::ConnectRequest::reauthorize) |
//! | `GET /instances?tags[]=…` for a lost answer | [`PendingAuthorization::reconcile`](crate::PendingAuthorization::reconcile) |
//! | `GET /instances?pageSize=1` | [`CheckCredentials`] |
//! | `GET /instances`, `GET /elements/{keyOrId}/instances` | [`ListInstances`] |
//! | `GET /instances/{id}`, `GET /instances` by token | [`GetInstance`] |
//! | `PATCH /instances/{id}`, `PATCH /instances` by token | [`PatchInstance`] |
//! | `PUT /instances/{id}`, `PUT /instances` by token | [`ReplaceInstance`] |
//! | `DELETE /instances/{id}`, `DELETE /instances` by token | [`DeleteInstance`] |
//! | `GET`, `PUT`, `DELETE /elements/{keyOrId}/instances/{id}` | the same, without the element |
//! | `PUT /instances/{id}/enabled`, `PUT /instances/enabled` by token | [`EnableInstance`] |
//! | `DELETE /instances/{id}/enabled`, `DELETE /instances/enabled` by token | [`DisableInstance`] |
//! | `GET /instances/{id}/configuration`, and by token | [`ListConfiguration`] |
//! | `GET /instances/{id}/configuration/{configurationId}`, and by token | [`GetConfigurationEntry`] |
//! | `PATCH /instances/{id}/configuration/{configurationId}`, and by token | [`PatchConfigurationEntry`] |
//! | `GET /elements` | [`ListElements`] |
//! | `GET /elements/keys` | [`ListElementKeys`] |
//! | `GET /elements/{keyOrId}` | [`GetElement`], [`ConnectRequest::preflight`](crate::ConnectRequest::preflight) |
//! | `GET /elements/{keyOrId}/metadata` | [`GetElementMetadata`] |
//! | `GET /elements/{keyOrId}/docs` | [`GetElementDocs`] |
//! | `GET /instances/{id}/docs` | [`GetInstanceDocs`] |
//! | `GET /hubs`, `/hubs/keys`, `/hubs/{key}`, `/hubs/{key}/elements` | [`ListHubs`], [`ListHubKeys`], [`GetHub`], [`ListHubElements`] |
//! | `GET /ping`, `GET /hubs/{hub}/ping` | [`Ping`] |
//! | `GET /objects`, `GET /objects/{name}/metadata`, with or without `/hubs/{hub}` | [`Objects`] |
//! | `GET`, `POST /{resource}`, `GET`, `PATCH`, `PUT`, `DELETE /{resource}/{id}`, with or without `/hubs/{hub}` | [`Resource`] |
//! | `GET /folders/contents`, `POST`, `DELETE /folders` | [`Files`] |
//! | `GET`, `POST`, `DELETE /files`, `GET /files/{id}`, `GET /files/links` | [`Files`] |
//! | `POST /bulk/query`, `POST /bulk/{object}`, `GET /bulk/{id}/status`, `/errors`, `/{object}` | [`Bulk`] |
//!
//! # Not here, and why
//!
//! * `GET /instances/{id}/events`, `/instances/events`, `/instances/count`, `/instances/trace-logging`: no
//!   answer of theirs is documented. A [`Call`](crate::Call) of your own asks for them.
//! * Bodies as streams: they would put a body type into every layer. Bodies are whole in memory, within
//!   [`Limits::max_body_bytes`](crate::Limits::max_body_bytes).
//!
//! A list that comes in pages is [`Paged`](crate::Paged): a client's `list` goes through all of them. Other
//! lists are a `Vec`.

mod check_credentials;
mod configuration;
mod elements;
mod hubs;
mod instance_ref;
mod instances;
mod list_instances;
mod resource;
mod simple_calls;
#[cfg(test)]
mod tests;

pub use check_credentials::CheckCredentials;
pub use configuration::{GetConfigurationEntry, ListConfiguration, PatchConfigurationEntry};
pub use elements::{GetElement, GetElementMetadata, ListElementKeys, ListElements};
pub(crate) use elements::{at_element, if_unheard_of};
pub use hubs::{GetElementDocs, GetHub, GetInstanceDocs, ListHubElements, ListHubKeys, ListHubs};
pub use instance_ref::InstanceRef;
pub(crate) use instance_ref::at_instance;
pub use instances::{
    DeleteInstance, DisableInstance, EnableInstance, GetInstance, PatchInstance, ReplaceInstance,
};
pub use list_instances::ListInstances;
pub use resource::{
    Bulk, BulkFormat, Condition, Download, Files, Literal, ObjectId, Objects, Ping, Resource,
    ResourceCall, ResourceResponse, WaitForBulk,
};
