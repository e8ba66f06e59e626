use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{number, weight_of};

pub(crate) type Object = Map<String, Value>;

/// The objects of one resource, by their ids.
///
/// A clone shares the objects, so that a thousand instances which changed nothing hold them once.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Vec<Object>")]
pub(crate) struct ObjectCollection {
    objects: BTreeMap<u64, Arc<Object>>,
    /// No id is given out twice, not even after its object is deleted.
    last_id: u64,
    /// Or else they are texts.
    ids_are_numbers: bool,
    /// About how many bytes were added to what the catalogue has.
    added_bytes: usize,
}

/// The greatest id that objects may come with: what is left is enough for those that are added.
const MAX_GIVEN_ID: u64 = i64::MAX as u64 / 2;

impl TryFrom<Vec<Object>> for ObjectCollection {
    type Error = String;

    fn try_from(objects: Vec<Object>) -> Result<Self, String> {
        let mut collection = Self::default();
        for (position, object) in objects.into_iter().enumerate() {
            let (id, is_number) = match object.get("id") {
                Some(Value::Number(id)) => (id.as_u64(), true),
                Some(Value::String(id)) => (number(id), false),
                _ => (None, false),
            };
            let id = id.filter(|id| (1..=MAX_GIVEN_ID).contains(id));
            let id = id.ok_or_else(|| {
                format!(
                    "object {position} needs an id: a whole number from 1 to {MAX_GIVEN_ID}, \
                     as such or as text"
                )
            })?;
            if position > 0 && is_number != collection.ids_are_numbers {
                return Err("ids are numbers, or they are texts, but not both".to_owned());
            }
            collection.ids_are_numbers = is_number;
            collection.last_id = collection.last_id.max(id);
            if collection.objects.insert(id, Arc::new(object)).is_some() {
                return Err(format!("the id {id} is there twice"));
            }
        }
        Ok(collection)
    }
}

impl ObjectCollection {
    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// In the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Object> {
        self.objects.values().map(Arc::as_ref)
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Object> {
        self.objects.get(&id).map(Arc::as_ref)
    }

    /// Adds an object under an id of the collection's own.
    pub(crate) fn add(&mut self, object: Object) -> Arc<Object> {
        self.last_id += 1;
        self.put(self.last_id, object)
    }

    /// Replaces an object. None if there is no such object.
    pub(crate) fn replace(&mut self, id: u64, object: Object) -> Option<Arc<Object>> {
        self.objects.contains_key(&id).then(|| self.put(id, object))
    }

    /// Changes the fields that are given. None if there is no such object.
    pub(crate) fn merge(&mut self, id: u64, fields: Object) -> Option<Arc<Object>> {
        let mut object = self.get(id)?.clone();
        object.extend(fields);
        Some(self.put(id, object))
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Arc<Object>> {
        let removed = self.objects.remove(&id)?;
        self.added_bytes = self.added_bytes.saturating_sub(weight_of(&removed));
        Some(removed)
    }

    pub(crate) fn added_bytes(&self) -> usize {
        self.added_bytes
    }

    /// The object's own idea of its id does not count.
    fn put(&mut self, id: u64, mut object: Object) -> Arc<Object> {
        let shown = match self.ids_are_numbers {
            true => Value::from(id),
            false => Value::from(id.to_string()),
        };
        object.insert("id".to_owned(), shown);
        let place = self.objects.entry(id).or_default();
        self.added_bytes += weight_of(&object);
        self.added_bytes = self.added_bytes.saturating_sub(weight_of(place));
        *place = Arc::new(object);
        Arc::clone(place)
    }
}
