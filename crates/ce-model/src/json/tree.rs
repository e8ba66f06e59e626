//! A JSON value as a tree, which is read from any format and written to any.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use super::Name;

/// Writes JSON text with serde. An error for what a format may change without a word: a number that
/// isn't exactly a `u64`, `i64` or `f64`, half a surrogate pair, a name that stands twice, more than
/// 127 levels.
pub(crate) fn serialize<S: Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let tree: Tree<'_> = serde_json::from_str(json).map_err(S::Error::custom)?;
    if tree.has_duplicates() {
        return Err(S::Error::custom("a JSON object has a duplicate name"));
    }
    if !numbers(json).all(is_exact) {
        return Err(S::Error::custom(
            "a JSON number is no u64, i64 or f64: write it by `to_json`, which keeps it",
        ));
    }
    tree.serialize(serializer)
}

/// The numbers in a JSON text.
fn numbers(json: &str) -> impl Iterator<Item = &str> {
    let (mut in_string, mut escaped) = (false, false);
    json.split(move |c: char| {
        in_string ^= c == '"' && !escaped;
        escaped = in_string && c == '\\' && !escaped;
        in_string || !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')
    })
    // The `e` of `true` and `false` is none.
    .filter(|part| !matches!(*part, "" | "e"))
}

/// Returns `true` if a JSON number is exactly a `u64`, `i64` or `f64`: written again, it has the
/// same digits.
pub(crate) fn is_exact(number: &str) -> bool {
    fn digits(number: &str) -> String {
        let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        digits.trim_matches('0').to_owned()
    }

    if number.parse::<u64>().is_ok() || number.parse::<i64>().is_ok() {
        return true;
    }
    let digits_read = digits(number);
    // Where two of the shortest spellings are equally near, `{:e}` is only one of them.
    let precision = digits_read.len().clamp(1, 17) - 1;
    number.parse::<f64>().is_ok_and(|float| {
        [format!("{float:e}"), format!("{float:.precision$e}")]
            .iter()
            .any(|written| digits(written) == digits_read)
    })
}

pub(crate) enum Tree<'a> {
    Null,
    Bool(bool),
    Number(Number),
    String(Cow<'a, str>),
    Array(Vec<Tree<'a>>),
    Object(Vec<(Name<'a>, Tree<'a>)>),
    /// JSON text: `serde_json`'s answer to a request, never inside another value.
    Text(Cow<'a, str>),
}

impl Tree<'_> {
    pub(crate) fn into_json(self) -> serde_json::Result<String> {
        match self {
            Self::Text(json) => Ok(json.into_owned()),
            tree => serde_json::to_string(&tree),
        }
    }

    fn has_duplicates(&self) -> bool {
        match self {
            Self::Array(elements) => elements.iter().any(Self::has_duplicates),
            Self::Object(members) => {
                let mut names = HashSet::with_capacity(members.len());
                let mut members = members.iter();
                members.any(|(name, value)| !names.insert(name) || value.has_duplicates())
            }
            _ => false,
        }
    }
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Text formats may need the length. Binary formats are not told, so that those without a
        // type in front of each value (postcard, bincode), which could never read it, refuse.
        let told = serializer.is_human_readable();
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(integer), _) => serializer.serialize_u64(integer),
                (_, Some(integer)) => serializer.serialize_i64(integer),
                _ => serializer.serialize_f64(number.as_f64().unwrap_or(f64::NAN)),
            },
            Self::String(text) | Self::Text(text) => serializer.serialize_str(text),
            Self::Array(elements) => {
                let mut seq = serializer.serialize_seq(told.then_some(elements.len()))?;
                for element in elements {
                    seq.serialize_element(element)?;
                }
                seq.end()
            }
            Self::Object(members) => {
                let mut map = serializer.serialize_map(told.then_some(members.len()))?;
                for (Name(name), value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor::new(None))
    }
}

impl<'de> DeserializeSeed<'de> for TreeVisitor {
    type Value = Tree<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! visits {
    ($( $visit:ident($( $value:ident: $Type:ty )?) => $tree:expr; )*) => { $(
        fn $visit<E>(self $(, $value: $Type)?) -> Result<Tree<'de>, E> {
            Ok($tree)
        }
    )* };
}

/// Refuses what JSON doesn't have: bytes, names that aren't strings, numbers that aren't finite.
/// Not every format bounds how deep a value nests.
pub(crate) struct TreeVisitor {
    /// The private name, if `serde_json` was asked for text.
    name: Option<&'static str>,
    levels: u8,
}

impl TreeVisitor {
    pub(crate) fn new(name: Option<&'static str>) -> Self {
        Self { name, levels: 127 }
    }

    /// For what lies a level deeper.
    fn within<E: Error>(&self) -> Result<Self, E> {
        let levels = self.levels.checked_sub(1);
        let levels = levels.ok_or_else(|| E::custom("JSON of more than 127 levels"))?;
        Ok(Self { name: None, levels })
    }
}

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    visits! {
        visit_unit() => Tree::Null;
        visit_none() => Tree::Null;
        visit_bool(value: bool) => Tree::Bool(value);
        visit_i64(value: i64) => Tree::Number(value.into());
        visit_u64(value: u64) => Tree::Number(value.into());
        visit_str(value: &str) => Tree::String(value.to_owned().into());
        visit_borrowed_str(value: &'de str) => Tree::String(value.into());
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inside: D) -> Result<Tree<'de>, D::Error> {
        inside.deserialize_any(Self { name: None, ..self })
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree<'de>, E> {
        let number = Number::from_f64(value).map(Tree::Number);
        number.ok_or_else(|| E::custom("JSON has no such number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree<'de>, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element_seed(self.within()?)? {
            elements.push(element);
        }
        Ok(Tree::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree<'de>, A::Error> {
        let mut members: Vec<(Name<'de>, Tree<'de>)> = Vec::new();
        while let Some(name) = map.next_key::<Name<'de>>()? {
            if members.is_empty() && self.name == Some(&*name.0) {
                return map.next_value_seed(Answer);
            }
            members.push((name, map.next_value_seed(self.within()?)?));
        }
        // With its feature `arbitrary_precision`, `serde_json` disguises a number as such a map.
        if let [(Name(name), Tree::String(value))] = members.as_slice() {
            let map = MapDeserializer::new([(&**name, &**value)].into_iter());
            if let Ok(number) = Number::deserialize::<MapDeserializer<'_, _, A::Error>>(map) {
                return Ok(Tree::Number(number));
            }
        }
        Ok(Tree::Object(members))
    }
}

/// Takes the text that `serde_json` answers with: a string, whatever it is asked for. A document's
/// own member of the private name is no unit, and is refused.
struct Answer;

impl<'de> DeserializeSeed<'de> for Answer {
    type Value = Tree<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree<'de>, D::Error> {
        match deserializer.deserialize_unit(TreeVisitor::new(None))? {
            Tree::String(text) => Ok(Tree::Text(text)),
            _ => Err(D::Error::custom("not JSON text of serde_json's own")),
        }
    }
}
