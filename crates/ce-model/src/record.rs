//! Records: the documented fields typed, everything else kept.
//!
//! The platform's fields come and go between versions, and now and then a documented one holds
//! something else (`null`, mostly). A record therefore never fails over a field that isn't
//! required: what doesn't fit the field's type is kept, under its name, among `other`.

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

/// Defines a record: a struct with its documented fields and `other`, which reads and writes
/// without loss.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $Record:ident {
            $( required { $( $(#[$rmeta:meta])* $rname:literal $rfield:ident: $Required:ty, )* } )?
            optional { $( $(#[$ometa:meta])* $oname:literal $ofield:ident: $Optional:ty, )* }
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $Record {
            $( $( $(#[$rmeta])* pub $rfield: $Required, )* )?
            $( $(#[$ometa])* pub $ofield: Option<$Optional>, )*
            /// Every other field, and documented ones that hold something undocumented
            /// (`null`, mostly). A documented field that is set above wins over one here.
            pub other: $crate::Object,
        }

        impl $Record {
            fn read<'de, A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                $( $( let mut $rfield: Option<$Required> = None; )* )?
                $( let mut $ofield: Option<$Optional> = None; )*
                let mut other = $crate::Object::new();
                while let Some($crate::record::Name(name)) = map.next_key()? {
                    match &*name {
                        $( $( $rname => $rfield = Some(map.next_value()?), )* )?
                        $( $oname => match map.next_value()? {
                            $crate::record::Reading::As(value) => $ofield = Some(value),
                            $crate::record::Reading::Else(value) => {
                                $ofield = None;
                                other.push($oname, value);
                            }
                        }, )*
                        _ => other.push(&name, map.next_value()?),
                    }
                }
                Ok(Self {
                    $( $( $rfield: $rfield
                        .ok_or_else(|| serde::de::Error::missing_field($rname))?, )* )?
                    $( $ofield, )*
                    other,
                })
            }
        }

        impl serde::Serialize for $Record {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;

                let mut map = serializer.serialize_map(None)?;
                $( $( map.serialize_entry($rname, &self.$rfield)?; )* )?
                $( if let Some(value) = &self.$ofield {
                    map.serialize_entry($oname, value)?;
                } )*
                for (name, value) in self.other.iter() {
                    let known = match name {
                        $( $( $rname => true, )* )?
                        $( $oname => self.$ofield.is_some(), )*
                        _ => false,
                    };
                    if !known {
                        map.serialize_entry(name, value)?;
                    }
                }
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $Record {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct RecordVisitor;

                impl<'de> serde::de::Visitor<'de> for RecordVisitor {
                    type Value = $Record;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("a JSON object (", stringify!($Record), ")"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        map: A,
                    ) -> Result<$Record, A::Error> {
                        $Record::read(map)
                    }
                }

                deserializer.deserialize_map(RecordVisitor)
            }
        }
    };
}

/// Lets a record without required fields stand in a documented field of another record.
macro_rules! documented_record {
    ($Record:ident) => {
        impl $crate::record::Documented for $Record {
            fn from_map<'de, A: serde::de::MapAccess<'de>>(
                map: A,
            ) -> Result<$crate::record::Reading<Self>, A::Error> {
                $Record::read(map).map($crate::record::Reading::As)
            }
        }
    };
}

pub(crate) use {documented_record, record};

#[cfg(test)]
#[allow(unreachable_pub)] // the macro's struct is public where it is used in earnest
mod tests {
    use serde_json::{Value, json};

    record! {
        /// A record with a field of each type.
        pub struct Sample {
            required {
                /// An id.
                "id" id: u64,
            }
            optional {
                /// A truth value.
                "valid" valid: bool,
                /// A number.
                "size" size: i64,
                /// A text.
                "name" name: String,
                /// Texts.
                "tags" tags: Vec<String>,
                /// An object.
                "configuration" configuration: crate::Object,
            }
        }
    }

    fn round_trip(value: &Value) -> Sample {
        let sample: Sample = serde_json::from_str(&value.to_string()).unwrap();
        assert_eq!(&serde_json::to_value(&sample).unwrap(), value);
        let from_tree: Sample = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(from_tree, sample);
        sample
    }

    #[test]
    fn documented_fields_are_typed() {
        let sample = round_trip(&json!({
            "id": 1, "valid": true, "size": -1, "name": "a\nb", "tags": ["x", "y"],
            "configuration": {"a": {"b": [null]}}
        }));
        assert_eq!(sample.valid, Some(true));
        assert_eq!(sample.size, Some(-1));
        assert_eq!(sample.tags.unwrap(), ["x", "y"]);
        assert!(sample.other.is_empty());
    }

    #[test]
    fn any_other_value_in_any_field_is_kept() {
        let values = [
            json!(null),
            json!(false),
            json!(-7),
            json!(u64::MAX),
            json!(1.5),
            json!("text"),
            json!([]),
            json!(["a", 1, null, {"b": 2}]),
            json!({"a": {"b": [1, "c"]}}),
        ];
        for name in ["valid", "size", "name", "tags", "configuration", "unheard"] {
            for value in &values {
                round_trip(&json!({"id": 1, name: value}));
            }
        }
    }

    #[test]
    fn absent_null_and_set_are_told_apart() {
        assert_eq!(round_trip(&json!({"id": 1})).other.len(), 0);
        let mut null = round_trip(&json!({"id": 1, "valid": null}));
        assert!(null.other.get("valid").unwrap().is_null());
        null.valid = Some(false);
        assert_eq!(
            serde_json::to_string(&null).unwrap(),
            r#"{"id":1,"valid":false}"#
        );
    }

    #[test]
    fn of_a_field_given_twice_the_last_counts() {
        for (text, valid) in [
            (r#"{"id":1,"valid":null,"valid":true}"#, Some(true)),
            (r#"{"id":1,"valid":true,"valid":null}"#, None),
        ] {
            let sample: Sample = serde_json::from_str(text).unwrap();
            assert_eq!(sample.valid, valid);
            let tree: Value = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_value(&sample).unwrap(), tree);
        }
    }

    #[test]
    fn a_missing_required_field_is_named() {
        let error = serde_json::from_str::<Sample>("{}").unwrap_err();
        assert!(error.to_string().contains("`id`"), "{error}");
        assert!(serde_json::from_str::<Sample>("[]").is_err());
    }
}
