//! One level of a JSON text.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::{Members, Name};

/// How deeply values may be nested to be compared or written by serde. It is what `serde_json` reads.
pub(crate) const MAX_DEPTH: usize = 127;

/// A JSON value whose elements are texts still. Unlike a `serde_json::Value` it keeps every digit of
/// a number, and every member of an object.
pub(crate) enum Node<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<&'a RawValue>),
    Object(Vec<(Name<'a>, &'a RawValue)>),
}

impl<'a> Node<'a> {
    /// Reads one level. `None` if the text holds a string that Rust can't (half a surrogate pair, as
    /// is left where a text was cut).
    pub(crate) fn of(json: &'a str) -> Option<Self> {
        Some(match json.as_bytes().first()? {
            b'n' => Self::Null,
            b't' => Self::Bool(true),
            b'f' => Self::Bool(false),
            b'"' => Self::String(string(json)?),
            b'[' => Self::Array(serde_json::from_str(json).ok()?),
            b'{' => {
                let Members(members) = serde_json::from_str(json).ok()?;
                Self::Object(members)
            }
            _ => Self::Number(json),
        })
    }
}

/// The string that a JSON text is, if it is one that Rust can hold.
pub(crate) fn string(json: &str) -> Option<Cow<'_, str>> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        serde_json::from_str(json).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inside))
    }
}
