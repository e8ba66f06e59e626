//! The elements that a sandbox knows: the built-in ones, and those of a user's own files.

mod element;
mod error;
mod file;
mod objects;
mod weight;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use element::{Authentication, Element};
pub use error::CatalogueError;
pub(crate) use objects::{Object, ObjectCollection};
pub(crate) use weight::{of_object as weight_of, of_value as weight_of_value};

/// Every known element, by id.
#[derive(Default)]
pub(crate) struct Catalogue(BTreeMap<u64, Arc<Element>>);

impl Catalogue {
    pub(crate) fn add_built_in(&mut self) -> Result<(), CatalogueError> {
        self.add(include_str!("built_in.json"))
    }

    /// Adds the elements of a file's text. After an error the catalogue is of no use.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), CatalogueError> {
        for element in file::read(text)? {
            let taken =
                |field, problem: String| Err(CatalogueError::field(&element.key, field, problem));
            if self.0.contains_key(&element.id) {
                return taken("id", format!("{} is another element's", element.id));
            }
            if self.find_key(&element.key).is_some() {
                return taken("key", "is another element's".to_owned());
            }
            self.0.insert(element.id, Arc::new(element));
        }
        Ok(())
    }

    /// The element of that key, or else of that id.
    pub(crate) fn find(&self, key_or_id: &str) -> Option<&Arc<Element>> {
        self.find_key(key_or_id)
            .or_else(|| self.0.get(&number(key_or_id)?))
    }

    pub(crate) fn find_key(&self, key: &str) -> Option<&Arc<Element>> {
        self.elements().find(|element| element.key == key)
    }

    /// Every element in the order of their ids.
    pub(crate) fn elements(&self) -> impl ExactSizeIterator<Item = &Arc<Element>> {
        self.0.values()
    }

    /// Returns `true` if any element has objects of this name.
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
