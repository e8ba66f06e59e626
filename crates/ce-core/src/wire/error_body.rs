//! What the body of an error says.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The words of an error's body: the platform's `message`, and what gateways and providers send in its
/// place. Everything else is skipped, since it may be as large and as deep as the body.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ErrorBody {
    message: Words,
    #[serde(rename = "providerMessage")]
    pub(super) provider_message: Words,
    #[serde(rename = "requestId")]
    pub(super) request_id: Words,
    // RFC 6749, section 5.2.
    error: Words,
    error_description: Words,
    // RFC 9457.
    title: Words,
    detail: Words,
    errors: Words,
}

impl ErrorBody {
    fn words(self) -> Option<String> {
        let pair = |brief: Words, long: Words| match (brief.0, long.0) {
            (Some(brief), Some(long)) => Some(format!("{brief}: {long}")),
            (brief, long) => brief.or(long),
        };
        self.message
            .0
            .or_else(|| pair(self.error, self.error_description))
            .or_else(|| pair(self.title, self.detail))
            .or(self.errors.0)
    }
}

/// A text, the texts of a list, or the words of an object.
#[derive(Default)]
pub(super) struct Words(pub(super) Option<String>);

/// So many items of a list are read.
const MAX_ITEMS: usize = 8;

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordsVisitor;

        impl<'de> Visitor<'de> for WordsVisitor {
            type Value = Words;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("words")
            }

            fn visit_str<E>(self, text: &str) -> Result<Words, E> {
                Ok(Words((!text.is_empty()).then(|| text.to_owned())))
            }

            fn visit_unit<E>(self) -> Result<Words, E> {
                Ok(Words(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Words, E> {
                Ok(Words(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Words, E> {
                Ok(Words(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Words, E> {
                Ok(Words(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Words, E> {
                Ok(Words(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Words, A::Error> {
                let mut words = Vec::new();
                for _ in 0..MAX_ITEMS {
                    match items.next_element::<Words>()? {
                        Some(Words(said)) => words.extend(said),
                        None => break,
                    }
                }
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Words((!words.is_empty()).then(|| words.join("; "))))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Words, A::Error> {
                let body = ErrorBody::deserialize(MapAccessDeserializer::new(members))?;
                Ok(Words(body.words()))
            }
        }

        deserializer.deserialize_any(WordsVisitor)
    }
}
