use super::callback_url::CallbackUrl;
use super::redacted::Redacted;

/// A code that a consent page issued, as the provider keeps it.
pub(crate) struct IssuedCode {
    pub(crate) element_id: u64,
    /// What the callback carried besides the code.
    pub(crate) with: Vec<(String, String)>,
}

/// What a link to a file leads to.
pub(crate) struct LinkedFile {
    pub(crate) instance_id: u64,
    pub(crate) file_id: u64,
}

/// A request token of OAuth 1.0a, as the provider keeps it.
pub(crate) struct RequestToken {
    pub(crate) element_id: u64,
    pub(crate) secret: Redacted,
    /// Who asks.
    pub(crate) client: String,
    /// Where the user goes afterwards, unless the authorization URL says something else.
    pub(crate) callback: CallbackUrl,
    pub(crate) state: Option<String>,
    /// What proves that the user allowed it; there once they did.
    pub(crate) verifier: Option<Redacted>,
}
