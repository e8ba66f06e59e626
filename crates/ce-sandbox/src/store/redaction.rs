use form_urlencoded::parse;
use serde_json::Value;

use crate::json;

/// What stands for a secret in a record.
const REDACTED: &str = "[redacted]";

/// How large a body may be that is recorded.
const MAX_BODY_BYTES: usize = 16 << 10;

/// Parameters that hold no secret. Of any other the value is not recorded.
const HARMLESS: [&str; 15] = [
    "fields",
    "hydrate",
    "nextPage",
    "orderBy",
    "page",
    "pageSize",
    "path",
    "q",
    "response_type",
    "scope",
    "searchText",
    "siteAddress",
    "tags",
    "tags[]",
    "where",
];

/// Names of fields whose values are secrets, in part.
const SECRET: [&str; 8] = [
    "code",
    "credential",
    "key",
    "pass",
    "propertyvalue",
    "secret",
    "token",
    "verifier",
];

/// Fields that hold secrets under any name.
const OPAQUE: [&str; 2] = ["configuration", "providerData"];

/// The parameters of a query, with nothing of a secret.
pub(super) fn query(query: &str) -> Vec<(String, String)> {
    let redact = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        let value = match &*name {
            // Without its query, in which a state may be.
            "callbackUrl" | "redirect_uri" => value.split(['?', '#']).next().unwrap_or_default(),
            name if HARMLESS.contains(&name) => &value,
            _ => REDACTED,
        };
        (name.to_string(), value.to_owned())
    };
    parse(query.as_bytes()).map(redact).collect()
}

/// A JSON body, with nothing of a secret. None if it is no JSON, or a large one.
pub(super) fn body(body: &[u8]) -> Option<Value> {
    if body.is_empty() || body.len() > MAX_BODY_BYTES {
        return None;
    }
    let mut value = json::read(body).ok()?;
    redact(&mut value);
    Some(value)
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if OPAQUE.contains(&name.as_str()) {
                    hide(value);
                } else if is_secret(name) {
                    *value = REDACTED.into();
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // An element's key, or an entry's, is its name.
    name != "key" && SECRET.iter().any(|part| name.contains(part))
}

/// Hides every value, and keeps the names.
fn hide(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(hide),
        Value::Array(items) => items.iter_mut().for_each(hide),
        value => *value = REDACTED.into(),
    }
}
