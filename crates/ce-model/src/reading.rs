//! Reads a documented field: what is documented, or nothing if something else stands there.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::cursor::Cursor;
use crate::raw::Raw;
use crate::{AuthorizationUrl, ElementKey, ElementToken, InstanceId, Object, Secret};

/// A type that a documented field may have.
pub(crate) trait Documented: Sized {
    /// Reads the value before which the cursor stands, and steps over it, if it is what is
    /// documented; if it isn't, the cursor may stand anywhere.
    fn read(cursor: &mut Cursor<'_>) -> Option<Self>;
}

impl Documented for bool {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        match cursor.value() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

impl Documented for u64 {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        cursor.value().parse().ok()
    }
}

impl Documented for i64 {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let text = cursor.value();
        // Written again, `-0` would be `0`.
        text.parse().ok().filter(|_| text != "-0")
    }
}

impl Documented for String {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        string(cursor.value()).map(Cow::into_owned)
    }
}

impl Documented for InstanceId {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        u64::read(cursor).map(Self::new)
    }
}

impl Documented for AuthorizationUrl {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        String::read(cursor).map(Self::new)
    }
}

impl Documented for ElementKey {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        string(cursor.value()).map(|key| Self::from(&*key))
    }
}

impl Documented for ElementToken {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(match string(cursor.value())? {
            Cow::Borrowed(token) => Secret::of(token).into(),
            Cow::Owned(token) => Secret::new(token).into(),
        })
    }
}

impl Documented for Vec<String> {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let mut texts = Self::new();
        cursor.enter(b'[').then_some(())?;
        while cursor.element() {
            texts.push(String::read(cursor)?);
        }
        Some(texts)
    }
}

impl Documented for Object {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Self::of_text(cursor.value())
    }
}

/// A struct with documented fields.
pub(crate) trait Record: Sized {
    /// What it is called.
    const NAME: &'static str;

    /// Reads the object before which the cursor stands, and steps over it.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Unfit>;
}

/// Why a text is no such record.
pub(crate) enum Unfit {
    /// It is no object.
    NoObject,
    /// A field's name is no string that Rust can hold.
    Name,
    /// A required field isn't there.
    Missing(&'static str),
    /// A required field holds something else.
    Field(&'static str),
}

/// Reads a record that stands by itself.
pub(crate) fn whole<'de, T: Record, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let raw = Raw::deserialize(deserializer)?;
    T::read(&mut Cursor::new(raw.text())).map_err(|unfit| match unfit {
        Unfit::NoObject => D::Error::custom(format_args!("expected a JSON object ({})", T::NAME)),
        Unfit::Name => D::Error::custom("a field's name holds half a surrogate pair"),
        Unfit::Missing(field) => D::Error::missing_field(field),
        Unfit::Field(field) => D::Error::custom(format_args!("unfit field `{field}`")),
    })
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
