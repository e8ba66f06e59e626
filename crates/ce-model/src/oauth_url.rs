use std::fmt;

use crate::ElementKey;
use crate::record::record;
use crate::transparent::transparent;

record! {
    /// The answer of step 1, `GET` or `POST /elements/{keyOrId}/oauth/url`: where to send the
    /// user's browser.
    ///
    /// ```
    /// use ce_model::OAuthUrl;
    ///
    /// let answer: OAuthUrl = serde_json::from_str(
    ///     r#"{"oauthUrl": "https://provider.example/authorize?client_id=abc", "element": "instagram"}"#,
    /// )?;
    /// assert_eq!(answer.element.as_ref().map(|key| key.as_str()), Some("instagram"));
    /// assert!(answer.oauth_url.as_str().starts_with("https://provider.example/"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct OAuthUrl {
        required {
            /// The provider's authorization URL, as the platform wrote it.
            "oauthUrl" oauth_url: AuthorizationUrl,
        }
        optional {
            /// The element that it is for.
            "element" element: ElementKey,
        }
    }
}

/// The URL of the provider's page that asks the user.
///
/// It is not checked here: `ce-core` refuses one that isn't absolute `http` or `https` before an
/// application can redirect to it. `Debug` leaves the query out: it holds the flow's `state`, and
/// some providers are given the API secret there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AuthorizationUrl(Box<str>);

transparent!(AuthorizationUrl(Box<str>));

impl AuthorizationUrl {
    /// Takes a URL over, unchecked.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into().into_boxed_str())
    }

    /// The whole URL, to redirect to.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<AuthorizationUrl> for String {
    fn from(url: AuthorizationUrl) -> Self {
        url.0.into_string()
    }
}

impl fmt::Debug for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.find(['?', '#']) {
            Some(end) => write!(f, "{}?[redacted]", self.0.get(..end).unwrap_or_default()),
            None => f.write_str(&self.0),
        }
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
