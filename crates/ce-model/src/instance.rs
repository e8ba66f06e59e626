use std::fmt;

use crate::record::{documented_record, record};
use crate::transparent::transparent;
use crate::{Authentication, ElementKey, ElementToken, Object};

record! {
    /// An element instance: an end user's account at a provider, connected. The answer of step 2.
    ///
    /// All 126 documented answers hold `id`, `name`, `token` and `element`, and no other field is in
    /// every one. Required here are the three that can't be done without: a name that the platform
    /// has cut amid a character must not cost the token.
    ///
    /// ```
    /// use ce_model::Instance;
    ///
    /// let answer = r#"{"id":123,"name":"Ann's photos","token":"5MOr3Sl/E4k=",
    ///     "element":{"id":74,"key":"instagram","hub":"social"},
    ///     "valid":true,"disabled":null,"notYetDocumented":[1,2]}"#;
    /// let instance: Instance = serde_json::from_str(answer)?;
    /// assert_eq!(instance.id.get(), 123);
    /// assert_eq!(instance.valid, Some(true));
    /// // Nothing is lost when it is written again.
    /// let tree: serde_json::Value = serde_json::from_str(answer)?;
    /// assert_eq!(serde_json::to_value(&instance)?, tree);
    /// // The token is for use, not for print.
    /// assert!(!format!("{instance:?}").contains("5MOr3Sl"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Instance {
        required {
            /// The instance's number.
            "id" id: InstanceId,
            /// What every request through this instance carries. Keep it.
            "token" token: ElementToken,
            /// The element that it is an instance of.
            "element" element: InstanceElement,
        }
        optional {
            /// What the application called it.
            "name" name: String,
            /// When it was created, as `2017-08-07T18:46:38Z`.
            "createdDate" created_date: String,
            /// The element's number.
            "elementId" element_id: u64,
            /// The labels it was given.
            "tags" tags: Vec<String>,
            /// Does the provider accept its credentials?
            "valid" valid: bool,
            /// Has it been switched off?
            "disabled" disabled: bool,
            /// How many entries the platform caches for it.
            "maxCacheSize" max_cache_size: i64,
            /// How long a cached entry lives; the documentation doesn't say in which unit.
            "cacheTimeToLive" cache_time_to_live: i64,
            /// Does the platform cache for it?
            "cachingEnabled" caching_enabled: bool,
            /// Are events on?
            "eventsEnabled" events_enabled: bool,
            /// Is it being traced?
            "traceLoggingEnabled" trace_logging_enabled: bool,
            /// What the provider's callback brought, as it was sent.
            "providerData" provider_data: Object,
            /// Its settings; secrets come back masked as `********`.
            "configuration" configuration: Object,
            /// `none`, or `initial` for an instance made from a refresh token.
            "externalAuthentication" external_authentication: String,
            /// Where events are reported.
            "eventsNotificationCallbackUrl" events_notification_callback_url: String,
            /// The platform's user it belongs to.
            "user" user: User,
        }
    }
}

record! {
    /// What an instance says of its element.
    pub struct InstanceElement {
        optional {
            /// The element's number.
            "id" id: u64,
            /// The element's key.
            "key" key: ElementKey,
            /// The element's name for people.
            "name" name: String,
            /// What it is, for people.
            "description" description: String,
            /// A picture: a URL or a path on the platform.
            "image" image: String,
            /// The hub that it belongs to, such as `social`.
            "hub" hub: String,
            /// Can it be used?
            "active" active: bool,
            /// Has it been deleted?
            "deleted" deleted: bool,
            /// How a user authenticates.
            "authentication" authentication: Authentication,
        }
    }
}
documented_record!(InstanceElement);

record! {
    /// The platform's user that an instance belongs to.
    pub struct User {
        optional {
            /// The user's number.
            "id" id: u64,
            /// The user's address.
            "emailAddress" email_address: String,
            /// The user's first name.
            "firstName" first_name: String,
            /// The user's last name.
            "lastName" last_name: String,
        }
    }
}
documented_record!(User);

/// The number of an element instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InstanceId(u64);

transparent!(InstanceId(u64));

impl InstanceId {
    /// An id that was stored.
    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl From<u64> for InstanceId {
    fn from(id: u64) -> Self {
        Self(id)
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn debug_shows_what_is_harmless_and_no_secret() {
        let instance: Instance = serde_json::from_value(json!({
            "id": 7, "name": "Ann", "token": "canary", "element": {"key": "instagram", "configuration": {"oauth.api.secret": "canary"}},
            "providerData": {"code": "canary"},
            "configuration": {"oauth.api.secret": "canary"},
            "unheard": {"of": "canary"}
        }))
        .unwrap();
        let printed = format!("{instance:?}");
        assert!(!printed.contains("canary"), "{printed}");
        for shown in ["7", "Ann", "instagram", "oauth.api.secret"] {
            assert!(printed.contains(shown), "{printed}");
        }
    }

    #[test]
    fn ids_are_not_bound_to_32_bits() {
        let text = format!(
            r#"{{"id":{},"token":"t","element":{{}},"name":""}}"#,
            u64::MAX
        );
        let instance: Instance = serde_json::from_str(&text).unwrap();
        assert_eq!(instance.id.get(), u64::MAX);
        assert_eq!(serde_json::to_string(&instance).unwrap(), text);
    }

    #[test]
    fn what_must_be_there_is_named_when_it_is_not() {
        let whole = json!({"id": 1, "name": "n", "token": "t", "element": {}});
        for field in ["id", "token", "element"] {
            let mut lacking = whole.clone();
            lacking.as_object_mut().unwrap().remove(field);
            let error = serde_json::from_value::<Instance>(lacking).unwrap_err();
            assert!(error.to_string().contains(field), "{error}");
        }
        assert!(serde_json::from_value::<Instance>(Value::Null).is_err());
    }
}
