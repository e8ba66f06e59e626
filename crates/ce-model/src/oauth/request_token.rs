use crate::json::record;
use crate::{ElementKey, Secret};

record! {
    /// The request token of an OAuth 1.0a element (RFC 5849: temporary credentials). The response
    /// to `GET /elements/{keyOrId}/oauth/token`.
    ///
    /// Both parts are required: without the secret no instance can be created, and it is better to
    /// know before the user is sent away.
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
