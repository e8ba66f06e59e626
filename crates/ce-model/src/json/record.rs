//! Records: the documented fields typed, everything else kept.
//!
//! The platform's fields come and go between versions, and a documented one now and then holds
//! something else, `null` mostly. So a record never fails over a field that is not required: what
//! does not fit the field's type is kept under its name in `other`.

/// Defines a struct with its documented fields and `other`, which is read and written without loss.
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
            /// (`null`, mostly). A documented field that is set wins over one of its name here.
            pub other: $crate::Object,
        }

        impl $Record {
            $(
                /// Creates a record of the required fields alone.
                pub fn new($( $rfield: $Required ),*) -> Self {
                    Self::bare($( $rfield ),*)
                }
            )?

            #[allow(dead_code)] // Records without required fields have `Default`.
            fn bare($( $( $rfield: $Required ),* )?) -> Self {
                Self {
                    $( $( $rfield, )* )?
                    $( $ofield: None, )*
                    other: $crate::Object::new(),
                }
            }

            /// Writes the record as JSON text, with everything that was read, verbatim.
            ///
            /// This never fails. Serde, which may write any format, refuses what
            /// [`Json`](crate::Json) lists.
            pub fn to_json(&self) -> String {
                let mut json = String::new();
                $crate::json::Field::write_json(self, &mut json);
                json
            }
        }

        impl<'de> $crate::json::FromMembers<'de> for $Record {
            fn from_members<A: serde::de::MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
                $( $( let mut $rfield: Option<$Required> = None; )* )?
                $( let mut $ofield: Option<$Optional> = None; )*
                let mut other = $crate::Object::new();
                while let Some($crate::json::Name(name)) = map.next_key()? {
                    let $crate::json::Raw(json) = map.next_value()?;
                    let known = match &*name {
                        $( $( $rname => {
                            $rfield = Some($crate::json::required($rname, json)?);
                            continue;
                        } )* )?
                        $( $oname => {
                            $ofield = $crate::json::Field::from_json(&json);
                            $ofield.is_some()
                        } )*
                        _ => false,
                    };
                    if !known {
                        other.push(&name, $crate::Json::of_text(json));
                    }
                }
                Ok(Self {
                    $( $( $rfield: $rfield.ok_or_else(|| serde::de::Error::missing_field($rname))?, )* )?
                    $( $ofield, )*
                    other,
                })
            }
        }

        impl $crate::json::Field for $Record {
            fn from_json(json: &str) -> Option<Self> {
                $crate::json::from_object(json)
            }

            fn write_json(&self, out: &mut String) {
                use $crate::json::push;

                let mut separator = "{";
                $( $(
                    push(out, std::mem::replace(&mut separator, ","));
                    push(out, concat!("\"", $rname, "\":"));
                    self.$rfield.write_json(out);
                )* )?
                $( if let Some(value) = &self.$ofield {
                    push(out, std::mem::replace(&mut separator, ","));
                    push(out, concat!("\"", $oname, "\":"));
                    value.write_json(out);
                } )*
                self.other.write_members(separator, out, |name| match name {
                    $( $( $rname => false, )* )?
                    $( $oname => self.$ofield.is_none(), )*
                    _ => true,
                });
            }
        }

        impl serde::Serialize for $Record {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::json::serialize_json(self.to_json(), serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Record {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::deserialize_members(deserializer)
            }
        }
    };
}

pub(crate) use record;

#[cfg(test)]
#[allow(unreachable_pub)] // The macro's struct is public where it is used in earnest.
mod tests {
    use serde_json::{Value, json};

    use crate::InstanceId;

    record! {
        /// A record with a field of each type.
        pub struct Sample {
            required {
                /// An id.
                "id" id: InstanceId,
            }
            optional {
                /// A boolean.
                "valid" valid: bool,
                /// A number.
                "size" size: i64,
                /// A string.
                "name" name: String,
                /// Strings.
                "tags" tags: Vec<String>,
                /// An object.
                "configuration" configuration: crate::Object,
                /// A record.
                "sample" sample: Inner,
            }
        }
    }

    record! {
        /// A record in a record.
        #[derive(Default)]
        pub struct Inner {
            optional {
                /// A number.
                "size" size: u64,
            }
        }
    }

    fn round_trip(value: &Value) -> Sample {
        let sample: Sample = serde_json::from_str(&value.to_string()).unwrap();
        assert_eq!(&serde_json::to_value(&sample).unwrap(), value);
        let written: Value = serde_json::from_str(&sample.to_json()).unwrap();
        assert_eq!(&written, value);
        let from_tree: Sample = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(from_tree, sample);
        sample
    }

    #[test]
    fn documented_fields_are_typed() {
        let sample = round_trip(&json!({
            "id": 1, "valid": true, "size": -1, "name": "a\nb", "tags": ["x", "y"],
            "configuration": {"a": {"b": [null]}}, "sample": {"size": 7, "more": 8}
        }));
        assert_eq!(sample.valid, Some(true));
        assert_eq!(sample.size, Some(-1));
        assert_eq!(sample.name.as_deref(), Some("a\nb"));
        assert_eq!(sample.tags.unwrap(), ["x", "y"]);
        assert_eq!(sample.configuration.unwrap().len(), 1);
        assert_eq!(sample.sample.unwrap().size, Some(7));
        assert!(sample.other.is_empty());
    }

    const NAMES: [&str; 7] = [
        "valid",
        "size",
        "name",
        "tags",
        "configuration",
        "sample",
        "unheard",
    ];

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
        for name in NAMES {
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
            r#"{"size":1e400,"\ud83d":[ ]}"#,
        ] {
            for name in NAMES {
                let text = format!(r#"{{"id":1,"{name}":{odd}}}"#);
                let sample: Sample = serde_json::from_str(&text).unwrap();
                assert_eq!(sample.to_json(), text);
            }
        }
    }

    #[test]
    fn absent_null_and_set_are_told_apart() {
        assert_eq!(round_trip(&json!({"id": 1})).other.len(), 0);
        let mut null = round_trip(&json!({"id": 1, "valid": null}));
        assert!(null.other.get("valid").unwrap().is_null());
        null.valid = Some(false);
        null.other.insert("id", 2);
        assert_eq!(null.to_json(), r#"{"id":1,"valid":false}"#);
        assert_eq!(serde_json::to_string(&null).unwrap(), null.to_json());
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

    #[test]
    fn a_record_is_made_of_what_is_required() {
        let sample = Sample::new(InstanceId::new(1));
        assert_eq!(sample, round_trip(&json!({"id": 1})));
    }
}
