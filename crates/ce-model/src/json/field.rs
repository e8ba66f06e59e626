//! The types that a documented field may have.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, Error};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::node::string;
use super::{push, push_string};

/// A documented field: read from JSON text, and written as it.
pub(crate) trait Field: Sized {
    /// Reads the text of one JSON value. `None` if it is of another type.
    fn from_json(json: &str) -> Option<Self>;

    /// Appends the value as JSON text.
    fn write_json(&self, out: &mut String);
}

/// Reads a required field. It may be secret, so an error does not quote it, and a copy is wiped.
pub(crate) fn required<T: Field, E: Error>(name: &str, json: Cow<'_, str>) -> Result<T, E> {
    let value = T::from_json(&json);
    if let Cow::Owned(copy) = json {
        drop(Zeroizing::new(copy));
    }
    value.ok_or_else(|| {
        E::custom(format_args!(
            "the field `{name}` is not of its documented type"
        ))
    })
}

/// Reads an object. An error costs more to make than a look at the first character.
pub(crate) fn from_object<T: DeserializeOwned>(json: &str) -> Option<T> {
    json.starts_with('{')
        .then(|| serde_json::from_str(json).ok())
        .flatten()
}

impl Field for bool {
    fn from_json(json: &str) -> Option<Self> {
        match json {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    fn write_json(&self, out: &mut String) {
        push(out, if *self { "true" } else { "false" });
    }
}

impl Field for u64 {
    fn from_json(json: &str) -> Option<Self> {
        json.parse().ok()
    }

    fn write_json(&self, out: &mut String) {
        push(out, &self.to_string());
    }
}

impl Field for i64 {
    fn from_json(json: &str) -> Option<Self> {
        // Written again, `-0` would be `0`.
        json.parse().ok().filter(|_| json != "-0")
    }

    fn write_json(&self, out: &mut String) {
        push(out, &self.to_string());
    }
}

impl Field for String {
    fn from_json(json: &str) -> Option<Self> {
        string(json).map(Into::into)
    }

    fn write_json(&self, out: &mut String) {
        push_string(out, self);
    }
}

impl<T: Field> Field for Vec<T> {
    fn from_json(json: &str) -> Option<Self> {
        if !json.starts_with('[') {
            return None;
        }
        let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        elements
            .iter()
            .map(|each| T::from_json(each.get()))
            .collect()
    }

    fn write_json(&self, out: &mut String) {
        push(out, "[");
        for (number, each) in self.iter().enumerate() {
            if number > 0 {
                push(out, ",");
            }
            each.write_json(out);
        }
        push(out, "]");
    }
}
