//! The documents of both calls, as a program writes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationUrl {
    pub oauth_url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateInstance<'a> {
    element: Element<'a>,
    provider_data: ProviderData,
    configuration: BTreeMap<&'a str, &'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct Element<'a> {
    key: &'a str,
}

#[derive(Serialize)]
struct ProviderData {
    code: String,
}

#[derive(Deserialize)]
pub struct Instance {
    pub token: String,
}

impl<'a> CreateInstance<'a> {
    pub fn new(code: String, key: &'a str, secret: &'a str, callback_url: &'a str) -> Self {
        Self {
            element: Element { key: "instagram" },
            provider_data: ProviderData { code },
            configuration: BTreeMap::from([
                ("oauth.api.key", key),
                ("oauth.api.secret", secret),
                ("oauth.callback.url", callback_url),
            ]),
            name: "Ann's photos",
        }
    }
}
