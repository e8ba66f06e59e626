use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Json;

/// A JSON object with any members, in the order they came or were added.
///
/// It serves where the platform leaves the names open: an instance's configuration, what the
/// provider's callback hands back (`providerData`), and, as `other`, every field of a response
/// that isn't documented. `Debug` prints the names; values may be secrets.
///
/// ```
/// use ce_model::Object;
///
/// let mut configuration = Object::new();
/// configuration.insert("filter.response.nulls", true);
/// configuration.insert("oauth.scope", "basic");
/// assert_eq!(configuration.text("oauth.scope").as_deref(), Some("basic"));
/// assert_eq!(
///     serde_json::to_string(&configuration)?,
///     r#"{"filter.response.nulls":true,"oauth.scope":"basic"}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, Eq)]
pub struct Object(Vec<(Box<str>, Json)>);

impl Object {
    /// An object without members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a member. Where a name stands twice, the last counts.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0
            .iter()
            .rev()
            .find_map(|(key, value)| (&**key == name).then_some(value))
    }

    /// The value of a member that is a string.
    pub fn text(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        self.get(name)?.as_str()
    }

    /// Sets a member: in its old place, or behind the others.
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl Into<Json>) {
        let name = name.as_ref();
        match self.0.iter_mut().rev().find(|(key, _)| &**key == name) {
            Some((_, old)) => *old = value.into(),
            None => self.push(name, value.into()),
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let mut taken = None;
        self.0.retain_mut(|(key, value)| {
            let found = &**key == name;
            if found {
                taken = Some(std::mem::replace(value, Json::NULL));
            }
            !found
        });
        taken
    }

    /// Every member, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, name: &str, value: Json) {
        self.0.push((name.into(), value));
    }

    pub(crate) fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut members = Vec::with_capacity(map.size_hint().unwrap_or(0).min(64));
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Self(members))
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for Object {
    /// Equal as JSON: the order of members doesn't count.
    fn eq(&self, other: &Self) -> bool {
        let holds =
            |all: &Self, some: &Self| some.iter().all(|(name, _)| all.get(name) == some.get(name));
        holds(self, other) && holds(other, self)
    }
}

impl<N: AsRef<str>, V: Into<Json>> FromIterator<(N, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let mut object = Self::new();
        object.extend(members);
        object
    }
}

impl<N: AsRef<str>, V: Into<Json>> Extend<(N, V)> for Object {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, members: I) {
        for (name, value) in members {
            self.insert(name, value);
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object, A::Error> {
                Object::from_map(map)
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_two_members_counts_and_both_are_kept() {
        let text = r#"{"a":1,"b":2,"a":3}"#;
        let mut object: Object = serde_json::from_str(text).unwrap();
        assert_eq!(object.get("a").unwrap().text(), "3");
        assert_eq!(serde_json::to_string(&object).unwrap(), text);
        assert_eq!(object.remove("a").unwrap().text(), "3");
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"b":2}"#);
    }

    #[test]
    fn insert_replaces_in_place() {
        let mut object: Object = [("a", "1"), ("b", "2")].into_iter().collect();
        object.insert("a", Json::NULL);
        assert_eq!(
            serde_json::to_string(&object).unwrap(),
            r#"{"a":null,"b":"2"}"#
        );
    }

    #[test]
    fn order_does_not_count_for_equality_but_values_do() {
        let object = |text: &str| serde_json::from_str::<Object>(text).unwrap();
        assert_eq!(object(r#"{"a":1,"b":2}"#), object(r#"{"b":2,"a":1}"#));
        assert_ne!(object(r#"{"a":1}"#), object(r#"{"a":1,"b":2}"#));
        assert_ne!(object(r#"{"a":1}"#), object(r#"{"a":2}"#));
    }

    #[test]
    fn debug_prints_names_and_kinds() {
        let object: Object = [("oauth.api.secret", "s3cret")].into_iter().collect();
        assert_eq!(
            format!("{object:?}"),
            r#"{"oauth.api.secret": [redacted string]}"#
        );
    }
}
