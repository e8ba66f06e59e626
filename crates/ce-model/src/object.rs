use std::fmt;
use std::sync::OnceLock;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::pieces::Pieces;
use crate::raw::{Raw, Verbatim};
use crate::{Json, Secret};

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
#[derive(Clone, Default)]
pub struct Object {
    /// What was read, as it was; `None` for an object that was made or changed here.
    source: Option<Source>,
    /// The members; of what was read, not before someone asks for one.
    members: OnceLock<Vec<(Box<str>, Json)>>,
}

/// What an object was read from.
#[derive(Clone)]
enum Source {
    /// Its whole text.
    Text(Secret),
    /// Some members of another object.
    Pieces(Pieces),
}

impl Object {
    /// An object without members.
    pub const fn new() -> Self {
        Self {
            source: None,
            members: OnceLock::new(),
        }
    }

    /// The value of a member. Where a name stands twice, the last counts.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members()
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
        let value = value.into();
        self.change(
            |members| match members.iter_mut().rev().find(|(key, _)| &**key == name) {
                Some((_, old)) => *old = value,
                None => members.push((name.into(), value)),
            },
        );
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let mut taken = None;
        self.change(|members| {
            members.retain_mut(|(key, value)| {
                let found = &**key == name;
                if found {
                    taken = Some(std::mem::replace(value, Json::NULL));
                }
                !found
            });
        });
        taken
    }

    /// Every member, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.members().iter().map(|(name, value)| (&**name, value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        match &self.source {
            Some(Source::Pieces(pieces)) => pieces.len(),
            _ => self.members().len(),
        }
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the text of a JSON value over, if it is that of an object.
    pub(crate) fn of_text(text: &str) -> Result<Self, serde_json::Error> {
        // Half a surrogate pair in a name, which no Rust string can hold, is found by reading it.
        let doubtful = !text.starts_with('{') || text.contains("\\u");
        let members = if doubtful {
            members(text)?.into()
        } else {
            OnceLock::new()
        };
        Ok(Self {
            source: Some(Source::Text(Secret::of(text))),
            members,
        })
    }

    /// Writes the members with a wanted name into a map.
    pub(crate) fn write_into<M: SerializeMap>(
        &self,
        map: &mut M,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<(), M::Error> {
        if let Some(Source::Pieces(pieces)) = &self.source {
            let mut members = pieces.iter().filter(|(name, _)| wanted(name));
            return members
                .try_for_each(|(name, value)| map.serialize_entry(name, &Verbatim(value)));
        }
        let mut members = self.iter().filter(|(name, _)| wanted(name));
        members.try_for_each(|(name, value)| map.serialize_entry(name, value))
    }

    fn members(&self) -> &[(Box<str>, Json)] {
        self.members.get_or_init(|| self.read())
    }

    fn read(&self) -> Vec<(Box<str>, Json)> {
        match &self.source {
            // What can't be read was not taken over.
            Some(Source::Text(text)) => members(text.expose()).unwrap_or_default(),
            Some(Source::Pieces(pieces)) => pieces
                .iter()
                .map(|(name, value)| (name.into(), Json::of_text(value)))
                .collect(),
            None => Vec::new(),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Vec<(Box<str>, Json)>)) {
        let mut members = self.members.take().unwrap_or_else(|| self.read());
        change(&mut members);
        self.source = None;
        self.members = members.into();
    }
}

impl From<Pieces> for Object {
    fn from(pieces: Pieces) -> Self {
        Self {
            source: (pieces.len() > 0).then_some(Source::Pieces(pieces)),
            members: OnceLock::new(),
        }
    }
}

/// Reads the members of an object's text.
fn members(text: &str) -> Result<Vec<(Box<str>, Json)>, serde_json::Error> {
    struct MembersVisitor;

    impl<'de> Visitor<'de> for MembersVisitor {
        type Value = Vec<(Box<str>, Json)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(MembersVisitor)
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

impl Eq for Object {}

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
        if let Some(Source::Text(text)) = &self.source {
            return Verbatim(text.expose()).serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        self.write_into(&mut map, |_| true)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Raw::deserialize(deserializer)?;
        Self::of_text(raw.text()).map_err(D::Error::custom)
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
    fn what_was_read_is_written_as_it_was_until_it_is_changed() {
        let text = r#"{ "a" : 1.50, "b": [ ] }"#;
        let mut object: Object = serde_json::from_str(text).unwrap();
        assert_eq!(object.get("a").unwrap().text(), "1.50");
        assert_eq!(serde_json::to_string(&object).unwrap(), text);
        object.insert("a", 2);
        assert_eq!(
            serde_json::to_string(&object).unwrap(),
            r#"{"a":2,"b":[ ]}"#
        );
    }

    #[test]
    fn a_name_that_no_string_can_hold_is_found_at_once() {
        for (text, reads) in [
            (r#"{"\ud83d":1}"#, false),
            (r#"{"a":{"\ud83d":1}}"#, true),
            (r#"{"a":"\ud83d"}"#, true),
            (r#"{"\ud83d\ude00":1}"#, true),
            ("[]", false),
        ] {
            let read = serde_json::from_str::<Object>(text);
            assert_eq!(read.is_ok(), reads, "{text}");
            assert!(read.is_err() || !read.unwrap().is_empty());
        }
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
