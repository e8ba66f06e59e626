use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Json;
use crate::json::{Decimal, Field};

/// The number of an element instance.
///
/// It is read from an integer (`7`), a string of digits (`"7"`) and a number without a fraction
/// (`7.0`), if that is exactly a `u64`, and always written as an integer.
///
/// ```
/// use ce_model::InstanceId;
///
/// let id: InstanceId = serde_json::from_str(r#""428549""#)?;
/// assert_eq!(id, InstanceId::new(428549));
/// assert_eq!(serde_json::to_string(&id)?, "428549");
/// assert_eq!("428549".parse(), Ok(id));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct InstanceId(u64);

impl InstanceId {
    /// Creates an id from its number.
    pub const fn new(id: u64) -> Self {
        Self(id)
    }

    /// Returns the number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for InstanceId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl From<u64> for InstanceId {
    fn from(id: u64) -> Self {
        Self(id)
    }
}

impl From<InstanceId> for u64 {
    fn from(id: InstanceId) -> Self {
        id.0
    }
}

impl<'de> Deserialize<'de> for InstanceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            // Binary formats need to know what to read, and write what is given here.
            return u64::deserialize(deserializer).map(Self);
        }
        let json = Json::deserialize(deserializer)?;
        let id = Self::from_json(json.text());
        id.ok_or_else(|| D::Error::custom("the id of an instance is not an unsigned integer"))
    }
}

impl Field for InstanceId {
    fn from_json(json: &str) -> Option<Self> {
        if !json.starts_with('"') {
            return Decimal::of(json)?.to_u64().map(Self);
        }
        let digits = String::from_json(json)?;
        let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| are_digits)
    }

    fn write_json(&self, out: &mut String) {
        self.0.write_json(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn each_form_of_an_integer_is_read() {
        for (text, id) in [
            ("7", Some(7)),
            ("\"7\"", Some(7)),
            ("\"\\u0037\"", Some(7)),
            ("7.0", Some(7)),
            ("7e0", Some(7)),
            ("0", Some(0)),
            ("18446744073709551615", Some(u64::MAX)),
            ("\"18446744073709551615\"", Some(u64::MAX)),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("18446744073709551616", None),
            ("7.5", None),
            ("-7", None),
            ("1e30", None),
            ("\"\"", None),
            ("\"+7\"", None),
            ("\" 7\"", None),
            ("\"7.0\"", None),
            ("\"seven\"", None),
            ("true", None),
            ("null", None),
            ("[7]", None),
            ("{}", None),
        ] {
            let id = id.map(InstanceId);
            assert_eq!(serde_json::from_str::<InstanceId>(text).ok(), id, "{text}");
            assert_eq!(
                serde_json::from_str::<Option<[InstanceId; 1]>>(&format!("[{text}]"))
                    .ok()
                    .flatten(),
                id.map(|id| [id]),
                "{text}"
            );
        }
    }

    #[test]
    fn it_may_be_the_name_of_a_member() {
        let map = HashMap::from([(InstanceId(7), true)]);
        let text = serde_json::to_string(&map).unwrap();
        assert_eq!(text, r#"{"7":true}"#);
        assert_eq!(serde_json::from_str::<HashMap<_, _>>(&text).unwrap(), map);
    }
}
