//! Records: the documented fields typed, everything else kept.
//!
//! The platform's fields come and go between versions, and now and then a documented one holds
//! something else (`null`, mostly). A record therefore never fails over a field that isn't
//! required: what doesn't fit the field's type is kept to the letter, under its name, among `other`.

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
                let mut other = $crate::pieces::Pieces::default();
                while let Some($crate::reading::Name(name)) = map.next_key()? {
                    match &*name {
                        $( $( $rname => $rfield = Some(map.next_value()?), )* )?
                        $( $oname => {
                            $crate::reading::read_into(&mut map, $oname, &mut $ofield, &mut other)?;
                        } )*
                        _ => {
                            let value: $crate::raw::Raw<'de> = map.next_value()?;
                            other.add(&name, value.text());
                        }
                    }
                }
                Ok(Self {
                    $( $( $rfield: $rfield
                        .ok_or_else(|| serde::de::Error::missing_field($rname))?, )* )?
                    $( $ofield, )*
                    other: other.into(),
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
                self.other.write_into(&mut map, |name| match name {
                    $( $( $rname => false, )* )?
                    $( $oname => self.$ofield.is_none(), )*
                    _ => true,
                })?;
                map.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $Record {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // Read into its place: a format moves what a visitor returns, and this is large.
                struct RecordVisitor<'a>(&'a mut Option<$Record>);

                impl<'de> serde::de::Visitor<'de> for RecordVisitor<'_> {
                    type Value = ();

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("a JSON object (", stringify!($Record), ")"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        map: A,
                    ) -> Result<(), A::Error> {
                        *self.0 = Some($Record::read(map)?);
                        Ok(())
                    }
                }

                let mut record = None;
                deserializer.deserialize_map(RecordVisitor(&mut record))?;
                record.ok_or_else(|| serde::de::Error::custom("no object was read"))
            }
        }
    };
}

/// Lets a record without required fields stand in a documented field of another record.
macro_rules! documented_record {
    ($Record:ident) => {
        impl $crate::reading::Documented for $Record {
            fn from_json(text: &str) -> Option<Self> {
                $crate::reading::read_if(text, '{')
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
    fn what_no_tree_can_hold_is_kept_to_the_letter() {
        for odd in [
            "1e400",
            "-0",
            "1.50",
            "123456789012345678901234567890",
            r#""cut \ud83d""#,
            r#"[1e400]"#,
            r#"{"a":1,"a":2}"#,
            r#"{"$serde_json::private::RawValue":"[1]"}"#,
        ] {
            for name in ["valid", "size", "name", "tags", "unheard"] {
                let text = format!(r#"{{"id":1,"{name}":{odd}}}"#);
                let sample: Sample = serde_json::from_str(&text).unwrap();
                assert_eq!(serde_json::to_string(&sample).unwrap(), text);
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
