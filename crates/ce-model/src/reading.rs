use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{Json, Object};

/// What stood in the place of a documented field.
pub(crate) enum Reading<T> {
    /// What is documented.
    As(T),
    /// Something else.
    Else(Json),
}

/// A type that a documented field may have: which JSON it can be made from.
pub(crate) trait Documented: Sized {
    fn from_bool(_: bool) -> Option<Self> {
        None
    }

    fn from_u64(_: u64) -> Option<Self> {
        None
    }

    fn from_i64(_: i64) -> Option<Self> {
        None
    }

    fn from_text(_: &str) -> Option<Self> {
        None
    }

    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Reading<Self>, A::Error> {
        Json::from_map(map).map(Reading::Else)
    }

    fn from_seq<'de, A: SeqAccess<'de>>(seq: A) -> Result<Reading<Self>, A::Error> {
        Json::from_seq(seq).map(Reading::Else)
    }
}

impl Documented for bool {
    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Documented for u64 {
    fn from_u64(value: u64) -> Option<Self> {
        Some(value)
    }
}

impl Documented for i64 {
    fn from_i64(value: i64) -> Option<Self> {
        Some(value)
    }

    fn from_u64(value: u64) -> Option<Self> {
        value.try_into().ok()
    }
}

impl Documented for String {
    fn from_text(value: &str) -> Option<Self> {
        Some(value.to_owned())
    }
}

impl Documented for Object {
    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Reading<Self>, A::Error> {
        Object::from_map(map).map(Reading::As)
    }
}

impl Documented for Vec<String> {
    fn from_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Reading<Self>, A::Error> {
        let mut texts = Vec::new();
        while let Some(item) = seq.next_element::<Reading<String>>()? {
            match item {
                Reading::As(text) => texts.push(text),
                Reading::Else(odd) => {
                    let mut all: Vec<Json> = texts.into_iter().map(Json::from).collect();
                    all.push(odd);
                    while let Some(item) = seq.next_element()? {
                        all.push(item);
                    }
                    return Ok(Reading::Else(Json::of(&all)));
                }
            }
        }
        Ok(Reading::As(texts))
    }
}

impl<'de, T: Documented> Deserialize<'de> for Reading<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadingVisitor(PhantomData))
    }
}

struct ReadingVisitor<T>(PhantomData<T>);

impl<T: Documented> ReadingVisitor<T> {
    fn read(known: Option<T>, other: impl FnOnce() -> Json) -> Reading<T> {
        known.map_or_else(|| Reading::Else(other()), Reading::As)
    }
}

impl<'de, T: Documented> Visitor<'de> for ReadingVisitor<T> {
    type Value = Reading<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Self::read(T::from_bool(value), || Json::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Self::read(T::from_u64(value), || Json::of(&value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Self::read(T::from_i64(value), || Json::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Reading::Else(Json::of(&value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Self::read(T::from_text(value), || Json::from(value)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Reading::Else(Json::NULL))
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inside: D) -> Result<Self::Value, D::Error> {
        inside.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::from_map(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        T::from_seq(seq)
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
