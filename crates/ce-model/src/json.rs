use std::borrow::Cow;
use std::fmt;
use std::io;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;
use zeroize::Zeroize;

use crate::raw::{Raw, Verbatim};

/// A JSON value of any kind, kept to the letter.
///
/// What the platform sends beyond the documented fields, and every value of a configuration, is
/// kept as the text it came in: numbers keep all their digits, and nothing is built that nobody
/// asks for. [`as_str`](Json::as_str) and its siblings read it when it is wanted.
///
/// It may hold a secret (a configuration holds passwords), so `Debug` prints its kind alone and
/// its memory is wiped when it is dropped.
///
/// ```
/// use ce_model::Json;
///
/// let value: Json = serde_json::from_str(r#"{"retries": 3, "zone": "eu"}"#)?;
/// assert_eq!(value.to_value()?["zone"], "eu");
/// assert_eq!(format!("{value:?}"), "[redacted object]");
/// assert_eq!(Json::from("eu").as_str().as_deref(), Some("eu"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Json(
    /// `None` means `null`, which takes no memory.
    Option<Box<str>>,
);

impl Json {
    /// `null`.
    pub const NULL: Json = Json(None);

    /// The value as JSON text.
    pub fn text(&self) -> &str {
        self.0.as_deref().unwrap_or("null")
    }

    /// Is it `null`?
    pub fn is_null(&self) -> bool {
        self.text() == "null"
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<Cow<'_, str>> {
        crate::reading::string(self.text())
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.text() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The value as a tree.
    ///
    /// # Errors
    /// When `serde_json` can't hold it: numbers beyond `f64`, or more than 128 levels.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        self.parse()
    }

    /// The value as a type of yours.
    ///
    /// # Errors
    /// When it doesn't fit that type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.text())
    }

    /// Takes over what is the text of one JSON value.
    pub(crate) fn of_text(text: &str) -> Self {
        Self(Some(text.into()))
    }

    /// Values whose JSON text can always be written, such as numbers.
    fn of<T: Serialize + ?Sized>(value: &T) -> Self {
        // Measured first, so that it is written into memory of just that size, and none that it
        // outgrows is left behind.
        let mut length = Length(0);
        if serde_json::to_writer(&mut length, value).is_err() {
            return Self::NULL;
        }
        let mut text = Vec::with_capacity(length.0);
        let written = serde_json::to_writer(&mut text, value).is_ok();
        let text = String::from_utf8(text).ok().filter(|_| written);
        Self(text.map(String::into_boxed_str))
    }
}

/// Counts what is written.
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

impl Drop for Json {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

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

impl PartialEq for Json {
    /// Equal as JSON: the order of an object's members and the spelling of a string don't count, and
    /// numbers are told apart as far as `f64` does.
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
            || matches!((self.to_value(), other.to_value()), (Ok(a), Ok(b)) if a == b)
    }
}

impl Eq for Json {}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Verbatim(self.text()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Raw::deserialize(deserializer).map(|raw| Self(Some(raw.into())))
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self::of(&value)
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        let escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
        if value.bytes().any(escaped) {
            return Self::of(value);
        }
        // In memory of just that size, so that none is left behind.
        Self(Some(["\"", value, "\""].concat().into()))
    }
}

impl From<String> for Json {
    fn from(mut value: String) -> Self {
        let json = Self::from(value.as_str());
        value.zeroize();
        json
    }
}

impl From<&String> for Json {
    fn from(value: &String) -> Self {
        Self::from(value.as_str())
    }
}

macro_rules! from {
    ($($Plain:ty),*) => { $(
        impl From<$Plain> for Json {
            fn from(value: $Plain) -> Self {
                Self::of(&value)
            }
        }
    )* };
}

from!(bool, i32, i64, u32, u64, f64);

impl std::str::FromStr for Json {
    type Err = serde_json::Error;

    /// Reads JSON text.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Ok(Self(Some(raw.get().into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_a_tree_would_lose() {
        for text in [
            "1e400",
            "123456789012345678901234567890",
            "0.1000",
            r#"{"b":1,"a":[1, 2]}"#,
        ] {
            let json: Json = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&json).unwrap(), text);
        }
    }

    #[test]
    fn reads_each_kind() {
        let json = |text: &str| text.parse::<Json>().unwrap();
        assert_eq!(json(r#""a\"b""#).as_str().as_deref(), Some("a\"b"));
        assert_eq!(json(r#""""#).as_str().as_deref(), Some(""));
        assert_eq!(json("true").as_bool(), Some(true));
        assert_eq!(json("\"true\"").as_bool(), None);
        assert_eq!(json("12").as_str(), None);
        assert!(json("null").is_null() && Json::NULL.is_null());
        assert_eq!(json("[1]").parse::<Vec<u8>>().unwrap(), [1]);
        assert!("{".parse::<Json>().is_err());
    }

    #[test]
    fn is_equal_as_json() {
        assert_eq!(
            r#"{"a":1,"b":2}"#.parse::<Json>().unwrap(),
            r#"{ "b": 2, "a": 1 }"#.parse().unwrap()
        );
        assert_ne!(Json::from("1"), Json::from(1));
    }

    #[test]
    fn debug_names_the_kind_alone() {
        for (json, printed) in [
            (Json::from("s3cret"), "[redacted string]"),
            (Json::from(77), "[redacted number]"),
            (Json::from(true), "[redacted boolean]"),
            (Json::NULL, "null"),
            ("[77]".parse().unwrap(), "[redacted array]"),
        ] {
            assert_eq!(format!("{json:?}"), printed);
        }
    }

    #[test]
    fn survives_buffers_of_serde() {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            It { value: Json },
        }
        let Either::It { value } = serde_json::from_str(r#"{"value": {"a": [1, "x"]}}"#).unwrap();
        assert_eq!(value.text(), r#"{"a":[1,"x"]}"#);
        let from_tree: Json = serde_json::from_value(serde_json::json!({"a": 1})).unwrap();
        assert_eq!(from_tree.text(), r#"{"a":1}"#);
    }
}
