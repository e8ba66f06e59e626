use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::json::{Raw, is_exact};

/// The number of an element instance.
///
/// It is read from an integer (`7`), a string of digits (`"7"`) and a number without a fraction
/// (`7.0`), and always written as an integer.
///
/// ```
/// use ce_model::InstanceId;
///
/// let id: InstanceId = serde_json::from_str(r#""428549""#)?;
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

impl<'de> Deserialize<'de> for InstanceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            // Binary formats need to know what to read, and write what is given here.
            return u64::deserialize(deserializer).map(Self);
        }
        let Raw(json) = Raw::deserialize(deserializer)?;
        let id = integer(json.get()).map(Self);
        id.ok_or_else(|| D::Error::custom("the id of an instance is not an unsigned integer"))
    }
}

fn integer(json: &str) -> Option<u64> {
    if json.starts_with('"') {
        return serde_json::from_str::<String>(json).ok()?.parse().ok();
    }
    // Rust writes a float that is whole without a fraction.
    let whole = || json.parse::<f64>().ok()?.to_string().parse().ok();
    let integer = json.parse().ok().or_else(whole);
    integer.filter(|_| is_exact(json))
}
