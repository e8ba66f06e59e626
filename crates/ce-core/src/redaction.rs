//! What may be seen of a request or an answer: by name, since a provider may call its secrets
//! anything.

use serde_json::Value;

/// Names whose values may be seen. All others are redacted.
const HARMLESS: [&str; 33] = [
    "callbackUrl",
    "createdDate",
    "dateTime",
    "description",
    "element",
    "endpoint",
    "externalAuthentication",
    "event.notification.callback.url",
    "event.notification.enabled",
    "event.vendor.type",
    "firstName",
    "hookName",
    "hub",
    "hydrate",
    "id",
    "image",
    "key",
    "message",
    "name",
    "nextPage",
    "oauth.callback.url",
    "oauth.scope",
    "pageSize",
    "pagination.max",
    "protocolType",
    "providerMessage",
    "requestId",
    "scope",
    "siteAddress",
    "status",
    "tags",
    "tags[]",
    "type",
];

const REDACTED: &str = "[redacted]";

/// Each parameter of a query, by its name and what may be seen of its value; both as they stand
/// there, percent-encoded.
///
/// ```
/// let seen: Vec<_> = ce_core::redact_parameters("scope=basic&apiSecret=s3cret").collect();
/// assert_eq!(seen, [("scope", "basic"), ("apiSecret", "[redacted]")]);
/// ```
pub fn redact_parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let plain = name.replace("%5B%5D", "[]");
            let is_harmless = HARMLESS.contains(&plain.as_str());
            (name, if is_harmless { value } else { REDACTED })
        })
}

/// Leaves the names and hides what may be secret: every text whose name isn't known to be harmless,
/// and where the names are the provider's (`configuration`, `providerData`), every value. Of a
/// provider's URL the query goes, which may hold the API secret.
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

fn redact(name: &str, value: &mut Value, open: bool) {
    let harmless = HARMLESS.contains(&name);
    match value {
        Value::Object(members) => {
            let open = open || matches!(name, "configuration" | "providerData");
            for (name, value) in members {
                redact(name, value, open);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(name, item, open)),
        Value::String(url) if name == "oauthUrl" => hide_query(url),
        Value::String(_) if !harmless => *value = REDACTED.into(),
        Value::Number(_) | Value::Bool(_) if open && !harmless => *value = REDACTED.into(),
        _ => {}
    }
}

fn hide_query(url: &mut String) {
    if let Some(end) = url.find(['?', '#']) {
        url.truncate(end);
        url.push_str("?[redacted]");
    }
}

/// `User …, Organization …`: the words without the secrets.
pub(crate) fn redact_authorization(value: &str) -> String {
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
            "providerData": {"code": "canary", "expires_in": 77},
            "configuration": {"oauth.callback.url": "https://seen", "password": "canary", "x": {"pin": 77}},
        });
        redact_json(&mut body);
        let text = body.to_string();
        assert!(!text.contains("canary") && !text.contains("77"), "{text}");
        assert_eq!(body["id"], 7);
        assert_eq!(body["valid"], true);
        assert_eq!(body["unheard"][1]["key"], "seen");
        assert_eq!(body["configuration"]["oauth.callback.url"], "https://seen");
        assert_eq!(body["oauthUrl"], "https://p.example/a?[redacted]");
    }

    #[test]
    fn the_header_keeps_its_words() {
        assert_eq!(
            redact_authorization("User a+/=, Organization b, Element c"),
            "User [redacted], Organization [redacted], Element [redacted]"
        );
    }
}
