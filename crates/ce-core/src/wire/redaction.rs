//! Redaction of requests and responses. What may be shown is listed by name, since a provider may call
//! its secrets anything.

use serde_json::Value;

/// Members of a body whose values may be shown. All others are redacted.
#[rustfmt::skip] // Many a line.
const HARMLESS: [&str; 27] = [
    "cacheTimeToLive", "callbackUrl", "createdDate", "dateTime", "description", "displayOrder",
    "element", "elementId", "endpoint", "externalAuthentication", "firstName", "hookName", "hub",
    "id", "image", "key", "maxCacheSize", "message", "name", "protocolType", "providerMessage",
    "requestId", "scope", "siteAddress", "status", "tags", "type",
];

/// Parameters of a query whose values may be shown.
#[rustfmt::skip] // Many a line.
const HARMLESS_PARAMETERS: [&str; 7] =
    ["callbackUrl", "hydrate", "nextPage", "pageSize", "scope", "siteAddress", "tags[]"];

/// Entries of a configuration whose values may be shown.
#[rustfmt::skip] // Many a line.
const HARMLESS_ENTRIES: [&str; 6] = [
    "event.notification.callback.url", "event.notification.enabled", "event.vendor.type",
    "oauth.callback.url", "oauth.scope", "pagination.max",
];

const REDACTED: &str = "[redacted]";

/// Redacts a query: each parameter's name and what may be shown of its value, percent-encoded as they
/// were.
pub fn redact_parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = name.replace("%5B%5D", "[]");
        let is_harmless = HARMLESS_PARAMETERS.contains(&plain.as_str());
        (name, if is_harmless { value } else { REDACTED })
    })
}

/// Redacts a body: keeps the names, and hides every text and number that is not known to be harmless.
///
/// Where the names are the provider's (`configuration`, `providerData`), only a few entries are shown. A
/// provider's URL loses its query, which may hold the API secret.
///
/// ```
/// use serde_json::json;
///
/// let mut body = json!({"name": "Ann", "token": "s3cret", "configuration": {"pin": 1234}});
/// ce_core::redact_json(&mut body);
/// assert_eq!(
///     body,
///     json!({"name": "Ann", "token": "[redacted]", "configuration": {"pin": "[redacted]"}})
/// );
/// ```
pub fn redact_json(body: &mut Value) {
    redact("", body, false);
}

/// `open`: the names are the provider's.
fn redact(name: &str, value: &mut Value, open: bool) {
    let is_harmless = match open {
        true => HARMLESS_ENTRIES.contains(&name),
        false => HARMLESS.contains(&name),
    };
    match value {
        // One entry of a configuration, by itself.
        _ if matches!(name, "propertyValue" | "defaultValue") => *value = REDACTED.into(),
        Value::Object(members) => {
            let open = open || matches!(name, "configuration" | "providerData");
            members
                .iter_mut()
                .for_each(|(name, value)| redact(name, value, open));
        }
        // Where an element lists what can be configured, each is described, not given.
        Value::Array(items) if name == "configuration" => {
            items.iter_mut().for_each(|item| redact("", item, false));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(name, item, open)),
        Value::String(url) if name == "oauthUrl" => {
            if let Some(end) = url.find(['?', '#']) {
                url.replace_range(end.., "?[redacted]");
            }
        }
        Value::String(_) | Value::Number(_) if !is_harmless => *value = REDACTED.into(),
        Value::Bool(_) if open && !is_harmless => *value = REDACTED.into(),
        _ => {}
    }
}

/// Redacts an `Authorization` header: keeps its words, and hides its secrets.
pub fn redact_authorization(value: &str) -> String {
    let words = value.split(", ").map(|part| {
        let word = part.split(' ').next().unwrap_or_default();
        format!("{word} {REDACTED}")
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_may_be_secret_is_hidden_wherever_it_stands() {
        let mut body = json!({
            "id": 7, "valid": true, "token": "canary", "unheard": ["canary", {"key": "seen"}],
            "oauthUrl": "https://p.example/a?client_secret=canary",
            "providerData": {"name": "canary", "expires_in": 77},
            "configuration": {
                "oauth.callback.url": "https://seen", "password": "canary", "key": "canary",
                "id": 77, "on": true, "x": {"pin": 77, "name": "canary"}, "y": [77, "canary"]
            },
            "entry": {"key": "password", "propertyValue": "canary", "defaultValue": {"key": "canary"}},
            "ssn": 77, "otp": [7777, 1],
        });
        let mut listed = json!({
            "configuration": [{"key": "seen", "defaultValue": "canary", "value": "canary"}],
            "providerData": {"list": [{"name": "canary"}]},
        });
        redact_json(&mut listed);
        assert_eq!(listed["configuration"][0]["key"], "seen");
        assert!(!listed.to_string().contains("canary"), "{listed}");
        redact_json(&mut body);
        let text = body.to_string();
        assert!(!text.contains("canary") && !text.contains("77"), "{text}");
        assert_eq!(body["id"], 7);
        assert_eq!(body["valid"], true);
        assert_eq!(body["unheard"][1]["key"], "seen");
        assert_eq!(body["configuration"]["oauth.callback.url"], "https://seen");
        assert_eq!(body["configuration"]["on"], REDACTED);
        assert_eq!(body["entry"]["key"], "password");
        assert_eq!(body["oauthUrl"], "https://p.example/a?[redacted]");
        let seen = redact_parameters("key=canary&id=canary&scope=s&tags%5B%5D=t");
        let seen: Vec<_> = seen.map(|(_, value)| value).collect();
        assert_eq!(seen, [REDACTED, REDACTED, "s", "t"]);
    }
}
