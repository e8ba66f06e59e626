use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Text that must not be seen.
///
/// It prints as `[redacted]`, is compared in constant time, and its memory is wiped when it is
/// dropped. Serde writes the secret itself, since that is how it is sent and stored.
#[derive(Clone)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Creates a secret. The memory of the text is wiped if it was owned.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.len() == text.capacity() {
            return Self(Zeroizing::new(text.into_boxed_str()));
        }
        // A `String` that shrinks to a box may leave a copy behind.
        let secret = Zeroizing::new(text.as_str().into());
        text.zeroize();
        Self(secret)
    }

    /// Returns the secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl ZeroizeOnDrop for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Compared in constant time; only the length shows.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        let (this, other) = (self.expose().as_bytes(), other.expose().as_bytes());
        this.ct_eq(other).into()
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // serde's own words would quote what is there.
        let text = String::deserialize(deserializer);
        let text = text.map_err(|_| D::Error::custom("a secret must be a string"))?;
        Ok(Self::new(text))
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

/// The token of one element instance: with it, and the secrets of the platform's user, a program
/// reaches everything behind the instance.
///
/// It is all that an application must keep: store what serde writes or
/// [`expose`](ElementToken::expose) returns. It prints as `[redacted]` and is wiped when dropped.
///
/// ```
/// use ce_model::ElementToken;
///
/// let token = ElementToken::new("5MOr3Sl/E4kww6m=");
/// let stored = serde_json::to_string(&token)?;
/// assert_eq!(stored, r#""5MOr3Sl/E4kww6m=""#);
/// assert_eq!(serde_json::from_str::<ElementToken>(&stored)?, token);
/// assert_ne!(ElementToken::new("another"), token);
/// assert_eq!(format!("{token:?}"), "ElementToken([redacted])");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ElementToken(Secret);

impl ElementToken {
    /// Creates a token from its text, such as one that was stored.
    pub fn new(token: impl Into<String>) -> Self {
        Self(Secret::new(token))
    }

    /// Returns the token itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl ZeroizeOnDrop for ElementToken {}
