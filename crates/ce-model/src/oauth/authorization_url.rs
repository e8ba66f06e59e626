use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{Field, push_string};

/// The URL of the provider's page on which the user authorizes.
///
/// It is not checked here: `ce-core` refuses one that is not absolute `http` or `https`. It
/// contains the flow's `state`, and for some providers the API secret, so `Debug` leaves the
/// query out and there is no `Display`.
///
/// ```
/// use ce_model::AuthorizationUrl;
///
/// let url = AuthorizationUrl::new("https://provider.example/authorize?state=s3cret");
/// assert_eq!(format!("{url:?}"), "https://provider.example/authorize?[redacted]");
/// assert_eq!(String::from(url), "https://provider.example/authorize?state=s3cret");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuthorizationUrl(Box<str>);

impl AuthorizationUrl {
    /// Creates a URL from its text, unchecked.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into().into_boxed_str())
    }

    /// Returns the whole URL, to redirect to.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for AuthorizationUrl {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<AuthorizationUrl> for String {
    fn from(url: AuthorizationUrl) -> Self {
        url.0.into()
    }
}

impl fmt::Debug for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_once(['?', '#']) {
            Some((before, _)) => write!(f, "{before}?[redacted]"),
            None => f.write_str(&self.0),
        }
    }
}

impl Field for AuthorizationUrl {
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
    fn debug_leaves_the_query_out() {
        for (url, printed) in [
            ("https://a.example/b", "https://a.example/b"),
            (
                "https://a.example/b?client_secret=canary",
                "https://a.example/b?[redacted]",
            ),
            ("https://a.example/#canary", "https://a.example/?[redacted]"),
        ] {
            assert_eq!(format!("{:?}", AuthorizationUrl::new(url)), printed);
        }
    }
}
