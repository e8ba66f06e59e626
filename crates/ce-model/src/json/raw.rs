//! Takes a value's JSON text out of a document, of whichever format.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, MapDeserializer};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_json::value::RawValue;

use super::{Tree, TreeVisitor};

/// The JSON text of one value: a part of the document where that is possible, else a copy.
///
/// `serde_json` gives text to its own [`RawValue`] only, which asks for it by a private name.
/// [`Request`] passes that request on. Other formats, and serde's buffers behind `flatten` and
/// `untagged`, answer with a value instead, of which the text is made.
pub(crate) struct Raw<'de>(pub(crate) Cow<'de, RawValue>);

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut copy = None;
        let borrowed = <&RawValue>::deserialize(Request(deserializer, &mut copy))?;
        Ok(Self(match copy {
            None => Cow::Borrowed(borrowed),
            Some(json) => Cow::Owned(RawValue::from_string(json).map_err(D::Error::custom)?),
        }))
    }
}

/// Passes the request of a [`RawValue`] on to a deserializer, and keeps an answer that can't be
/// borrowed.
struct Request<'a, D>(D, &'a mut Option<String>);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Request<'_, D> {
    type Error = D::Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let answer = TreeVisitor::new(Some(name));
        let answer = self.0.deserialize_newtype_struct(name, answer);
        let text = match answer? {
            Tree::Text(Cow::Borrowed(text)) => text,
            tree => {
                *self.1 = Some(tree.into_json().map_err(D::Error::custom)?);
                "null"
            }
        };
        let text = BorrowedStrDeserializer::<D::Error>::new(text);
        visitor.visit_map(MapDeserializer::new([(name, text)].into_iter()))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, D::Error> {
        Err(D::Error::custom("serde_json asks for text in another way"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// A member's name, borrowed from the document where that is possible.
#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(transparent)]
pub(crate) struct Name<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);
