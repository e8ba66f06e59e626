//! The endpoints, one value each. A client's `send` takes any of them.
//!
//! | endpoint | call |
//! | --- | --- |
//! | `GET`, `POST /elements/{keyOrId}/oauth/url` | [`Connect::begin`](crate::Connect::begin) |
//! | `POST /instances` | [`Connect::create`](crate::Connect::create) |
//! | `GET /instances` with a tag | [`Pending::reconcile`](crate::Pending::reconcile) |
//! | `PATCH /instances/{id}` | [`PatchInstance`] |
//! | `GET /instances/{id}` | [`GetInstance`] |
//! | `DELETE /instances/{id}` | [`DeleteInstance`] |
//! | `GET /ping` through an instance | [`Ping`] |

mod create_instance;
mod instances;
mod instances_by_tag;
mod missing_entries;
mod oauth_url;
mod ping;

pub(crate) use create_instance::CreateInstanceCall;
pub use instances::{DeleteInstance, GetInstance, PatchInstance};
pub(crate) use instances_by_tag::InstancesByTag;
pub(crate) use oauth_url::GetOAuthUrl;
pub use ping::{Ping, Pong};
