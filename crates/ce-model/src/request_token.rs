use crate::Secret;
use crate::record::record;

record! {
    /// The request token of an OAuth 1.0a element (RFC 5849: temporary credentials). The answer of
    /// `GET /elements/{keyOrId}/oauth/token`.
    ///
    /// ```
    /// use ce_model::RequestToken;
    ///
    /// let answer: RequestToken = serde_json::from_str(r#"{"token": "rt1", "secret": "canary"}"#)?;
    /// assert_eq!(answer.token.expose(), "rt1");
    /// assert!(!format!("{answer:?}").contains("canary"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct RequestToken {
        required {
            /// What the authorization URL and the callback carry (`oauth_token`).
            "token" token: Secret,
            /// What the instance's creation needs besides the callback's verifier.
            "secret" secret: Secret,
        }
        optional {
            /// The element that it is for.
            "element" element: crate::ElementKey,
        }
    }
}
