use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::element::{Element, Entry};
use crate::masking;

/// The configuration of an instance, masked: first what the catalogue lists for its element, in
/// that order, then what the application added.
///
/// A clone shares the values until it is changed.
#[derive(Clone, Default)]
pub(crate) struct Configuration(Arc<Vec<(String, Value)>>);

impl Configuration {
    /// What is given, and of the rest what is there by default.
    pub(crate) fn of(element: &Element, given: Map<String, Value>) -> Self {
        let defaults = element.configuration.iter();
        let mut configuration = Self(Arc::new(
            defaults
                .map(|entry| (entry.key.clone(), Value::from(entry.default_value.clone())))
                .collect(),
        ));
        configuration.merge(element, given);
        configuration
    }

    /// Changes what is given, and keeps the rest.
    pub(crate) fn merge(&mut self, element: &Element, mut given: Map<String, Value>) {
        masking::secrets(element, &mut given);
        let entries = Arc::make_mut(&mut self.0);
        for (key, value) in given {
            match entries.iter_mut().find(|(other, _)| *other == key) {
                Some((_, place)) => *place = value,
                None => entries.push((key, value)),
            }
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(other, _)| other == key);
        found.map(|(_, value)| value)
    }

    /// Every entry by its place, which it keeps.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (usize, &str, &Value)> {
        let entries = self.0.iter().enumerate();
        entries.map(|(place, (key, value))| (place, &**key, value))
    }
}

impl Serialize for Configuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// One entry, as answers show it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConfigurationView<'a> {
    id: u64,
    key: &'a str,
    name: &'a str,
    description: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    property_value: &'a Value,
    required: bool,
    internal: bool,
    hide_from_console: bool,
    active: bool,
    display_order: usize,
}

impl<'a> ConfigurationView<'a> {
    pub(crate) fn of(
        instance_id: u64,
        entry: Option<&'a Entry>,
        (place, key, value): (usize, &'a str, &'a Value),
    ) -> Self {
        Self {
            id: entry_id(instance_id, place),
            key,
            name: entry.map_or(key, |entry| &entry.name),
            description: entry.map_or("", |entry| &entry.description),
            kind: entry.map_or("TEXTFIELD_1000", |entry| &entry.kind),
            property_value: value,
            required: entry.is_some_and(|entry| entry.required),
            internal: entry.is_some_and(|entry| entry.internal),
            hide_from_console: entry.is_some_and(|entry| entry.hide_from_console),
            active: true,
            display_order: place,
        }
    }
}

/// No two instances have an entry of the same id.
pub(crate) fn entry_id(instance_id: u64, place: usize) -> u64 {
    instance_id
        .saturating_mul(1000)
        .saturating_add(1 + place as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn places_stay_and_secrets_are_masked() {
        let catalogue = Catalogue::built_in().unwrap();
        let closeio = catalogue.find("closeio").unwrap();
        let given = json!({"password": "s3cret", "mine": 1, "username": "u"});
        let mut configuration = Configuration::of(closeio, map(given));
        let kept = configuration.clone();
        let place = |configuration: &Configuration, key: &str| {
            let mut entries = configuration.entries();
            entries
                .find(|(_, other, _)| *other == key)
                .map(|(place, ..)| place)
        };
        assert_eq!(place(&configuration, "username"), Some(1));
        assert_eq!(
            place(&configuration, "mine"),
            Some(closeio.configuration.len())
        );
        assert_eq!(configuration.get("password"), Some(&json!("********")));
        assert_eq!(configuration.get("pagination.max"), Some(&json!("100")));

        configuration.merge(closeio, map(json!({"another": 2, "username": "v"})));
        assert_eq!(place(&configuration, "username"), Some(1));
        assert_eq!(
            place(&configuration, "mine"),
            Some(closeio.configuration.len())
        );
        assert_eq!(configuration.get("username"), Some(&json!("v")));
        assert_eq!(kept.get("username"), Some(&json!("u")));
        assert_eq!(json!(kept)["mine"], 1);
    }
}
