//! An instance as a struct of the same fields as ours, that drops whatever it does not know.

use serde::Deserialize;
use serde_json::{Map, Value};

macro_rules! documents {
    ($($name:ident { $($field:ident: $Type:ty),* })*) => { $(
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name { $(pub $field: Option<$Type>,)* }
    )* };
}

documents! {
    Dropping { id: u64, token: String, element: Element, name: String,
        created_date: String, element_id: u64, tags: Vec<String>, valid: bool,
        disabled: bool, max_cache_size: i64, cache_time_to_live: i64, caching_enabled: bool,
        events_enabled: bool, trace_logging_enabled: bool, provider_data: Map<String, Value>,
        configuration: Map<String, Value>, external_authentication: String,
        events_notification_callback_url: String, user: User
    }
    Element {
        id: u64, key: String, name: String, description: String, image: String, hub: String,
        active: bool, deleted: bool, authentication: Authentication
    }
    Authentication { r#type: String }
    User { id: u64, email_address: String, first_name: String, last_name: String }
}
