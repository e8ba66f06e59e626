use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

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
pub struct Object {
    /// The text that was read, until a member is changed.
    text: Option<String>,
    /// The members, once somebody asks for them.
    members: OnceLock<Vec<Member>>,
}

type Member = (Box<str>, Json);

impl Object {
    /// Creates an object without members.
    pub const fn new() -> Self {
        let members = OnceLock::new();
        Self {
            text: None,
            members,
        }
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

    /// Sets a member: in its old place, or behind the others. Many are sooner added by
    /// [`extend`](Object::extend).
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl Into<Json>) {
        let (name, value) = (name.as_ref(), value.into());
        self.change(|members| {
            let mut found = members.iter_mut().rev();
            match found.find(|(key, _)| &**key == name) {
                Some((_, old)) => *old = value,
                None => members.push((name.into(), value)),
            }
        });
    }

    /// Removes a member and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let removed = self.get(name).cloned();
        self.change(|members| members.retain(|(key, _)| &**key != name));
        removed
    }

    /// Returns every member, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> + DoubleEndedIterator {
        self.members().iter().map(|(name, value)| (&**name, value))
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Returns `true` if there are no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the object as JSON text, with its values verbatim.
    pub fn to_json(&self) -> String {
        to_json(self)
    }

    /// Keeps the text of an object that was read.
    pub(crate) fn of(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            members: OnceLock::new(),
        }
    }

    fn members(&self) -> &[Member] {
        self.members.get_or_init(|| {
            let read = self.text.as_deref().map(serde_json::from_str::<Self>);
            read.and_then(Result::ok)
                .map(Self::into_members)
                .unwrap_or_default()
        })
    }

    fn into_members(mut self) -> Vec<Member> {
        self.members();
        self.members.take().unwrap_or_default()
    }

    fn change(&mut self, change: impl FnOnce(&mut Vec<Member>)) {
        let mut members = std::mem::take(self).into_members();
        change(&mut members);
        self.members = members.into();
    }
}

impl Field for Object {
    /// A name with an escape is read at once: half a surrogate pair is no name.
    fn from_json(json: &RawValue) -> Option<Self> {
        let text = json.get();
        if text.contains("\\u") {
            return serde_json::from_str(text).ok();
        }
        text.starts_with('{').then(|| Self::of(text))
    }

    fn write_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.iter();
        serializer.collect_map(members.map(|(name, value)| (name, Verbatim(value))))
    }
}

/// Gathers the members of a record that are no fields of it.
#[derive(Default)]
pub(crate) struct Others(Vec<u8>);

impl Others {
    pub(crate) fn add<E: Error>(&mut self, name: &str, json: &RawValue) -> Result<(), E> {
        if self.0.is_empty() {
            // Room for most records.
            self.0.reserve(256);
            self.0.push(b'{');
        } else {
            self.0.push(b',');
        }
        serde_json::to_writer(&mut self.0, name).map_err(E::custom)?;
        self.0.push(b':');
        self.0.extend_from_slice(json.get().as_bytes());
        Ok(())
    }

    pub(crate) fn into_object<E: Error>(mut self) -> Result<Object, E> {
        if self.0.is_empty() {
            return Ok(Object::new());
        }
        self.0.push(b'}');
        String::from_utf8(self.0).map(Object::of).map_err(E::custom)
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
        self.change(|all| {
            // Made once there are many, so that they are added in linear time.
            let mut places: HashMap<Box<str>, usize> = HashMap::new();
            for (name, value) in members {
                let (name, value) = (name.as_ref(), value.into());
                if all.len() >= MANY && places.is_empty() {
                    let names = all.iter().map(|(name, _)| name.clone());
                    places = names.zip(0..).collect();
                }
                let place = match places.is_empty() {
                    true => all.iter().rposition(|(key, _)| &**key == name),
                    false => places.get(name).copied(),
                };
                match place.and_then(|place| all.get_mut(place)) {
                    Some((_, old)) => *old = value,
                    None => {
                        if !places.is_empty() {
                            places.insert(name.into(), all.len());
                        }
                        all.push((name.into(), value));
                    }
                }
            }
        });
    }
}

/// From so many members on, a map finds one sooner than looking at each.
const MANY: usize = 32;

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
                let mut members = Vec::with_capacity(8);
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                let (text, members) = (None, members.into());
                Ok(Object { text, members })
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}
