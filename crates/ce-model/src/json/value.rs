use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::node::{MAX_DEPTH, Node, string};
use super::number::Decimal;
use super::serialize::Walk;
use super::{Field, Object, Raw, push, push_string};

/// A JSON value of any kind, kept as the text it came in.
///
/// Fields that are not documented, and the values of a configuration, are of this type. Numbers
/// keep all their digits, and nothing is parsed before it is asked for.
///
/// [`to_json`](Json::to_json) writes the text verbatim. Serde writes the value, in any format, and
/// fails for what a format may change: a number that is not exactly a `u64`, `i64` or `f64`, half a
/// surrogate pair, a name that stands twice in an object, more than 127 levels.
///
/// A configuration holds passwords, so `Debug` prints the kind of value alone. Memory is not wiped:
/// use [`Secret`](crate::Secret) for that.
///
/// ```
/// use ce_model::Json;
///
/// let value: Json = serde_json::from_str(r#"{"retries": 3, "zone": "eu"}"#)?;
/// assert_eq!(value.to_value()?["zone"], "eu");
/// assert_eq!(value.to_json(), r#"{"retries": 3, "zone": "eu"}"#);
/// assert_eq!(format!("{value:?}"), "[redacted object]");
/// assert_eq!(Json::from("eu").as_str().as_deref(), Some("eu"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Json(
    /// Always the text of one JSON value, without blanks around it.
    Cow<'static, str>,
);

impl Json {
    /// The value `null`.
    pub const NULL: Json = Json(Cow::Borrowed("null"));

    /// Returns the value as JSON text, as it was read.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Writes the value as JSON text, verbatim.
    pub fn to_json(&self) -> String {
        self.text().to_owned()
    }

    /// Returns `true` if the value is `null`.
    pub fn is_null(&self) -> bool {
        self.text() == "null"
    }

    /// Returns the string, if the value is one.
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        string(self.text())
    }

    /// Returns the boolean, if the value is one.
    pub fn as_bool(&self) -> Option<bool> {
        bool::from_json(self.text())
    }

    /// Returns the value as a tree.
    ///
    /// # Errors
    /// If a tree can't hold it; see [`Json`] for what serde refuses.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    /// Reads the value as a type of yours.
    ///
    /// # Errors
    /// If it does not fit that type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.text())
    }

    /// Takes over what is the text of one JSON value. The most frequent take no memory.
    pub(crate) fn of_text<'a>(text: impl Into<Cow<'a, str>>) -> Self {
        let text = text.into();
        Self(match &*text {
            "null" => Cow::Borrowed("null"),
            "true" => Cow::Borrowed("true"),
            "false" => Cow::Borrowed("false"),
            "[]" => Cow::Borrowed("[]"),
            _ => Cow::Owned(text.into_owned()),
        })
    }
}

/// Prints the kind of value alone, or `null`.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.text().as_bytes().first() {
            Some(b'"') => "[redacted string]",
            Some(b'{') => "[redacted object]",
            Some(b'[') => "[redacted array]",
            Some(b't' | b'f') => "[redacted boolean]",
            Some(b'n') => "null",
            _ => "[redacted number]",
        })
    }
}

/// Equal as JSON: neither the order of an object's members, nor the spelling of a string or number
/// (`1.0`, `1`) counts. Of members with one name the last counts. Values of more than 127 levels
/// are equal if their text is.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        equal(self.text(), other.text(), 0)
    }
}

impl Eq for Json {}

fn equal(one: &str, other: &str, depth: usize) -> bool {
    if one == other {
        return true;
    }
    if depth > MAX_DEPTH {
        return false;
    }
    let inside = |one: &RawValue, other: &RawValue| equal(one.get(), other.get(), depth + 1);
    match (Node::of(one), Node::of(other)) {
        (Some(Node::Number(one)), Some(Node::Number(other))) => {
            matches!((Decimal::of(one), Decimal::of(other)), (Some(a), Some(b)) if a == b)
        }
        (Some(Node::String(one)), Some(Node::String(other))) => one == other,
        (Some(Node::Array(one)), Some(Node::Array(other))) => {
            one.len() == other.len() && one.iter().zip(&other).all(|(a, b)| inside(a, b))
        }
        (Some(Node::Object(one)), Some(Node::Object(other))) => {
            let one: HashMap<_, _> = one.into_iter().collect();
            let other: HashMap<_, _> = other.into_iter().collect();
            let same = |(name, value)| other.get(&name).is_some_and(|other| inside(value, other));
            one.len() == other.len() && one.into_iter().all(same)
        }
        // Booleans and `null` are spelled in one way.
        _ => false,
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = self.text();
        Walk { json, depth: 0 }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Raw(text) = Raw::deserialize(deserializer)?;
        Ok(Self::of_text(text))
    }
}

impl FromStr for Json {
    type Err = serde_json::Error;

