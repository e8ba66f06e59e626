use serde_json::Value;

use crate::catalogue::{Element, Object};
use crate::store::redacted::Redacted;

/// The entry by which an application knows that a notification is the platform's.
const SIGNATURE_KEY: &str = "event.notification.signature.key";

/// What an instance was configured with beyond the defaults of its element. Secrets are masked
/// already: nothing needs them again, but for the key that notifications are signed with.
#[derive(Clone, Default)]
pub(crate) struct Configuration {
    given: Vec<(String, Option<String>)>,
    signature_key: Option<Redacted>,
}

impl Configuration {
    pub(crate) fn new(element: &Element, given: Object) -> Self {
        let mut configuration = Self::default();
        configuration.merge(element, given);
        configuration
    }

    /// Changes what is given, and keeps the rest.
    pub(crate) fn merge(&mut self, element: &Element, mut given: Object) {
        if let Some(value) = given.get(SIGNATURE_KEY).filter(|value| **value != MASK) {
            let key = value.as_str().filter(|key| !key.is_empty());
            self.signature_key = key.map(Redacted::new);
        }
        for (key, place) in &mut self.given {
            if let Some(value) = given.remove(key) {
                *place = shown(element, key, value);
            }
        }
        let added = given.into_iter().map(|(key, value)| {
            let value = shown(element, &key, value);
            (key, value)
        });
        self.given.extend(added);
    }

    /// First what the catalogue lists for the element, then what the application added: each entry
    /// keeps its place.
    pub(crate) fn entries<'a>(
        &'a self,
        element: &'a Element,
    ) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
        let listed = element.configuration.iter().map(|entry| {
            let given = self.given.iter().find(|(key, _)| *key == entry.key);
            let value = given.map_or(&entry.default_value, |(_, value)| value);
            (entry.key.as_str(), value.as_deref())
        });
        let added = self.given.iter();
        let added = added.filter(|(key, _)| element.entry(key).is_none());
        listed.chain(added.map(|(key, value)| (key.as_str(), value.as_deref())))
    }

    pub(crate) fn get<'a>(&'a self, element: &'a Element, key: &str) -> Option<&'a str> {
        let mut entries = self.entries(element);
        entries.find(|(other, _)| *other == key)?.1
    }

    pub(crate) fn signature_key(&self) -> Option<&Redacted> {
        self.signature_key.as_ref()
    }

    pub(crate) fn weight(&self) -> usize {
        let key = self.signature_key.as_ref();
        let key = key.map_or(0, |key| key.expose().len());
        let weight = |(key, value): &(String, Option<String>)| {
            size_of::<(String, Option<String>)>()
                + key.len()
                + value.as_ref().map_or(0, String::len)
        };
        self.given.iter().map(weight).sum::<usize>() + key
    }
}

/// What stands for a secret in a response.
pub(crate) const MASK: &str = "********";

/// Masks every value.
pub(crate) fn mask_all(values: &Object) -> Object {
    let mask = |key: &String| (key.clone(), Value::from(MASK));
    values.keys().map(mask).collect()
}

/// What responses show of a value that is given.
fn shown(element: &Element, key: &str, value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        _ if is_secret(element, key) => Some(MASK.to_owned()),
        // Whatever is sent comes back as text.
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Returns `true` if the value of a configuration entry is never shown. The platform masks the API
/// key as well as its secret.
fn is_secret(element: &Element, key: &str) -> bool {
    let named_secret = ["password", "secret", "token", "private.key", "passphrase"]
        .iter()
        .any(|ending| key.to_ascii_lowercase().ends_with(ending));
    match element.entry(key) {
        Some(entry) => entry.is_secret() || key == "oauth.api.key",
        None => named_secret,
    }
}
