//! OAuth: where the user is sent, and what precedes it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::record;
use crate::{ElementKey, Secret};

record! {
    /// Where to send the user's browser. The response of step 1, `GET` or
    /// `POST /elements/{keyOrId}/oauth/url`.
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

record! {
    /// The request token of an OAuth 1.0a element (RFC 5849: temporary credentials). The response
    /// to `GET /elements/{keyOrId}/oauth/token`.
    ///
    /// Both parts are required: without the secret no instance can be created, and it is better to
    /// know before the user is sent away.
    pub struct RequestToken {
        required {
            /// The token in the authorization URL and in the callback (`oauth_token`).
            "token" token: Secret,
            /// The secret that creates the instance, together with the callback's verifier.
            "secret" secret: Secret,
        }
        optional {
            /// The element that it is for.
            "element" element: ElementKey,
        }
    }
}

/// The URL of the provider's page on which the user authorizes.
///
/// It is not checked here: `ce-core` refuses one that is not absolute `http` or `https`. It
/// contains the flow's `state`, and for some providers the API secret, so `Debug` shows the scheme
/// and the host alone, and there is no `Display`.
///
/// ```
/// use ce_model::AuthorizationUrl;
///
/// let url = AuthorizationUrl::new("https://provider.example/authorize?state=s3cret");
/// assert_eq!(format!("{url:?}"), "https://provider.example/[redacted]");
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
        self.as_str()
    }
}

impl From<AuthorizationUrl> for String {
    fn from(url: AuthorizationUrl) -> Self {
        url.0.into()
    }
}

impl fmt::Debug for AuthorizationUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return f.write_str("[redacted]");
        };
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        write!(f, "{scheme}://{host}/[redacted]")
    }
}
