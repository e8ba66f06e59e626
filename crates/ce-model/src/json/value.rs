use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::{Field, Object, Raw, Verbatim, serialize, string};

/// A JSON value of any kind, kept as the text it came in.
///
/// [`to_json`](Json::to_json) writes the text verbatim. Serde writes the value, in any format, and
/// fails for what a format may change: a number that is not exactly a `u64`, `i64` or `f64`, half a
/// surrogate pair, a name that stands twice in an object, more than 127 levels.
///
/// Values are equal if their text is, or the tree that [`to_value`](Json::to_value) returns: the
/// order of an object's members does not count, and `1` is not `1.0`.
///
/// `Debug` prints the kind of value alone. Memory is not wiped, unlike a
/// [`Secret`](crate::Secret)'s.
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
pub struct Json(Cow<'static, RawValue>);

impl Json {
    /// The value `null`.
    pub const NULL: Json = Json(Cow::Borrowed(RawValue::NULL));

    /// Returns the value as JSON text, as it was read.
    pub fn text(&self) -> &str {
        self.0.get()
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
        self.text().parse().ok()
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

    /// Keeps a text. The most frequent take no memory.
    pub(crate) fn of(json: Cow<'_, RawValue>) -> Self {
        Self(match json.get() {
            "null" => Cow::Borrowed(RawValue::NULL),
            "true" => Cow::Borrowed(RawValue::TRUE),
            "false" => Cow::Borrowed(RawValue::FALSE),
            _ => Cow::Owned(json.into_owned()),
        })
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
    fn eq(&self, other: &Self) -> bool {
        let same_tree = || matches!((self.to_value(), other.to_value()), (Ok(a), Ok(b)) if a == b);
        self.text() == other.text() || same_tree()
    }
}

impl Eq for Json {}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.text(), serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Raw::deserialize(deserializer).map(|Raw(json)| Self::of(json))
    }
}

impl Field for Json {
    fn from_json(json: &RawValue) -> Option<Self> {
        Some(Self::of(Cow::Borrowed(json)))
    }

    fn write_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        written(&Verbatim(&object))
    }
}

/// The text of what can always be written: scalars and trees. NaN and the infinities are `null`, as
/// in `serde_json::Value`.
fn written(value: &impl Serialize) -> Json {
    to_raw_value(value).map_or(Json::NULL, |json| Json::of(Cow::Owned(json)))
}

macro_rules! from {
    ($($Plain:ty),*) => { $(
        impl From<$Plain> for Json {
            fn from(value: $Plain) -> Self {
                written(&value)
            }
        }
    )* };
}

from!(bool, i32, i64, u32, u64, f64, &String, String, Value);

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        // Most texts have nothing to escape, and are put into memory of just their size.
        let quoted = RawValue::from_string(["\"", text, "\""].concat());
        match quoted {
            Ok(json) if !text.contains('\\') => Self::of(Cow::Owned(json)),
            _ => written(&text),
        }
    }
}
