//! Writes JSON text with serde, to any format.

use std::collections::HashSet;

use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use super::node::{MAX_DEPTH, Node};
use super::number::exact_f64;

const HALF_PAIR: &str = "a JSON string has half a surrogate pair";

/// Writes the text of an object, and wipes it: it may hold a token.
pub(crate) fn serialize_json<S: Serializer>(
    json: String,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let json = Zeroizing::new(json);
    let members = match Node::of(&json) {
        Some(Node::Object(members)) => members,
        _ => return Err(S::Error::custom(HALF_PAIR)),
    };
    serialize_members(
        members.iter().map(|(name, value)| (&*name.0, value.get())),
        0,
        serializer,
    )
}

/// The JSON text of any value. An error for what a format may change without a word: a number that
/// isn't exactly a `u64`, `i64` or `f64`, half a surrogate pair, a name that stands twice, nesting
/// that isn't read again.
pub(crate) struct Walk<'a> {
    pub(crate) json: &'a str,
    /// How many values it stands in.
    pub(crate) depth: usize,
}

impl Serialize for Walk<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let node = Node::of(self.json).ok_or_else(|| S::Error::custom(HALF_PAIR))?;
        if self.depth == MAX_DEPTH && matches!(node, Node::Array(_) | Node::Object(_)) {
            return Err(S::Error::custom("JSON is nested more than 127 levels deep"));
        }
        let depth = self.depth + 1;
        match node {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(value),
            Node::Number(number) => serialize_number(number, serializer),
            Node::String(text) => serializer.serialize_str(&text),
            Node::Array(elements) => {
                let length = length(&serializer, elements.len());
                let mut seq = serializer.serialize_seq(length)?;
                for element in elements {
                    let json = element.get();
                    seq.serialize_element(&Walk { json, depth })?;
                }
                seq.end()
            }
            Node::Object(members) => {
                let members = members.iter().map(|(name, value)| (&*name.0, value.get()));
                serialize_members(members, depth, serializer)
            }
        }
    }
}

/// Writes an object of which each value is at this depth.
pub(crate) fn serialize_members<'a, S: Serializer>(
    members: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
    depth: usize,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut names = HashSet::with_capacity(members.len());
    let length = length(&serializer, members.len());
    let mut map = serializer.serialize_map(length)?;
    for (name, json) in members {
        if !names.insert(name) {
            return Err(S::Error::custom("a JSON object has a duplicate name"));
        }
        map.serialize_entry(name, &Walk { json, depth })?;
    }
    map.end()
}

/// Returns the length of a list or an object, if the format is to be told.
///
/// Text formats may need it. Binary formats are not told, so that those without a type in front of
/// each value (postcard, bincode), which could never read it again, refuse to write it.
fn length<S: Serializer>(serializer: &S, length: usize) -> Option<usize> {
    serializer.is_human_readable().then_some(length)
}

fn serialize_number<S: Serializer>(number: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if let Ok(integer) = number.parse() {
        return serializer.serialize_u64(integer);
    }
    match number.parse() {
        // Zero has no sign among integers.
        Ok(integer) if integer != 0 => serializer.serialize_i64(integer),
        _ => match exact_f64(number) {
            Some(float) => serializer.serialize_f64(float),
            None => Err(S::Error::custom(
                "a JSON number is not exactly a u64, i64 or f64",
            )),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Json, Object};

    #[test]
    fn what_a_format_may_change_is_refused() {
        let deep = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
        for odd in [
            "1e400",
            "1e-400",
            "123456789012345678901234567890",
            "3.14159265358979323846",
            r#""cut \ud83d""#,
            r#"{"cut \ud83d":1}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":1}"#,
            &deep(MAX_DEPTH + 1),
            &deep(10_000),
        ] {
            for text in [odd, &format!("[{odd}]"), &format!(r#"{{"a":{odd}}}"#)] {
                let json: Json = text.parse().unwrap();
                assert!(serde_json::to_string(&json).is_err(), "{odd:.40}");
                assert!(serde_json::to_value(&json).is_err(), "{odd:.40}");
                assert_eq!(json.to_json(), text);
            }
            let object: Object = [("a", odd.parse::<Json>().unwrap())].into_iter().collect();
            assert!(serde_json::to_string(&object).is_err(), "{odd:.40}");
        }
    }

    #[test]
    fn everything_else_is_written_in_full() {
        for text in [
            r#"{"a":[1,-2,1.5,"x\n",null,true,false],"b":{},"c":[]}"#,
            "18446744073709551615",
            "-9223372036854775808",
            "-0.0",
            r#""\"""#,
        ] {
            let json: Json = text.parse().unwrap();
            assert_eq!(serde_json::to_string(&json).unwrap(), text);
        }
        let zero: Json = "-0".parse().unwrap();
        assert_eq!(serde_json::to_string(&zero).unwrap(), "-0.0");
        let deep = ["[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH)].concat();
        let json: Json = deep.parse().unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), deep);
    }
}
