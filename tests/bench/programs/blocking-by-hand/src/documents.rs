//! What the application is configured with, and the documents of the calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub struct App {
    pub base_url: String,
    pub user_secret: String,
    pub organization_secret: String,
    pub api_key: String,
    pub api_secret: String,
    pub callback_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationUrl {
    oauth_url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateInstance<'a> {
    element: BTreeMap<&'a str, &'a str>,
    provider_data: BTreeMap<&'a str, &'a str>,
    configuration: BTreeMap<&'a str, &'a str>,
    tags: [&'a str; 1],
    name: &'a str,
}

/// What the program needs, and the rest as it came, since it is stored.
#[derive(Deserialize)]
pub struct Instance {
    pub id: u64,
    pub token: String,
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl App {
    pub fn from_env() -> Result<Self, std::env::VarError> {
        let setting = std::env::var;
        Ok(Self {
            base_url: setting("BASE_URL")?,
            user_secret: setting("USER_SECRET")?,
            organization_secret: setting("ORGANIZATION_SECRET")?,
            api_key: setting("API_KEY")?,
            api_secret: setting("API_SECRET")?,
            callback_url: setting("CALLBACK_URL")?,
        })
    }

    pub fn authorization(&self) -> String {
        format!(
            "User {}, Organization {}",
            self.user_secret, self.organization_secret
        )
    }

    pub fn oauth_query<'a>(&'a self, state: &'a str) -> [(&'static str, &'a str); 4] {
        [
            ("apiKey", &self.api_key),
            ("apiSecret", &self.api_secret),
            ("callbackUrl", &self.callback_url),
            ("state", state),
        ]
    }

    pub fn create_instance<'a>(&'a self, code: &'a str) -> CreateInstance<'a> {
        CreateInstance {
            element: BTreeMap::from([("key", "instagram")]),
            provider_data: BTreeMap::from([("code", code)]),
            configuration: BTreeMap::from([
                ("oauth.api.key", self.api_key.as_str()),
                ("oauth.api.secret", &self.api_secret),
                ("oauth.callback.url", &self.callback_url),
            ]),
            tags: ["customer-42"],
            name: "Ann's photos",
        }
    }
}

impl AuthorizationUrl {
    /// The URL, if a browser may be sent there.
    pub fn checked(self) -> Result<String, &'static str> {
        let url = self.oauth_url;
        let web = url.starts_with("http://") || url.starts_with("https://");
        web.then_some(url).ok_or("no authorization URL")
    }
}
