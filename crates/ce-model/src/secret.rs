use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::transparent::transparent;

/// Text that must not be seen: it prints as `[redacted]`, is compared in constant time, and its
/// memory is wiped when it is dropped.
///
/// Writing it with serde writes the secret itself, since that is how it is sent and stored.
///
/// ```
/// use ce_model::Secret;
///
/// let secret = Secret::new("hunter2");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone)]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes the text over. The memory it came in is wiped if it was owned.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        // A `String` turned into a box may leave a copy behind if it has to shrink.
        if text.len() == text.capacity() {
            return Self(text.into_boxed_str());
        }
        let secret = Self::of(&text);
        text.zeroize();
        secret
    }

    /// Takes a copy.
    pub(crate) fn of(text: &str) -> Self {
        Self(text.into())
    }

    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SecretVisitor;

        impl Visitor<'_> for SecretVisitor {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret::of(text))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Secret, E> {
                Ok(Secret::new(text))
            }
        }

        deserializer.deserialize_str(SecretVisitor)
    }
}

/// The token of one element instance: with it, and the credentials of the platform's user,
/// everything behind the instance is reached.
///
/// It is all that an application must keep. To store it, write it with serde or take
/// [`expose`](ElementToken::expose); to load it, read it back or give the text to
/// [`new`](ElementToken::new). It can't be printed by accident.
///
/// ```
/// use ce_model::ElementToken;
///
/// let token = ElementToken::new("5MOr3Sl/E4kww6m=");
/// let stored = serde_json::to_string(&token)?;
/// assert_eq!(stored, r#""5MOr3Sl/E4kww6m=""#);
/// assert_eq!(serde_json::from_str::<ElementToken>(&stored)?, token);
/// assert_eq!(format!("{token:?}"), "ElementToken([redacted])");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementToken(Secret);

transparent!(ElementToken(Secret));

impl ElementToken {
    /// Takes over a token that was stored.
    pub fn new(token: impl Into<String>) -> Self {
        Self(Secret::new(token))
    }

    /// The token itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_format_prints_it() {
        let token = ElementToken::new("canary");
        for printed in [format!("{token:?}"), format!("{token:#?}")] {
            assert!(!printed.contains("canary"), "{printed}");
        }
    }

    #[test]
    fn equality_is_that_of_the_text() {
        assert_eq!(Secret::new("abc"), Secret::new("abc"));
        assert_ne!(Secret::new("abc"), Secret::new("abd"));
        assert_ne!(Secret::new("abc"), Secret::new("abcd"));
    }
}