    /// Reads JSON text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

impl Field for Json {
    fn from_json(json: &str) -> Option<Self> {
        Some(Self::of_text(json))
    }

    fn write_json(&self, out: &mut String) {
        push(out, self.text());
    }
}

impl From<f64> for Json {
    /// NaN and the infinities become `null`, as they do in `serde_json::Value`.
    fn from(value: f64) -> Self {
        Value::from(value).into()
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        let mut text = String::with_capacity(value.len() + 2);
        push_string(&mut text, value);
        Self::of_text(text)
    }
}

impl From<&String> for Json {
    fn from(value: &String) -> Self {
        value.as_str().into()
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        value.as_str().into()
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::of_text(object.to_json())
    }
}

macro_rules! from {
    ($($Plain:ty),*) => { $(
        impl From<$Plain> for Json {
            fn from(value: $Plain) -> Self {
                Self::of_text(value.to_string())
            }
        }
    )* };
}

// What Rust displays as JSON.
from!(bool, i32, i64, u32, u64, Value);

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        text.parse().unwrap()
    }

    #[test]
    fn keeps_what_a_tree_would_lose() {
        for text in [
            "1e400",
            "123456789012345678901234567890",
            "0.1000",
            r#"{"b":1,"a":[1, 2]}"#,
            r#"{"a":1,"a":2}"#,
            r#""cut \ud83d""#,
        ] {
            assert_eq!(json(text).to_json(), text);
            assert_eq!(json(&format!(" {text} ")).to_json(), text);
        }
    }

    #[test]
    fn reads_each_kind() {
        assert_eq!(json(r#""a\"b""#).as_str().as_deref(), Some("a\"b"));
        assert_eq!(json(r#""""#).as_str().as_deref(), Some(""));
        assert_eq!(json("true").as_bool(), Some(true));
        assert_eq!(json("\"true\"").as_bool(), None);
        assert_eq!(json("12").as_str(), None);
        assert!(json("null").is_null() && Json::NULL.is_null());
        assert_eq!(json("[1]").parse::<Vec<u8>>().unwrap(), [1]);
        for text in ["{", "", "1 2", "nul"] {
            assert!(text.parse::<Json>().is_err(), "{text}");
        }
    }

    #[test]
    fn is_made_of_each_kind() {
        for (made, text) in [
            (Json::from(true), "true"),
            (Json::from(-7), "-7"),
            (Json::from(7_u32), "7"),
            (Json::from(i64::MIN), "-9223372036854775808"),
            (Json::from(u64::MAX), "18446744073709551615"),
            (Json::from(1.5), "1.5"),
            (Json::from(f64::NAN), "null"),
            (Json::from("a\"b"), r#""a\"b""#),
            (Json::from(String::from("a")), r#""a""#),
            (Json::from(&String::from("a")), r#""a""#),
            (Json::from(serde_json::json!({"a": [1]})), r#"{"a":[1]}"#),
            (Json::from(Object::new()), "{}"),
        ] {
            assert_eq!(made.text(), text);
        }
    }

    #[test]
    fn is_equal_as_json() {
        for (one, other, equal) in [
            (r#"{"a":1,"b":2}"#, r#"{ "b": 2, "a": 1.0 }"#, true),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#, true),
            (r#"{"a":1,"a":2}"#, r#"{"a":1}"#, false),
            (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, false),
            (r#"[1,{"a":"\u0062"}]"#, r#"[ 1, {"a":"b"} ]"#, true),
            ("[1,2]", "[2,1]", false),
            ("[1,2]", "[1]", false),
            ("1", "\"1\"", false),
            ("null", "false", false),
            ("1e400", "1e401", false),
            (
                "123456789012345678901234567890",
                "123456789012345678901234567891",
                false,
            ),
        ] {
            assert_eq!(json(one) == json(other), equal, "{one} {other}");
            assert_eq!(json(other) == json(one), equal, "{other} {one}");
        }
    }

    #[test]
    fn nesting_without_end_does_no_harm() {
        let deep = |inside| ["[".repeat(10_000), inside, "]".repeat(10_000)].concat();
        let (one, other) = (json(&deep("1".into())), json(&deep("2".into())));
        assert_eq!(one, one.clone());
        assert_ne!(one, other);
        assert!(one.to_value().is_err());
    }

    #[test]
    fn debug_names_the_kind_alone() {
        for (json, printed) in [
            (Json::from("s3cret"), "[redacted string]"),
            (Json::from(77), "[redacted number]"),
            (Json::from(-77), "[redacted number]"),
            (Json::from(true), "[redacted boolean]"),
            (Json::NULL, "null"),
            (json("[77]"), "[redacted array]"),
            (json(r#"{"a":77}"#), "[redacted object]"),
        ] {
            assert_eq!(format!("{json:?}"), printed);
        }
    }
}
