use std::fmt;

use crate::reading::Documented;
use crate::transparent::transparent;

/// Names an element (SAP: connector; Sugar: adapter) of the catalogue, such as `instagram`.
///
/// In paths the platform takes an element's number as well as its key.
///
/// ```
/// use ce_model::ElementKey;
///
/// let key = ElementKey::new("instagram");
/// assert_eq!(key.as_str(), "instagram");
/// assert_eq!(key, ElementKey::from("instagram"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ElementKey(Box<str>);

transparent!(ElementKey(Box<str>));

impl ElementKey {
    /// Whether the platform knows such an element shows when it is asked.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into().into_boxed_str())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is it an element's number instead of its key?
    pub fn is_number(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }
}

impl fmt::Display for ElementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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

impl Documented for ElementKey {
    fn from_json(text: &str) -> Option<Self> {
        crate::reading::string(text).map(|key| Self::from(&*key))
    }
}
