//! Reads a documented field: what is documented, or whatever else stands there.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::pieces::Pieces;
use crate::raw::Raw;
use crate::{Json, Object};

/// Reads a documented field into its place, or whatever else stands there in among the others.
///
/// A function of its own, since what it is made of would otherwise be built for every field.
pub(crate) fn read_into<'de, T: Documented, A: MapAccess<'de>>(
    map: &mut A,
    name: &str,
    place: &mut Option<T>,
    other: &mut Pieces,
) -> Result<(), A::Error> {
    let raw: Raw<'de> = map.next_value()?;
    *place = T::from_json(raw.text());
    if place.is_none() {
        other.add(name, raw.text());
    }
    Ok(())
}

/// A type that a documented field may have.
pub(crate) trait Documented: Sized {
    /// Reads the text of one JSON value, if it is what is documented.
    fn from_json(text: &str) -> Option<Self>;
}

impl Documented for bool {
    fn from_json(text: &str) -> Option<Self> {
        match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

impl Documented for u64 {
    fn from_json(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Documented for i64 {
    fn from_json(text: &str) -> Option<Self> {
        // Written again, `-0` would be `0`.
        text.parse().ok().filter(|_| text != "-0")
    }
}

impl Documented for String {
    fn from_json(text: &str) -> Option<Self> {
        string(text).map(Cow::into_owned)
    }
}

impl Documented for Vec<String> {
    fn from_json(text: &str) -> Option<Self> {
        read_if(text, '[')
    }
}

impl Documented for Json {
    fn from_json(text: &str) -> Option<Self> {
        Some(Self::of_text(text))
    }
}

impl Documented for Object {
    fn from_json(text: &str) -> Option<Self> {
        Self::of_text(text).ok()
    }
}

/// Reads what begins as it must: an error costs more to make than a look.
pub(crate) fn read_if<T: DeserializeOwned>(text: &str, first: char) -> Option<T> {
    text.starts_with(first)
        .then(|| serde_json::from_str(text).ok())
        .flatten()
}

/// The string that a JSON text is. One that no Rust string can hold (half a surrogate pair, as
/// is left where others cut a text) is none.
pub(crate) fn string(text: &str) -> Option<Cow<'_, str>> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        serde_json::from_str(text).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inside))
    }
}

/// A member's name, borrowed from the text where that is possible.
pub(crate) struct Name<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a field's name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(NameVisitor)
    }
}
