use std::fmt;

use crate::record::{documented_record, record};

record! {
    /// How a user authenticates with an element.
    #[derive(Default)]
    pub struct Authentication {
        optional {
            /// `oauth2`, `oauth1`, `basic`, `custom`, …
            "type" kind: String,
        }
    }
}
documented_record!(Authentication);

impl Authentication {
    /// What its `type` says.
    pub fn scheme(&self) -> Option<AuthenticationScheme> {
        self.kind.as_deref().map(AuthenticationScheme::from)
    }
}

/// How an element authenticates its users: what decides whether somebody has to be sent to the
/// provider's page, and what the instance's creation needs.
///
/// ```
/// use ce_model::AuthenticationScheme;
///
/// assert!(AuthenticationScheme::from("oauth1").needs_consent());
/// assert!(!AuthenticationScheme::from("basic").needs_consent());
/// assert_eq!(AuthenticationScheme::from("saml").to_string(), "saml");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthenticationScheme {
    /// `oauth2`: the provider's page, and a code (RFC 6749).
    #[default]
    OAuth2,
    /// `oauth1`: a request token, the provider's page, and a verifier (RFC 5849).
    OAuth1,
    /// `basic`: `username` and `password` in the configuration.
    Basic,
    /// `apiKey`: a key of the provider's in the configuration.
    ApiKey,
    /// `custom`: keys of the element's own in the configuration.
    Custom,
    /// Any other word: the platform's answers name a bare `oauth`, too.
    Other(Box<str>),
}

impl AuthenticationScheme {
    /// Has the user to be sent to a page of the provider's?
    pub fn needs_consent(&self) -> bool {
        matches!(self, Self::OAuth2 | Self::OAuth1)
    }

    /// The platform's word for it.
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
    fn from(word: &str) -> Self {
        let known = [
            Self::OAuth2,
            Self::OAuth1,
            Self::Basic,
            Self::ApiKey,
            Self::Custom,
        ];
        known
            .into_iter()
            .find(|scheme| scheme.as_str().eq_ignore_ascii_case(word.trim()))
            .unwrap_or_else(|| Self::Other(word.into()))
    }
}

impl fmt::Display for AuthenticationScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_as_they_are_written() {
        for word in ["oauth2", "oauth1", "basic", "apiKey", "custom", "oauth", ""] {
            assert_eq!(AuthenticationScheme::from(word).as_str(), word);
        }
        assert_eq!(
            AuthenticationScheme::from("OAuth2"),
            AuthenticationScheme::OAuth2
        );
        assert!(!AuthenticationScheme::from("oauth").needs_consent());
    }
}
