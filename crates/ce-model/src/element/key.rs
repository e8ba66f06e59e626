use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::json::{Field, push_string};

/// The key of an element (SAP: connector; Sugar: adapter) in the catalogue, such as `instagram`.
///
/// In paths the platform takes an element's number as well as its key. A key is not checked here;
/// the platform answers 404 to one that it does not know.
///
/// ```
/// use ce_model::ElementKey;
///
/// let key = ElementKey::new("instagram");
/// assert_eq!(key.as_str(), "instagram");
/// assert_eq!(key, ElementKey::from("instagram"));
/// assert!(ElementKey::from(74).is_number());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ElementKey(Box<str>);

impl ElementKey {
    /// Creates a key from its text.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into().into_boxed_str())
    }

    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if it is an element's number instead of its key.
    pub fn is_number(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl fmt::Display for ElementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl AsRef<str> for ElementKey {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ElementKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for ElementKey {
    type Err = Infallible;

    fn from_str(key: &str) -> Result<Self, Infallible> {
        Ok(key.into())
    }
}

impl From<&str> for ElementKey {
    fn from(key: &str) -> Self {
        Self(key.into())
    }
}

impl From<String> for ElementKey {
    fn from(key: String) -> Self {
        Self::new(key)
    }
}

impl From<u64> for ElementKey {
    /// The element's number, which the platform takes in paths as well.
    fn from(id: u64) -> Self {
        Self::new(id.to_string())
    }
}

impl From<&ElementKey> for ElementKey {
    fn from(key: &ElementKey) -> Self {
        key.clone()
    }
}

impl From<ElementKey> for String {
    fn from(key: ElementKey) -> Self {
        key.0.into()
    }
}

impl Field for ElementKey {
    fn from_json(json: &str) -> Option<Self> {
        String::from_json(json).map(Self::new)
    }

    fn write_json(&self, out: &mut String) {
        push_string(out, &self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_alone_are_a_number() {
        for (key, is_number) in [
            ("74", true),
            ("instagram", false),
            ("7a", false),
            ("", false),
        ] {
            assert_eq!(ElementKey::from(key).is_number(), is_number, "{key}");
        }
    }

    #[test]
    fn a_map_is_searched_by_text() {
        let map = std::collections::HashMap::from([(ElementKey::new("instagram"), 1)]);
        assert_eq!(map.get("instagram"), Some(&1));
    }
}
