//! Instances: accounts of end users that are connected, and what is sent to create one.

mod create_instance;
mod element;
mod events;
mod id;
mod user;

pub use create_instance::{CreateInstance, ElementReference};
pub use element::InstanceElement;
pub use events::Events;
pub use id::InstanceId;
pub use user::User;

use crate::json::record;
use crate::{ElementToken, Object};

record! {
    /// An element instance: an end user's account at a provider, connected. The response of step 2,
    /// `POST /instances`.
    ///
    /// All 126 documented responses have `id`, `name`, `token` and `element`. Required are the id
    /// and the token: an answer that has them is not lost over anything else.
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
    /// // The token is not printed.
    /// assert!(!format!("{instance:?}").contains("5MOr3Sl"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Instance {
        required {
            /// The instance's number.
            "id" id: InstanceId,
            /// The token that every request through this instance carries. Keep it.
            "token" token: ElementToken,
        }
        optional {
            /// The element that it is an instance of.
            "element" element: InstanceElement,
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
    fn what_must_be_there_is_named_when_it_is_not() {
        let whole = json!({"id": 1, "name": "n", "token": "t", "element": {}});
        for field in ["id", "token"] {
            let mut lacking = whole.clone();
            lacking.as_object_mut().unwrap().remove(field);
            let error = serde_json::from_value::<Instance>(lacking).unwrap_err();
            assert!(error.to_string().contains(field), "{error}");
        }
        assert!(serde_json::from_value::<Instance>(Value::Null).is_err());
    }

    #[test]
    fn a_required_field_of_another_type_is_named_and_not_quoted() {
        for (text, field) in [
            (r#"{"id":1,"token":77123}"#, "`token`"),
            (r#"{"id":1,"token":["77123"]}"#, "`token`"),
            (r#"{"id":"x77123","token":"t"}"#, "`id`"),
        ] {
            let error = serde_json::from_str::<Instance>(text)
                .unwrap_err()
                .to_string();
            assert!(error.contains(field) && !error.contains("77123"), "{error}");
        }
    }

    #[test]
    fn nothing_but_the_id_and_the_token_is_needed() {
        for rest in [
            "",
            r#","element":null"#,
            r#","element":"instagram""#,
            r#","element":[{"id":74}]"#,
            r#","element":{"id":"74","key":7,"authentication":"oauth2"}"#,
            r#","name":"cut \ud83d","tags":"x","user":7,"valid":"yes","configuration":[]"#,
        ] {
            let text = format!(r#"{{"id":7,"token":"T"{rest}}}"#);
            let instance: Instance = serde_json::from_str(&text).unwrap();
            assert_eq!(instance.token.expose(), "T");
            assert_eq!(instance.id.get(), 7);
            assert_eq!(instance.to_json(), text);
            let is_object = rest.contains(r#""element":{"#);
            assert_eq!(instance.element.is_some(), is_object, "{text}");
        }
    }

    #[test]
    fn the_id_may_be_written_in_any_way() {
        for id in ["7", "\"7\"", "7.0"] {
            let text = format!(r#"{{"id":{id},"token":"T"}}"#);
            let instance: Instance = serde_json::from_str(&text).unwrap();
            assert_eq!(instance.to_json(), r#"{"id":7,"token":"T"}"#);
        }
    }
}
