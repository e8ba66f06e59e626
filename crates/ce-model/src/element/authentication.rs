use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use crate::json::record;

record! {
    /// How a user authenticates with an element.
    #[derive(Default)]
    pub struct Authentication {
        optional {
            /// The scheme: `oauth2`, `oauth1`, `basic`, `custom`, …
            "type" kind: String,
        }
    }
}

impl Authentication {
    /// Returns the scheme that `type` names.
    pub fn scheme(&self) -> Option<AuthenticationScheme> {
        self.kind.as_deref().map(AuthenticationScheme::from)
    }
}

/// The authentication scheme of an element.
///
/// It decides whether the user must authorize in a browser, and what creating an instance requires.
///
/// ```
/// use ce_model::AuthenticationScheme;
///
/// assert!(AuthenticationScheme::from(" OAuth1").needs_consent());
/// assert!(!AuthenticationScheme::from("apiKey").needs_consent());
/// assert_eq!(AuthenticationScheme::from("saml").to_string(), "saml");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthenticationScheme {
    /// `oauth2`: an authorization code from the provider's page (RFC 6749).
    #[default]
    OAuth2,
    /// `oauth1`: a request token, and a verifier from the provider's page (RFC 5849).
    OAuth1,
    /// `basic`: `username` and `password` in the configuration.
    Basic,
    /// `apiKey`: a key of the provider's in the configuration.
    ApiKey,
    /// `custom`: keys of the element's own in the configuration.
    Custom,
    /// Any other word. The platform's documentation has a bare `oauth`, too.
    Other(Box<str>),
}

impl AuthenticationScheme {
    /// Returns `true` if the user must authorize in a browser.
    pub fn needs_consent(&self) -> bool {
        matches!(self, Self::OAuth2 | Self::OAuth1)
    }

    /// Returns the platform's word for the scheme.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OAuth2 => "oauth2",
            Self::OAuth1 => "oauth1",
            Self::Basic => "basic",
            Self::ApiKey => "apiKey",
            Self::Custom => "custom",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for AuthenticationScheme {
    /// Upper and lower case, and blanks around the word, do not count.
    fn from(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "oauth2" => Self::OAuth2,
            "oauth1" => Self::OAuth1,
            "basic" => Self::Basic,
            "apikey" => Self::ApiKey,
            "custom" => Self::Custom,
            _ => Self::Other(word.into()),
        }
    }
}

impl FromStr for AuthenticationScheme {
    type Err = Infallible;

    fn from_str(word: &str) -> Result<Self, Infallible> {
        Ok(word.into())
    }
}

impl fmt::Display for AuthenticationScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
