use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::iter::Map;
use std::slice;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::serialize::serialize_members;
use super::{Field, Json, Members, from_object, push, push_string};

/// A JSON object with any members, in the order in which they were read or added.
///
/// It is used where the platform leaves the names open: the configuration of an instance, what
/// the provider's callback brings (`providerData`), and, as `other`, the fields of a response that
/// are not documented.
///
/// Members are found by looking at one after the other: collect many at once rather than
/// [`insert`](Object::insert) each. `Debug` prints the names and the kinds of values, which may be
/// secrets. As for [`Json`], `to_json` writes everything and serde refuses what it may change.
///
/// ```
/// use ce_model::Object;
///
/// let mut configuration = Object::new();
/// configuration.insert("filter.response.nulls", true);
/// configuration.insert("oauth.scope", "basic");
/// assert_eq!(configuration.text("oauth.scope").as_deref(), Some("basic"));
/// assert_eq!(
///     configuration.to_json(),
///     r#"{"filter.response.nulls":true,"oauth.scope":"basic"}"#
/// );
/// ```
#[derive(Clone, Default)]
pub struct Object {
    members: Vec<Member>,
}

type Member = (Box<str>, Json);

impl Object {
    /// Creates an object without members.
    pub const fn new() -> Self {
        Self {
            members: Vec::new(),
        }
    }

    /// Returns the value of a member. Where a name stands twice, the last counts.
    pub fn get(&self, name: &str) -> Option<&Json> {
        let mut members = self.members.iter().rev();
        members.find_map(|(key, value)| (&**key == name).then_some(value))
    }

    /// Returns the value of a member that is a string.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name)?.as_str()
    }

    /// Sets a member: in its old place, or behind the others.
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl Into<Json>) {
        let name = name.as_ref();
        match self
            .members
            .iter_mut()
            .rev()
            .find(|(key, _)| &**key == name)
        {
            Some((_, old)) => *old = value.into(),
            None => self.push(name, value.into()),
        }
    }

    /// Removes a member and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let mut removed = None;
        self.members.retain_mut(|(key, value)| {
            let found = &**key == name;
            if found {
                removed = Some(std::mem::replace(value, Json::NULL));
            }
            !found
        });
        removed
    }

    /// Returns every member, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.into_iter()
    }

    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Returns `true` if there are no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Writes the object as JSON text, with its values verbatim.
    pub fn to_json(&self) -> String {
        let mut json = String::new();
        self.write_json(&mut json);
        json
    }

    /// Appends the members with a wanted name, and the end of the object. `separator` stands before
    /// the first.
    pub(crate) fn write_members(
        &self,
        mut separator: &'static str,
        out: &mut String,
        wanted: impl Fn(&str) -> bool,
    ) {
        for (name, value) in self.iter().filter(|(name, _)| wanted(name)) {
            push(out, std::mem::replace(&mut separator, ","));
            push_string(out, name);
            push(out, ":");
            push(out, value.text());
        }
        push(out, if separator == "{" { "{}" } else { "}" });
    }

    /// Adds a member that may be there already.
    pub(crate) fn push(&mut self, name: &str, value: Json) {
        if self.members.is_empty() {
            self.members.reserve(16);
        }
        self.members.push((name.into(), value));
    }
}

impl Field for Object {
    fn from_json(json: &str) -> Option<Self> {
        from_object(json)
    }

    fn write_json(&self, out: &mut String) {
        self.write_members("{", out, |_| true);
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

/// Equal as JSON: the order of members does not count, and of those with one name the last does.
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
        let names = self.members.iter().map(|(name, _)| name.clone());
        let mut places: HashMap<Box<str>, usize> = names.zip(0..).collect();
        for (name, value) in members {
            let name = name.as_ref();
            let place = places.get(name).and_then(|at| self.members.get_mut(*at));
            match place {
                Some((_, old)) => *old = value.into(),
                None => {
                    places.insert(name.into(), self.members.len());
                    self.push(name, value.into());
                }
            }
        }
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = (&'a str, &'a Json);
    type IntoIter = Map<slice::Iter<'a, Member>, fn(&'a Member) -> Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.iter().map(|(name, value)| (name, value))
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = self.iter().map(|(name, value)| (name, value.text()));
        serialize_members(members, 0, serializer)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Members::deserialize(deserializer).map(|Members(members)| Self { members })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Object {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_last_of_two_members_counts_and_both_are_kept() {
        let text = r#"{"a":1,"b":2,"a":3}"#;
        let mut object = object(text);
        assert_eq!(object.get("a").unwrap().text(), "3");
        assert_eq!(object.to_json(), text);
        object.insert("a", 4);
        object.extend([("a", 5)]);
        assert_eq!(object.to_json(), r#"{"a":1,"b":2,"a":5}"#);
        assert_eq!(object.remove("a").unwrap().text(), "5");
        assert_eq!(object.to_json(), r#"{"b":2}"#);
    }

    #[test]
    fn values_are_written_as_they_were_read() {
        let mut object = object(r#"{ "a" : 1.50, "b": [ 1e400 ], "\u00e4": {"c":1,"c":2} }"#);
        assert_eq!(object.get("a").unwrap().text(), "1.50");
        assert_eq!(
            object.to_json(),
            r#"{"a":1.50,"b":[ 1e400 ],"ä":{"c":1,"c":2}}"#
        );
        object.insert("a", 2);
        assert_eq!(
            object.to_json(),
            r#"{"a":2,"b":[ 1e400 ],"ä":{"c":1,"c":2}}"#
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
        let mut object: Object = [("a", "1"), ("b", "2"), ("a", "3")].into_iter().collect();
        assert_eq!(object.to_json(), r#"{"a":"3","b":"2"}"#);
        object.insert("a", Json::NULL);
        assert_eq!(object.to_json(), r#"{"a":null,"b":"2"}"#);
        assert_eq!(object.len(), 2);
    }

    #[test]
    fn order_does_not_count_for_equality_but_values_do() {
        for (one, other, equal) in [
            (r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, true),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#, true),
            (r#"{"a":1,"a":2}"#, r#"{"a":1}"#, false),
            (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, false),
            (r#"{"a":1,"b":2}"#, r#"{"a":1,"c":2}"#, false),
            (r#"{"a":1}"#, r#"{"a":2}"#, false),
        ] {
            assert_eq!(object(one) == object(other), equal, "{one} {other}");
            assert_eq!(object(other) == object(one), equal, "{other} {one}");
        }
    }

    #[test]
    fn many_members_are_collected_and_compared_at_once() {
        let members = || (0..40_000).map(|n| (format!("name{n:08}"), n));
        let begun = std::time::Instant::now();
        let one: Object = members().collect();
        let other: Object = members().rev().collect();
        let mut twice = one.clone();
        twice.extend(members());
        assert_eq!(one, other);
        assert_eq!(one, twice);
        assert_eq!(Json::from(one), Json::from(other));
        // Looking at each for each takes many times as long, even when it is optimized.
        assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
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
