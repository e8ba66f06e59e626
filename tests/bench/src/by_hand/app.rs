//! What all peers have in common, with `serde_json::json!`, `Value` and `url`.

use std::collections::HashMap;

use serde_json::{Value, json};
use url::Url;

/// What the application is configured with.
pub struct App {
    /// Where the platform is.
    pub base_url: String,
    /// Who asks.
    pub user_secret: String,
    /// For whom.
    pub organization_secret: String,
    /// The provider's.
    pub api_key: String,
    /// The provider's.
    pub api_secret: String,
    /// Where the user comes back to.
    pub callback_url: String,
}

impl App {
    /// An application of which this platform knows.
    pub fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            user_secret: crate::USER_SECRET.to_owned(),
            organization_secret: crate::ORGANIZATION_SECRET.to_owned(),
            api_key: crate::API_KEY.to_owned(),
            api_secret: crate::API_SECRET.to_owned(),
            callback_url: crate::CALLBACK_URL.to_owned(),
        }
    }

    /// The platform's header.
    pub fn authorization(&self) -> String {
        format!(
            "User {}, Organization {}",
            self.user_secret, self.organization_secret
        )
    }

    /// Step 1's query.
    pub fn step_1<'a>(&'a self, state: &'a str) -> [(&'static str, &'a str); 4] {
        [
            ("apiKey", &self.api_key),
            ("apiSecret", &self.api_secret),
            ("callbackUrl", &self.callback_url),
            ("state", state),
        ]
    }
}

/// The authorization URL of step 1's answer, if a browser may be sent there.
pub fn oauth_url_of(answer: &Value) -> Option<String> {
    let url = answer["oauthUrl"].as_str()?;
    is_web(url).then(|| url.to_owned())
}

/// Is it a URL that a browser may be sent to?
fn is_web(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// What the provider sent the browser back with.
pub struct Callback(HashMap<String, String>);

/// Reads a callback.
pub fn callback(url: &str) -> Option<Callback> {
    let url = Url::parse(url).ok()?;
    Some(Callback(url.query_pairs().into_owned().collect()))
}

/// The code, if the callback is this flow's and the user agreed.
pub fn check(callback: &Callback, state: &str) -> Option<String> {
    if callback.0.get("state")? != state || callback.0.contains_key("error") {
        return None;
    }
    callback.0.get("code").cloned()
}

/// Step 2's body.
pub fn create_body(app: &App, element: &str, name: &str, code: &str) -> Value {
    json!({
        "element": {"key": element},
        "providerData": {"code": code},
        "configuration": {
            "oauth.api.key": app.api_key,
            "oauth.api.secret": app.api_secret,
            "oauth.callback.url": app.callback_url,
        },
        "tags": ["customer-42"],
        "name": name,
    })
}
