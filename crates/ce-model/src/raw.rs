//! JSON text that is taken out of a document, and put into one, as it is.

use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

/// The name by which `serde_json` knows that a value's text itself is wanted, or given.
const TOKEN: &str = "$serde_json::private::RawValue";

/// The text of one JSON value: a part of the document where that is in memory, else a copy, which
/// is wiped when it is dropped.
pub(crate) enum Raw<'de> {
    /// A part of the document.
    Borrowed(&'de str),
    /// A copy.
    Owned(Zeroizing<String>),
}

impl Raw<'_> {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
        }
    }
}

impl From<Raw<'_>> for Box<str> {
    fn from(raw: Raw<'_>) -> Self {
        // A `String` turned into a box may leave a copy behind when it shrinks.
        raw.text().into()
    }
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawVisitor;

        impl<'de> Visitor<'de> for RawVisitor {
            type Value = Raw<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any JSON value")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
                match map.next_key::<IgnoredAny>()? {
                    Some(_) => map.next_value::<Text<'de>>().map(|Text(raw)| raw),
                    None => Err(A::Error::custom("the text of a JSON value is missing")),
                }
            }

            // Where the name isn't known (serde's own buffers behind `flatten` and `untagged`), the
            // value comes as a newtype's inside and is read as a tree: slower, and as complete as
            // a tree can be.
            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                inside: D,
            ) -> Result<Raw<'de>, D::Error> {
                let tree = Value::deserialize(inside)?;
                Ok(Raw::Owned(tree.to_string().into()))
            }
        }

        deserializer.deserialize_newtype_struct(TOKEN, RawVisitor)
    }
}

/// The text as `serde_json` hands it over: as a string.
struct Text<'de>(Raw<'de>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the text of a JSON value")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Raw::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
                self.visit_string(text.to_owned())
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Raw::Owned(text.into())))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}

/// Text of one JSON value, which is written as it is.
pub(crate) struct Verbatim<'a>(pub(crate) &'a str);

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = serializer.serialize_struct(TOKEN, 1)?;
        text.serialize_field(TOKEN, self.0)?;
        text.end()
    }
}
