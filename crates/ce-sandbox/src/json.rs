//! JSON that comes from outside.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Map, Number, Value};

/// Reads a JSON document.
pub(crate) fn read(json: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(json).map(|Verbatim(value)| value)
}

/// Reads any number of JSON documents, one behind the other.
pub(crate) fn read_all(json: &[u8]) -> Result<Vec<Value>, Error> {
    let documents = serde_json::Deserializer::from_slice(json).into_iter();
    documents
        .map(|document| document.map(|Verbatim(value)| value))
        .collect()
}

/// A value whose objects are what their text says.
///
/// `Value` itself, as soon as any crate in the tree asks for `raw_value`, takes an object with a name of
/// serde_json's own for the JSON text that it holds. It reads that anew, with levels of its own, and may go on until
/// the stack is exhausted.
struct Verbatim(Value);

impl<'de> Deserialize<'de> for Verbatim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(VerbatimVisitor).map(Self)
    }
}

struct VerbatimVisitor;

impl<'de> Visitor<'de> for VerbatimVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Verbatim(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Verbatim(value))) = map.next_entry()? {
            members.insert(name, value);
        }
        let is_one = members.len() == 1;
        let object = Value::Object(members);
        // With its feature `arbitrary_precision`, serde_json disguises a number as an object of one member.
        match is_one.then(|| Number::deserialize(&object)) {
            Some(Ok(number)) => Ok(number.into()),
            _ => Ok(object),
        }
    }
}
