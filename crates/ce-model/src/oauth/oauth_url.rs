use super::AuthorizationUrl;
use crate::ElementKey;
use crate::json::record;

record! {
    /// Where to send the user's browser. The response of step 1, `GET` or
    /// `POST /elements/{keyOrId}/oauth/url`.
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
