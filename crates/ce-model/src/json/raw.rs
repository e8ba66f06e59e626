//! Takes a value's JSON text out of a document, of whichever format.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, MapDeserializer};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_json::value::RawValue;

use super::node::MAX_DEPTH;
use super::{push, push_string};

/// The JSON text of one value: a part of the document where that is possible, else a copy.
///
/// `serde_json` gives the text of a value to its own [`RawValue`] only, which asks for it by a
/// private name. [`Request`] is a deserializer that passes this request on. Where the answer comes
/// from another format, or from serde's buffers behind `flatten` and `untagged`, it is a value
/// instead of a text, and [`TextVisitor`] writes the text.
pub(crate) struct Raw<'de>(pub(crate) Cow<'de, str>);

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = Cow::Borrowed("");
        <&RawValue>::deserialize(Request {
            deserializer,
            text: &mut text,
        })?;
        Ok(Self(text))
    }
}

/// Passes the request of a [`RawValue`] on to a deserializer, and keeps the answer.
struct Request<'a, 'de, D> {
    deserializer: D,
    text: &'a mut Cow<'de, str>,
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Request<'_, 'de, D> {
    type Error = D::Error;

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserializer.deserialize_newtype_struct(
            name,
            TextVisitor {
                text: self.text,
                request: Some(name),
                depth: 0,
            },
        )?;
        // The `RawValue` is no longer needed. It is content with any text.
        let null = BorrowedStrDeserializer::<D::Error>::new("null");
        visitor.visit_map(MapDeserializer::new([(name, null)].into_iter()))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, D::Error> {
        Err(D::Error::custom(
            "serde_json has changed how it asks for JSON text",
        ))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Appends a value to a text, as JSON. Refuses what JSON doesn't have: bytes, names that aren't
/// strings, numbers that aren't finite.
struct TextVisitor<'a, 'de> {
    text: &'a mut Cow<'de, str>,
    /// The private name, where `serde_json` may answer with a text.
    request: Option<&'static str>,
    depth: usize,
}

impl TextVisitor<'_, '_> {
    fn push(self, json: &str) {
        push(self.text.to_mut(), json);
    }
}

impl<'de> DeserializeSeed<'de> for TextVisitor<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TextVisitor<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.push("null");
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inside: D) -> Result<(), D::Error> {
        self.visit_newtype_struct(inside)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(mut self, inside: D) -> Result<(), D::Error> {
        self.request = None;
        self.deserialize(inside)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.push(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.push(&value.to_string());
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.push(&value.to_string());
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        if !value.is_finite() {
            return Err(E::custom("JSON has no such number"));
        }
        self.push(&format!("{value:?}"));
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        push_string(self.text.to_mut(), value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let depth = deeper(self.depth)?;
        let mut separator = "[";
        loop {
            let length = self.text.len();
            push(self.text.to_mut(), separator);
            let element = TextVisitor {
                text: &mut *self.text,
                request: None,
                depth,
            };
            if seq.next_element_seed(element)?.is_none() {
                self.text.to_mut().truncate(length);
                break;
            }
            separator = ",";
        }
        self.push(if separator == "[" { "[]" } else { "]" });
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let depth = deeper(self.depth)?;
        let begin = self.text.len();
        let mut count = 0_usize;
        while let Some(Name(name)) = map.next_key()? {
            if count == 0 && self.request == Some(&*name) {
                return map.next_value_seed(TextSeed(self.text));
            }
            let text = self.text.to_mut();
            push(text, if count == 0 { "{" } else { "," });
            push_string(text, &name);
            push(text, ":");
            map.next_value_seed(TextVisitor {
                text: &mut *self.text,
                request: None,
                depth,
            })?;
            count += 1;
        }
        let text = self.text.to_mut();
        push(text, if count == 0 { "{}" } else { "}" });
        // With its feature `arbitrary_precision`, `serde_json` disguises a number as such a map.
        let number = (count == 1).then(|| serde_json::from_str(text.get(begin..)?).ok());
        if let Some(number) = number.flatten() {
            let number: serde_json::Number = number;
            text.truncate(begin);
            push(text, &number.to_string());
        }
        Ok(())
    }
}

/// What a value inside of one at this depth is at.
fn deeper<E: Error>(depth: usize) -> Result<usize, E> {
    if depth == MAX_DEPTH {
        return Err(E::custom("nested more than 127 levels deep"));
    }
    Ok(depth + 1)
}

/// Keeps the text that `serde_json` answers with. It answers with a string whatever it is asked for;
/// every format announces the newtype. So a document that has a member of the private name is
/// refused, instead of the member's string being taken for JSON.
struct TextSeed<'a, 'de>(&'a mut Cow<'de, str>);

impl<'de> DeserializeSeed<'de> for TextSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_newtype_struct("Text", self)
    }
}

impl<'de> Visitor<'de> for TextSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON text of serde_json's own")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        *self.0 = Cow::Borrowed(text);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<(), E> {
        *self.0 = Cow::Owned(text);
        Ok(())
    }
}

/// A member's name, borrowed from the document where that is possible.
#[derive(Deserialize, PartialEq, Eq, Hash)]
#[serde(transparent)]
pub(crate) struct Name<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

