use serde_json::{Map, Value};

use crate::catalogue::Element;

/// What stands for a secret in a response.
pub(crate) const MASK: &str = "********";

/// Masks every value.
pub(crate) fn all(values: &Map<String, Value>) -> Map<String, Value> {
    let mask = |key: &String| (key.clone(), Value::from(MASK));
    values.keys().map(mask).collect()
}

/// Returns `true` if the value of a configuration entry is never shown. The platform masks the API
/// key as well as its secret.
pub(crate) fn is_secret(element: &Element, key: &str) -> bool {
    let named_secret = ["password", "secret", "token", "private.key", "passphrase"]
        .iter()
        .any(|ending| key.to_ascii_lowercase().ends_with(ending));
    match element.entry(key) {
        Some(entry) => entry.is_secret() || key == "oauth.api.key",
        None => named_secret,
    }
}
