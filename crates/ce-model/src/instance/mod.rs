//! Instances: accounts of end users that are connected, and what is sent to create one.

mod create_instance;
mod events;
mod id;

pub use create_instance::CreateInstance;
pub use events::Events;
pub use id::InstanceId;

use crate::json::record;
use crate::{Element, ElementToken, Object};

record! {
    /// An element instance: an end user's account at a provider, connected. The response of step 2,
    /// `POST /instances`.
    ///
    /// All 126 documented responses have `id`, `name`, `token` and `element`. Required are the id
    /// and the token: an answer that has them is not lost over anything else.
    pub struct Instance {
        required {
            /// The instance's number.
            "id" id: InstanceId,
            /// The token that every request through this instance carries. Keep it.
            "token" token: ElementToken,
        }
        optional {
            /// The element that it is an instance of.
            "element" element: Element,
            /// The name that the application gave it.
            "name" name: String,
            /// When it was created, such as `2017-08-07T18:46:38Z`.
            "createdDate" created_date: String,
            /// The element's number.
            "elementId" element_id: u64,
            /// The tags that the application gave it.
            "tags" tags: Vec<String>,
            /// Whether the provider accepts its credentials.
            "valid" valid: bool,
            /// Whether it has been disabled.
            "disabled" disabled: bool,
            /// How many entries the platform caches for it.
            "maxCacheSize" max_cache_size: i64,
            /// How long a cached entry lives. The unit is not documented.
            "cacheTimeToLive" cache_time_to_live: i64,
            /// Whether the platform caches for it.
            "cachingEnabled" caching_enabled: bool,
            /// Whether events are on.
            "eventsEnabled" events_enabled: bool,
            /// Whether its requests are traced.
            "traceLoggingEnabled" trace_logging_enabled: bool,
            /// What the provider's callback brought, as it was sent.
            "providerData" provider_data: Object,
            /// The settings. Secrets come back masked as `********`.
            "configuration" configuration: Object,
            /// `none`, or `initial` for an instance that was created from a refresh token.
            "externalAuthentication" external_authentication: String,
            /// Where events are reported.
            "eventsNotificationCallbackUrl" events_notification_callback_url: String,
            /// The platform's user that it belongs to.
            "user" user: User,
        }
    }
}

record! {
    /// The platform's user that an instance belongs to.
    #[derive(Default)]
    pub struct User {
        optional {
            /// The user's number.
            "id" id: u64,
            /// The user's email address.
            "emailAddress" email_address: String,
            /// The user's first name.
            "firstName" first_name: String,
            /// The user's last name.
            "lastName" last_name: String,
        }
    }
}
