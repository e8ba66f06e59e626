//! The elements that the sandbox knows, read from `catalogue.json`.
//!
//! The file is `{"elements": [ … ]}`. An element has
//!
//! | field | |
//! | --- | --- |
//! | `id`, `key` | either of them addresses it; both unique |
//! | `name`, `description`, `hub`, `image` | as shown |
//! | `authentication` | `oauth2`, `oauth1`, `basic` or `custom` |
//! | `scope` | what step 1 asks for when the caller names no scope; words between spaces |
//! | `oauthUrlParameters` | what step 1 requires besides `apiKey`, `apiSecret`, `callbackUrl` |
//! | `callbackSuffix` | what the provider appends to the callback URL when the user allows |
//! | `configuration` | its entries |
//!
//! and an entry of its configuration has `key`, `name`, `description`, `type` (`PASSWORD` is masked in
//! answers), and if they differ from no: `required`, `defaultValue`, `internal`, `hideFromConsole`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::answer::Refusal;

/// Every known element, by id and by key.
pub(crate) struct Catalogue {
    by_id: BTreeMap<u64, Arc<Element>>,
    by_key: HashMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    elements: Vec<Element>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Element {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) hub: String,
    pub(crate) image: String,
    pub(crate) authentication: Authentication,
    #[serde(default)]
    pub(crate) scope: String,
    #[serde(default)]
    pub(crate) oauth_url_parameters: Vec<String>,
    #[serde(default)]
    pub(crate) callback_suffix: String,
    pub(crate) configuration: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Authentication {
    OAuth2,
    OAuth1,
    Basic,
    Custom,
}

/// One thing that can be configured.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) default_value: Option<String>,
    #[serde(default)]
    pub(crate) internal: bool,
    #[serde(default)]
    pub(crate) hide_from_console: bool,
}

impl Entry {
    pub(crate) fn is_secret(&self) -> bool {
        self.kind == "PASSWORD"
    }
}

impl Element {
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.configuration.iter().find(|entry| entry.key == key)
    }

    pub(crate) fn is_oauth2(&self) -> bool {
        self.authentication == Authentication::OAuth2
    }
}

impl Catalogue {
    pub(crate) fn built_in() -> Result<Self, serde_json::Error> {
        let file: File = serde_json::from_str(include_str!("catalogue.json"))?;
        Ok(Self {
            by_key: file
                .elements
                .iter()
                .map(|element| (element.key.clone(), element.id))
                .collect(),
            by_id: file
                .elements
                .into_iter()
                .map(|element| (element.id, Arc::new(element)))
                .collect(),
        })
    }

    /// The element of that key, or else of that id.
    pub(crate) fn find(&self, key_or_id: &str) -> Result<&Arc<Element>, Refusal> {
        let id = match self.by_key.get(key_or_id) {
            Some(id) => Some(*id),
            None => number(key_or_id),
        };
        id.and_then(|id| self.by_id.get(&id))
            .ok_or_else(|| Refusal::not_found(format!("There is no element {key_or_id:?}.")))
    }

    /// Every element in the order of their ids.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Arc<Element>> {
        self.by_id.values()
    }
}

/// An id as the platform writes it: digits only (`str::parse` would take a sign as well).
pub(crate) fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_built_in_file_is_sound() {
        let file: File = serde_json::from_str(include_str!("catalogue.json")).unwrap();
        let ids: HashSet<u64> = file.elements.iter().map(|element| element.id).collect();
        let keys: HashSet<&str> = file.elements.iter().map(|e| e.key.as_str()).collect();
        assert_eq!(ids.len(), file.elements.len());
        assert_eq!(keys.len(), file.elements.len());
        for element in &file.elements {
            let entries: HashSet<&str> = element
                .configuration
                .iter()
                .map(|entry| entry.key.as_str())
                .collect();
            assert_eq!(
                entries.len(),
                element.configuration.len(),
                "{}",
                element.key
            );
            assert!(
                number(&element.key).is_none(),
                "a key must not read as an id"
            );
            assert!(
                element
                    .configuration
                    .iter()
                    .all(|entry| !(entry.required && entry.default_value.is_some())),
                "a required entry with a default is not required: {}",
                element.key
            );
        }
    }

    #[test]
    fn elements_are_found_by_key_and_by_id() {
        let catalogue = Catalogue::built_in().unwrap();
        let table = [
            ("instagram", Some(74)),
            ("74", Some(74)),
            ("closeio", Some(146)),
            ("Instagram", None),
            ("+74", None),
            ("-1", None),
            ("", None),
            ("99999999999999999999999", None),
            ("dropinstagram", None),
        ];
        for (text, id) in table {
            let found = catalogue.find(text).ok().map(|element| element.id);
            assert_eq!(found, id, "{text}");
        }
    }
}
