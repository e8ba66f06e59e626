use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The key of an element (SAP: connector; Sugar: adapter) in the catalogue, such as `instagram`.
///
/// In paths the platform takes an element's number as well as its key. A key is not checked here;
/// the platform answers 404 to one that it does not know.
///
/// ```
/// use ce_model::ElementKey;
///
/// assert!(!ElementKey::new("instagram").is_number());
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

impl From<&str> for ElementKey {
    fn from(key: &str) -> Self {
        Self::new(key)
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

impl FromStr for ElementKey {
    type Err = Infallible;

    fn from_str(key: &str) -> Result<Self, Infallible> {
        Ok(key.into())
    }
}

impl AsRef<str> for ElementKey {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

/// A map with keys of this type is looked up by text.
impl Borrow<str> for ElementKey {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}
