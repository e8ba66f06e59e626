//! An instance as a struct of the same fields as ours, that drops whatever it doesn't know.

#![allow(dead_code, missing_docs)] // its fields are read, and nobody looks at them

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Instance {
    pub id: u64,
    pub token: String,
    pub element: Element,
    pub name: Option<String>,
    pub created_date: Option<String>,
    pub element_id: Option<u64>,
    pub tags: Option<Vec<String>>,
    pub valid: Option<bool>,
    pub disabled: Option<bool>,
    pub max_cache_size: Option<i64>,
    pub cache_time_to_live: Option<i64>,
    pub caching_enabled: Option<bool>,
    pub events_enabled: Option<bool>,
    pub trace_logging_enabled: Option<bool>,
    pub provider_data: Option<Map<String, Value>>,
    pub configuration: Option<Map<String, Value>>,
    pub external_authentication: Option<String>,
    pub events_notification_callback_url: Option<String>,
    pub user: Option<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Element {
    pub id: Option<u64>,
    pub key: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub image: Option<String>,
    pub hub: Option<String>,
    pub active: Option<bool>,
    pub deleted: Option<bool>,
    pub authentication: Option<Authentication>,
}

#[derive(Deserialize)]
pub struct Authentication {
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: Option<u64>,
    pub email_address: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
}
