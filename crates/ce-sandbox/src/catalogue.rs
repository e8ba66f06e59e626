use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::answer::Refusal;
use crate::catalogue_error::CatalogueError;
use crate::catalogue_file;
use crate::element::Element;

/// Every known element, by id and by key.
pub(crate) struct Catalogue {
    by_id: BTreeMap<u64, Arc<Element>>,
    by_key: HashMap<String, u64>,
}

impl Catalogue {
    pub(crate) fn built_in() -> Result<Self, CatalogueError> {
        let mut catalogue = Self {
            by_id: BTreeMap::new(),
            by_key: HashMap::new(),
        };
        catalogue.add(include_str!("catalogue.json"))?;
        Ok(catalogue)
    }

    /// Adds the elements of a file's text. If one of them is no good, none is added.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), CatalogueError> {
        let elements = catalogue_file::read(text)?;
        let mut ids = Vec::new();
        let mut keys = Vec::new();
        for element in &elements {
            if self.by_id.contains_key(&element.id) || ids.contains(&element.id) {
                let problem = format!("{} is another element's", element.id);
                return Err(CatalogueError::field(&element.key, "id", problem));
            }
            if self.by_key.contains_key(&element.key) || keys.contains(&&element.key) {
                return Err(CatalogueError::field(
                    &element.key,
                    "key",
                    "is another element's",
                ));
            }
            ids.push(element.id);
            keys.push(&element.key);
        }
        for element in elements {
            self.by_key.insert(element.key.clone(), element.id);
            self.by_id.insert(element.id, Arc::new(element));
        }
        Ok(())
    }

    /// The element of that key, or else of that id.
    pub(crate) fn find(&self, key_or_id: &str) -> Result<&Arc<Element>, Refusal> {
        self.get(key_or_id)
            .ok_or_else(|| Refusal::not_found(format!("There is no element {key_or_id:?}.")))
    }

    /// An element by its key, which a number is not.
    pub(crate) fn find_key(&self, key: &str) -> Result<&Arc<Element>, Refusal> {
        let id = self.by_key.get(key);
        id.and_then(|id| self.by_id.get(id))
            .ok_or_else(|| Refusal::not_found(format!("There is no element {key:?}.")))
    }

    pub(crate) fn get(&self, key_or_id: &str) -> Option<&Arc<Element>> {
        let id = match self.by_key.get(key_or_id) {
            Some(id) => Some(*id),
            None => number(key_or_id),
        };
        self.by_id.get(&id?)
    }

    /// Every element in the order of their ids.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Arc<Element>> {
        self.by_id.values()
    }

    /// Whether any element has a resource of this name.
    pub(crate) fn has_resource(&self, name: &str) -> bool {
        self.elements()
            .any(|element| element.resource(name).is_some())
    }
}

/// An id as the platform writes it: digits only (`str::parse` would take a sign as well).
pub(crate) fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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

    #[test]
    fn elements_of_ones_own_come_on_top() {
        let file = |elements: &[(u64, &str)]| {
            let elements: Vec<_> = elements
                .iter()
                .map(|(id, key)| {
                    json!({"id": id, "key": key, "name": "N", "hub": "h", "authentication": "custom"})
                })
                .collect();
            json!({"elements": elements}).to_string()
        };
        let mut catalogue = Catalogue::built_in().unwrap();
        let before = catalogue.elements().count();
        catalogue
            .add(&file(&[(4294967296, "mine"), (9, "ours")]))
            .unwrap();
        assert_eq!(catalogue.find("4294967296").unwrap().key, "mine");
        assert_eq!(catalogue.elements().count(), before + 2);

        let table = [
            ((74, "other"), "id"),
            ((11, "instagram"), "key"),
            ((10, "newer"), "id"),
            ((11, "new"), "key"),
        ];
        for (second, field) in table {
            let element = second.1;
            let error = catalogue.add(&file(&[(10, "new"), second])).unwrap_err();
            let CatalogueError::Field {
                element: e,
                field: f,
                ..
            } = &error
            else {
                panic!("{error}");
            };
            assert_eq!((&**e, &**f), (element, field), "{error}");
            assert!(catalogue.find("new").is_err(), "all or nothing");
        }
    }
}
