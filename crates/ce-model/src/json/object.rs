use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Field, Json, Verbatim, serialize, to_json};

/// A JSON object with any members, in the order in which they were read or added.
///
/// Members are found by looking at one after the other. Where a name stands twice, the last counts.
/// Objects are equal if their members are, in any order. `Debug` prints the names and the kinds of
/// values, which may be secrets. As for [`Json`], `to_json` writes everything and serde refuses
/// what it may change.
///
/// ```
/// use ce_model::Object;
///
/// let mut configuration = Object::new();
/// configuration.insert("oauth.scope", "basic");
/// assert_eq!(configuration.text("oauth.scope").as_deref(), Some("basic"));
/// assert_eq!(configuration.to_json(), r#"{"oauth.scope":"basic"}"#);
/// ```
#[derive(Clone, Default)]
pub struct Object(Vec<(Box<str>, Json)>);

impl Object {
    /// Creates an object without members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the value of a member.
    pub fn get(&self, name: &str) -> Option<&Json> {
        let mut members = self.iter().rev();
        members.find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Returns the value of a member that is a string.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name)?.as_str()
    }

    /// Sets a member: in its old place, or behind the others.
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl Into<Json>) {
        let name = name.as_ref();
        let mut members = self.0.iter_mut().rev();
        match members.find(|(key, _)| &**key == name) {
            Some((_, old)) => *old = value.into(),
            None => self.push(name, value.into()),
        }
    }

    /// Removes a member and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let removed = self.get(name).cloned();
        self.0.retain(|(key, _)| &**key != name);
        removed
    }

    /// Returns every member, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> + DoubleEndedIterator {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes the object as JSON text, with its values verbatim.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Adds a member that may be there already.
    pub(crate) fn push(&mut self, name: impl Into<Box<str>>, value: Json) {
        if self.0.is_empty() {
            self.0.reserve(16);
        }
        self.0.push((name.into(), value));
    }
}

impl Field for Object {
    fn write_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.iter();
        serializer.collect_map(members.map(|(name, value)| (name, Verbatim(value))))
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        let members: HashMap<_, _> = self.iter().collect();
        members == other.iter().collect()
    }
}

impl Eq for Object {}

impl<N: AsRef<str>, V: Into<Json>> FromIterator<(N, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let mut object = Self::new();
        object.extend(members);
        object
    }
}

impl<N: AsRef<str>, V: Into<Json>> Extend<(N, V)> for Object {
    /// Sets each member, as [`insert`](Object::insert) does.
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, members: I) {
        // Many members are added in linear time.
        let names = self.0.iter().map(|(name, _)| name.clone());
        let mut places: HashMap<Box<str>, usize> = names.zip(0..).collect();
        for (name, value) in members {
            let (name, value) = (name.as_ref(), value.into());
            match places.get(name).and_then(|place| self.0.get_mut(*place)) {
                Some((_, old)) => *old = value,
                None => {
                    places.insert(name.into(), self.0.len());
                    self.push(name, value);
                }
            }
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(&self.to_json(), serializer)
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

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut object = Object::new();
                while let Some((name, value)) = map.next_entry::<Box<str>, _>()? {
                    object.push(name, value);
                }
                Ok(object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}
