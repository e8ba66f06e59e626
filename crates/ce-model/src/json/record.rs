//! Records: the documented fields typed, everything else kept.
//!
//! A documented field now and then holds something else, `null` mostly. A record never fails over
//! one that is not required: what does not fit its type is kept under its name in `other`.

use std::borrow::Cow;
use std::io;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{AuthorizationUrl, ElementKey, ElementToken, InstanceId, Secret};

/// A documented field: read from JSON text, and written as it.
pub(crate) trait Field: DeserializeOwned + Serialize {
    /// Reads one JSON value. `None` if it is of another type.
    fn from_json(json: &RawValue) -> Option<Self> {
        // An error costs more to make than a look for the most frequent.
        if json.get() == "null" {
            return None;
        }
        serde_json::from_str(json.get()).ok()
    }

    /// Writes JSON, with every text in it verbatim.
    fn write_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

impl Field for bool {}
impl Field for u64 {}
impl Field for i64 {}
impl Field for AuthorizationUrl {}
impl Field for ElementKey {}
impl Field for ElementToken {}
impl Field for InstanceId {}
impl Field for Secret {}

impl Field for String {
    fn from_json(json: &RawValue) -> Option<Self> {
        string(json.get()).map(Cow::into_owned)
    }
}

impl<T: Field> Field for Vec<T> {
    fn write_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Verbatim))
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

/// Written by [`Field::write_json`].
pub(crate) struct Verbatim<'a, T>(pub(crate) &'a T);

impl<T: Field> Serialize for Verbatim<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write_json(serializer)
    }
}

/// Writes a value as JSON text. It is measured first: text that outgrows its memory leaves a copy of
/// itself there, which may hold a token.
pub(crate) fn to_json<T: Field>(value: &T) -> String {
    struct Length(usize);

    impl io::Write for Length {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut length = Length(0);
    let measured = serde_json::to_writer(&mut length, &Verbatim(value));
    let mut json = Vec::with_capacity(length.0);
    let written = measured.and_then(|()| serde_json::to_writer(&mut json, &Verbatim(value)));
    match (written, String::from_utf8(json)) {
        (Ok(()), Ok(json)) => json,
        // Memory takes any JSON, which is UTF-8.
        _ => String::new(),
    }
}

/// Defines a struct with its documented fields and `other`, which is read and written without loss.
macro_rules! record {
    (@new $Record:ident () $( $ofield:ident )*) => {};
    (@new $Record:ident ($( $rfield:ident: $Required:ty, )+) $( $ofield:ident )*) => {
        impl $Record {
            /// Creates a record of the required fields alone.
            pub fn new($( $rfield: $Required ),+) -> Self {
                Self { $( $rfield, )+ $( $ofield: None, )* other: $crate::Object::new() }
            }
        }
    };
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
            /// (`null`, mostly). A documented field that is set wins over one of its name here.
            pub other: $crate::Object,
        }

        $crate::json::record!(@new $Record ($( $( $rfield: $Required, )* )?) $( $ofield )*);

        impl $Record {
            /// Writes the record as JSON text, with everything that was read, verbatim.
            pub fn to_json(&self) -> String {
                $crate::json::to_json(self)
            }
        }

        impl $crate::json::Field for $Record {
            fn write_json<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use $crate::json::Verbatim;
                use serde::ser::SerializeMap as _;

                let mut map = serializer.serialize_map(None)?;
                $( $( map.serialize_entry($rname, &Verbatim(&self.$rfield))?; )* )?
                $( if let Some(value) = &self.$ofield {
                    map.serialize_entry($oname, &Verbatim(value))?;
                } )*
                for (name, value) in self.other.iter() {
                    let is_set = match name {
                        $( $( $rname => true, )* )?
                        $( $oname => self.$ofield.is_some(), )*
                        _ => false,
                    };
                    if !is_set {
                        map.serialize_entry(name, &Verbatim(value))?;
                    }
                }
                map.end()
            }
        }

        impl serde::Serialize for $Record {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::serialize(&zeroize::Zeroizing::new(self.to_json()), serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Record {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct RecordVisitor;

                impl<'de> serde::de::Visitor<'de> for RecordVisitor {
                    type Value = $Record;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a JSON object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<$Record, A::Error> {
                        use $crate::json::{Field, Name, Raw};

                        $( $( let mut $rfield: Option<$Required> = None; )* )?
                        $( let mut $ofield: Option<$Optional> = None; )*
                        let mut other = $crate::json::Others::default();
                        while let Some((Name(name), Raw(json))) = map.next_entry()? {
                            let is_set = match &*name {
                                // If it stands twice, one that can be read counts.
                                $( $( $rname => {
                                    let read = Field::from_json(&json);
                                    let is_read = read.is_some();
                                    $rfield = read.or($rfield);
                                    is_read
                                } )* )?
                                $( $oname => {
                                    $ofield = Field::from_json(&json);
                                    $ofield.is_some()
                                } )*
                                _ => false,
                            };
                            if !is_set {
                                other.add(&name, &json)?;
                            }
                        }
                        let other = other.into_object()?;
                        Ok($Record {
                            $( $(
                                $rfield: $rfield.ok_or_else(|| match other.get($rname) {
                                    None => serde::de::Error::missing_field($rname),
                                    // It may be secret, so an error does not quote it.
                                    Some(_) => serde::de::Error::custom(concat!(
                                        "the field `", $rname, "` is not of its documented type"
                                    )),
                                })?,
                            )* )?
                            $( $ofield, )*
                            other,
                        })
                    }
                }

                deserializer.deserialize_map(RecordVisitor)
            }
        }
    };
}

pub(crate) use record;
