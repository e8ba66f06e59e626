use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::catalogue::number;
use crate::page::{Page, PageRequest};

pub(crate) type Object = Map<String, Value>;

/// The objects of one resource, by their ids.
///
/// A clone shares the objects, so that a thousand instances which changed nothing hold them once.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(try_from = "Vec<Object>")]
pub(crate) struct Shelf {
    objects: BTreeMap<u64, Arc<Object>>,
    /// No id comes twice, not even after its object is deleted.
    next_id: u64,
    ids: Ids,
}

/// How the ids are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ids {
    #[default]
    Text,
    Number,
}

/// The greatest id that objects may come with: what is left is enough for those that are added.
const MAX_GIVEN_ID: u64 = i64::MAX as u64 / 2;

impl TryFrom<Vec<Object>> for Shelf {
    type Error = String;

    fn try_from(objects: Vec<Object>) -> Result<Self, String> {
        let mut shelf = Self::default();
        for (position, object) in objects.into_iter().enumerate() {
            let (id, ids) = match object.get("id") {
                Some(Value::Number(id)) => (id.as_u64(), Ids::Number),
                Some(Value::String(id)) => (number(id), Ids::Text),
                _ => (None, Ids::Text),
            };
            let id = id
                .filter(|id| (1..=MAX_GIVEN_ID).contains(id))
                .ok_or(format!(
                    "object {position} needs an id: a whole number from 1 to {MAX_GIVEN_ID}, \
                 as such or as text"
                ))?;
            if position > 0 && ids != shelf.ids {
                return Err("ids are numbers, or they are texts, but not both".to_owned());
            }
            shelf.ids = ids;
            shelf.next_id = shelf.next_id.max(id);
            if shelf.objects.insert(id, Arc::new(object)).is_some() {
                return Err(format!("the id {id} is there twice"));
            }
        }
        Ok(shelf)
    }
}

impl Shelf {
    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Object> {
        self.objects.get(&id).map(Arc::as_ref)
    }

    /// A page of those that are wanted.
    pub(crate) fn page(
        &self,
        request: &PageRequest,
        wanted: Option<impl Fn(&Object) -> bool>,
    ) -> Page<&Object> {
        match wanted {
            None => {
                let rest = self.objects.range(request.rest());
                request.fill(rest.map(|(id, object)| (*id, object.as_ref())), self.len())
            }
            Some(wanted) => {
                let all = self.objects.iter();
                let all = all.map(|(id, object)| (*id, object.as_ref()));
                request.cut(all.filter(|(_, object)| wanted(object)))
            }
        }
    }

    /// Takes in one more, under an id of the shelf's own.
    pub(crate) fn add(&mut self, object: Object) -> &Object {
        self.next_id += 1;
        self.put(self.next_id, object)
    }

    /// Puts this object in the place of another. None if there is no other.
    pub(crate) fn replace(&mut self, id: u64, object: Object) -> Option<&Object> {
        self.objects.contains_key(&id).then(|| self.put(id, object))
    }

    /// Changes the fields that are given. None if there is no such object.
    pub(crate) fn merge(&mut self, id: u64, fields: Object) -> Option<&Object> {
        let mut object = self.get(id)?.clone();
        object.extend(fields);
        Some(self.put(id, object))
    }

    pub(crate) fn remove(&mut self, id: u64) -> bool {
        self.objects.remove(&id).is_some()
    }

    /// Whatever the object says its id is.
    fn put(&mut self, id: u64, mut object: Object) -> &Object {
        let shown = match self.ids {
            Ids::Text => Value::from(id.to_string()),
            Ids::Number => Value::from(id),
        };
        object.insert("id".to_owned(), shown);
        let place = self.objects.entry(id).or_default();
        *place = Arc::new(object);
        place
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shelf(objects: Value) -> Result<Shelf, String> {
        serde_json::from_value(objects).map_err(|error| error.to_string())
    }

    fn object(value: Value) -> Object {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn ids_are_kept_as_they_are_written_and_none_comes_twice() {
        let table = [
            (json!([]), json!("1")),
            (json!([{"id": "7"}]), json!("8")),
            (
                json!([{"id": 4294967296_u64}, {"id": 5}]),
                json!(4294967297_u64),
            ),
        ];
        for (objects, id) in table {
            let mut shelf = shelf(objects).unwrap();
            let added = shelf.add(object(json!({"id": "mine", "a": 1})));
            assert_eq!((&added["id"], &added["a"]), (&id, &json!(1)));
            let last = *shelf.objects.last_key_value().unwrap().0;
            assert!(shelf.remove(last) && !shelf.remove(last));
            shelf.add(Object::new());
            assert_eq!(*shelf.objects.last_key_value().unwrap().0, last + 1);
        }
    }

    #[test]
    fn what_has_no_good_id_is_refused() {
        let table = [
            (json!([{"name": "a"}]), "object 0"),
            (json!([{"id": 1}, {"id": -1}]), "object 1"),
            (json!([{"id": 1.5}]), "object 0"),
            (json!([{"id": "x"}]), "object 0"),
            (json!([{"id": 0}]), "object 0"),
            (json!([{"id": u64::MAX}]), "object 0"),
            (json!([{"id": 1}, {"id": 1}]), "twice"),
            (json!([{"id": 1}, {"id": "2"}]), "not both"),
        ];
        for (objects, part) in table {
            let error = shelf(objects).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn objects_change_by_whole_or_by_field_and_keep_their_id() {
        let mut shelf = shelf(json!([{"id": 1, "a": 1, "b": 2}])).unwrap();
        let untouched = shelf.clone();
        let merged = shelf.merge(1, object(json!({"id": 9, "b": 3})));
        assert_eq!(json!(merged), json!({"id": 1, "a": 1, "b": 3}));
        let replaced = shelf.replace(1, object(json!({"c": 4})));
        assert_eq!(json!(replaced), json!({"id": 1, "c": 4}));
        assert!(shelf.merge(2, Object::new()).is_none());
        assert!(shelf.replace(2, Object::new()).is_none());
        assert_eq!((shelf.len(), shelf.get(2)), (1, None));
        assert_eq!(json!(untouched.get(1)), json!({"id": 1, "a": 1, "b": 2}));
    }
}
