use std::fmt;

use ce_model::{ElementKey, InstanceId, Object, Secret};

use crate::error::Escaped;

/// The error's name where the provider gives it none.
pub(super) const DENIED: &str = "denied";

/// What a callback says.
#[derive(Debug)]
pub enum CallbackOutcome {
    /// The user consented: create the instance.
    Granted(AuthorizationGrant),
    /// The user did not consent, or the provider refused.
    Denied(Denied),
}

/// The user's consent, with a code that works once.
///
/// [`ConnectRequest::create`](crate::ConnectRequest::create) consumes it. It can't be cloned, since
/// the code is worth one attempt.
#[derive(Debug)]
pub struct AuthorizationGrant {
    pub(crate) element: ElementKey,
    /// What proves the consent: the code; or token, verifier and the token's secret.
    pub(crate) found: Object,
    /// What the callback was recognized by.
    pub(crate) state: Option<Secret>,
    /// The callback's other parameters.
    pub(crate) extras: Object,
    pub(crate) correlation: Option<String>,
    /// The instance that is authorized again; a new one if there is none.
    pub(crate) instance: Option<InstanceId>,
}

/// The user did not consent, or the provider refused: see [`is_by_user`](Denied::is_by_user).
///
/// If it was the user, it is not a failure: offer to begin again. The words are the provider's and
/// come through the user's browser, so escape them before a page shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denied {
    /// The error's name, such as `access_denied`; with Facebook's dialogs its code, such as `4201`.
    /// `denied` if the provider gives it no name, as some do with OAuth 1.0a.
    pub error: String,
    /// Instagram's `error_reason`, such as `user_denied`.
    pub reason: Option<String>,
    /// The provider's explanation, for people.
    pub description: Option<String>,
}

impl Denied {
    /// The user did not consent, and the provider has no word for it.
    pub(crate) fn without_words() -> Self {
        Self {
            error: DENIED.to_owned(),
            reason: None,
            description: None,
        }
    }

    /// Returns `true` if the user did not consent, and `false` if the provider refused.
    ///
    /// A provider refuses if it has failed (`server_error`, `temporarily_unavailable`), or does not
    /// accept what the application asks for (`invalid_scope`, `unauthorized_client`, …). The user can't
    /// help that, so report it to whoever runs the application.
    ///
    /// The user's own are OAuth 2's `access_denied` (RFC 6749, section 4.1.2.1, which allows it for
    /// the provider's decision too); the `user_refused`, `permission_denied` and `denied` of OAuth 1.0a
    /// providers; Instagram's reason `user_denied`; LinkedIn's `user_cancelled_login` and
    /// `user_cancelled_authorize`; and Facebook's code `4201`. Any other error counts as the provider's.
    pub fn is_by_user(&self) -> bool {
        #[rustfmt::skip]
        let errors = [
            "access_denied", "user_refused", "permission_denied", DENIED, "user_cancelled_login",
            "user_cancelled_authorize", "4201",
        ];
        self.reason.as_deref() == Some("user_denied") || errors.contains(&self.error.as_str())
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_by_user() {
            "the connection was denied"
        } else {
            "the provider refused"
        };
        write!(f, "{what}: {}", Escaped(&self.error))?;
        if let Some(reason) = &self.reason {
            write!(f, " ({})", Escaped(reason))?;
        }
        if let Some(description) = &self.description {
            write!(f, ": {}", Escaped(description))?;
        }
        Ok(())
    }
}
