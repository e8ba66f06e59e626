//! Redaction of requests and responses. What may be shown is listed by name, since a provider may call
//! its secrets anything.

use std::borrow::Cow;

use percent_encoding::{CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

/// Members of a body whose values may be shown. All others are redacted.
#[rustfmt::skip] // Many a line.
const HARMLESS: [&str; 28] = [
    "cacheTimeToLive", "callbackUrl", "createdDate", "dateTime", "description", "displayOrder",
    "element", "elementId", "endpoint", "externalAuthentication", "firstName", "hookName", "hub",
    "id", "image", "key", "maxCacheSize", "message", "name", "oauthUrl", "protocolType",
    "providerMessage", "requestId", "scope", "siteAddress", "status", "tags", "type",
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

/// Headers whose values may be shown.
#[rustfmt::skip] // Many a line.
const HARMLESS_HEADERS: [&str; 4] =
    ["accept", "content-type", "elements-async-request", "user-agent"];

/// Words of an `Authorization` header, each before a secret.
const SCHEMES: [&str; 5] = ["User", "Organization", "Element", "Basic", "Bearer"];

const REDACTED: &str = "[redacted]";

/// Redacts a query: each parameter's name and what may be shown of its value, percent-encoded as they
/// were. A callback URL is decoded, and loses its user and its query.
///
/// ```
/// let seen = ce_core::redact_parameters("scope=basic&apiSecret=s3cret");
/// let seen: Vec<String> = seen.map(|(name, value)| format!("{name}={value}")).collect();
/// assert_eq!(seen, ["scope=basic", "apiSecret=[redacted]"]);
/// ```
pub fn redact_parameters(query: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = name.replace("%5B%5D", "[]");
        let is_harmless = HARMLESS_PARAMETERS.contains(&plain.as_str());
        let value = match is_harmless {
            true if is_url(name) => {
                let url = percent_decode_str(value).decode_utf8_lossy();
                utf8_percent_encode(&redact_url(&url), CONTROLS)
                    .to_string()
                    .into()
            }
            true => value.into(),
            false => REDACTED.into(),
        };
        (name, value)
    })
}

/// Returns `true` if the values of what has this name are URLs.
fn is_url(name: &str) -> bool {
    name.ends_with("Url") || name.ends_with(".url")
}

/// A URL whose user, query and fragment are hidden.
pub(crate) fn redact_url(url: &str) -> String {
    let (url, query) = match url.find(['?', '#']) {
        Some(end) => (&url[..end], "?[redacted]"),
        None => (url, ""),
    };
    match url.rsplit_once('@') {
        Some((_, host)) => format!("{REDACTED}@{host}{query}"),
        None => format!("{url}{query}"),
    }
}

/// Redacts a body: keeps the names, and hides every text and number that is not known to be harmless.
///
/// Where the names are the provider's (`configuration`, `providerData`), only a few entries are shown. A
/// URL loses its user and its query, which may hold the API secret.
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
            items.iter_mut().for_each(|item| redact("", item, open));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(name, item, open)),
        Value::String(url) if is_harmless && is_url(name) => *url = redact_url(url),
        Value::String(_) | Value::Number(_) if !is_harmless => *value = REDACTED.into(),
        Value::Bool(_) if open && !is_harmless => *value = REDACTED.into(),
        _ => {}
    }
}

/// Redacts an `Authorization` header: keeps the words that are known, and hides its secrets.
///
/// ```
/// let seen = ce_core::redact_authorization("User u, Organization o");
/// assert_eq!(seen, "User [redacted], Organization [redacted]");
/// ```
pub fn redact_authorization(value: &str) -> String {
    let parts = value.split(", ").map(|part| match part.split_once(' ') {
        Some((word, _)) if SCHEMES.contains(&word) => format!("{word} {REDACTED}"),
        _ => REDACTED.to_owned(),
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Redacts a header, by its name in lower case.
pub(super) fn redact_header(name: &str, value: &str) -> String {
    match name {
        "authorization" => redact_authorization(value),
        name if HARMLESS_HEADERS.contains(&name) => value.to_owned(),
        _ => REDACTED.to_owned(),
    }
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
            "ssn": 77, "otp": [7777, 1], "redirect_uri": "https://canary",
            "callbackUrl": "https://canary:canary@app.example/cb#canary",
        });
        let mut listed = json!({
            "configuration": [{"key": "seen", "defaultValue": "canary", "value": "canary"}],
            "providerData": {
                "list": [{"name": "canary"}], "oauthUrl": "https://canary",
                "configuration": [{"name": "canary", "id": "canary"}],
            },
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
        assert_eq!(body["callbackUrl"], "[redacted]@app.example/cb?[redacted]");
        let seen = redact_parameters("key=canary&id=canary&scope=s&tags%5B%5D=t");
        let seen: Vec<_> = seen.map(|(_, value)| value).collect();
        assert_eq!(seen, [REDACTED, REDACTED, "s", "t"]);
        #[rustfmt::skip] // A row a case.
        let table = [
            ("callbackUrl=https://app.example/cb", "https://app.example/cb"),
            ("callbackUrl=https://app.example/cb?a=canary", "https://app.example/cb?[redacted]"),
            ("callbackUrl=https://app.example/cb%3Fcanary%40b", "https://app.example/cb?[redacted]"),
            ("callbackUrl=https://canary%40app.example/cb%23a", "[redacted]@app.example/cb?[redacted]"),
            ("callbackUrl=https://canary:canary@app.example", "[redacted]@app.example"),
            ("callbackUrl=https://u:canary%2540canary%253Fc%40app.example", "[redacted]@app.example"),
            ("callbackUrl=https://app.example/%0Aa%C3%A9%20b", "https://app.example/%0Aa%C3%A9 b"),
            ("redirect_uri=https://canary", REDACTED),
        ];
        for (query, expected) in table {
            let seen = redact_parameters(query).next().unwrap();
            assert_eq!(seen.1, expected, "{query}");
        }
    }

    #[test]
    fn of_an_authorization_only_words_that_are_known_are_seen() {
        for (value, expected) in [
            (
                "User canary, Organization canary, Element canary",
                "User [redacted], Organization [redacted], Element [redacted]",
            ),
            ("Bearer canary canary", "Bearer [redacted]"),
            ("Basic canary", "Basic [redacted]"),
            ("canary", REDACTED),
            ("canary canary", REDACTED),
            ("User canary, canary", "User [redacted], [redacted]"),
        ] {
            assert_eq!(redact_authorization(value), expected);
        }
    }
}