#[cfg(test)]
mod tests {
    use serde::de::Error as _;
    use serde::de::value::{Error, MapAccessDeserializer, MapDeserializer, StrDeserializer};
    use serde_json::{Value, json};

    use super::*;
    use crate::{Json, Object};

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(untagged)]
    enum Untagged {
        It { value: Json },
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Flat {
        #[serde(flatten)]
        object: Object,
    }

    /// The object that a user's own visitor hands over by `MapAccessDeserializer`.
    #[derive(Debug)]
    struct Handed(Json);

    impl<'de> Deserialize<'de> for Handed {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct HandedVisitor;

            impl<'de> Visitor<'de> for HandedVisitor {
                type Value = Handed;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Handed, A::Error> {
                    Json::deserialize(MapAccessDeserializer::new(map)).map(Handed)
                }
            }

            deserializer.deserialize_map(HandedVisitor)
        }
    }

    /// The private name, without spelling it: it is what `RawValue` asks for.
    fn private_name() -> &'static str {
        struct Ask<'a>(&'a mut &'static str);

        impl<'de> Deserializer<'de> for Ask<'_> {
            type Error = Error;

            fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
                Err(Error::custom("any"))
            }

            fn deserialize_newtype_struct<V: Visitor<'de>>(
                self,
                name: &'static str,
                _: V,
            ) -> Result<V::Value, Error> {
                *self.0 = name;
                Err(Error::custom("asked"))
            }

            forward_to_deserialize_any! {
                bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
                option unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
            }
        }

        let mut name = "";
        <&RawValue>::deserialize(Ask(&mut name)).unwrap_err();
        assert!(!name.is_empty());
        name
    }

    const TEXTS: [&str; 7] = [
        r#"{"a":[1,-2,1.5,"x\n\"",null,true],"b":{},"c":[]}"#,
        "null",
        "\"\u{e4}\\u0001\"",
        "18446744073709551615",
        "-9223372036854775808",
        "-0.0",
        "1e300",
    ];

    #[test]
    fn serde_json_hands_the_text_over() {
        for text in TEXTS.into_iter().chain(["1e400", "[ 1 ]", r#""\ud83d""#]) {
            let Raw(raw) = serde_json::from_str(text).unwrap();
            assert!(matches!(raw, Cow::Borrowed(borrowed) if borrowed == text));
            let Raw(raw) = serde_json::from_slice(text.as_bytes()).unwrap();
            assert!(matches!(raw, Cow::Borrowed(borrowed) if borrowed == text));
            let json: Json = serde_json::from_reader(text.as_bytes()).unwrap();
            assert_eq!(json.text(), text);
        }
    }

    #[test]
    fn a_member_of_the_private_name_is_no_text() {
        let name = private_name();
        let text = format!(r#"{{"{name}":"[1]"}}"#);
        let kept: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(kept.text(), text);
        let tree = json!({ name: "[1]" });
        assert_eq!(serde_json::from_value::<Json>(tree).unwrap(), kept);
        let Untagged::It { value } =
            serde_json::from_str(&format!(r#"{{"value":{text}}}"#)).unwrap();
        assert_eq!(value, kept);
        let Flat { object } = serde_json::from_str(&text).unwrap();
        assert_eq!(Json::from(object), kept);
        // Where it can't be told from an answer of serde_json's it is refused.
        for plain in [r#"{"a":[1]}"#, "{}"] {
            let Handed(handed) = serde_json::from_str(plain).unwrap();
            assert_eq!(handed.text(), plain);
        }
        serde_json::from_str::<Handed>(&text).unwrap_err();
    }

    #[test]
    fn what_json_does_not_have_is_refused() {
        use serde::de::IntoDeserializer;

        let float =
            |value: f64| Json::deserialize(IntoDeserializer::<Error>::into_deserializer(value));
        assert_eq!(float(1.5).unwrap().text(), "1.5");
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            float(odd).unwrap_err();
        }
        let bytes: &[u8] = b"[1]";
        let bytes: serde::de::value::BytesDeserializer<'_, Error> = bytes.into_deserializer();
        Json::deserialize(bytes).unwrap_err();
        let numbered = MapDeserializer::<_, Error>::new([(1_u64, 2_u64)].into_iter());
        Json::deserialize(numbered).unwrap_err();
        let named = MapDeserializer::<_, Error>::new([("1", 2_u64)].into_iter());
        assert_eq!(Json::deserialize(named).unwrap().text(), r#"{"1":2}"#);
        let text = StrDeserializer::<Error>::new("[1]");
        assert_eq!(Json::deserialize(text).unwrap().text(), r#""[1]""#);
    }

    #[test]
    fn depth_is_bounded() {
        let nested =
            |depth: usize| (0..depth).fold(Value::Null, |inside, _| Value::Array(vec![inside]));
        let read = |depth: usize| {
            serde_json::from_value::<Vec<Untagged>>(json!([{"value": nested(depth)}]))
        };
        assert!(read(MAX_DEPTH).is_ok());
        assert!(read(MAX_DEPTH + 1).is_err());
    }
}
