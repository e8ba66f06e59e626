use std::fmt;

/// The user did not consent, or the provider refused: see [`is_by_user`](Denied::is_by_user).
///
/// If it was the user, it is not a failure: offer to begin again. The words are the provider's and
/// come through the user's browser, so escape them before a page shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denied {
    /// The error's name, such as `access_denied`; with Facebook's dialogs its code, such as `4201`.
    pub error: String,
    /// Instagram's `error_reason`, such as `user_denied`.
    pub reason: Option<String>,
    /// The provider's explanation, for people.
    pub description: Option<String>,
}

impl Denied {
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
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use ce_core::{CallbackOutcome, ConnectRequest, Entropy, PendingAuthorization};
    ///
    /// # let request = ConnectRequest::new("instagram").state("s");
    /// # let now = SystemTime::now();
    /// # let pending = PendingAuthorization::new(&request, &Entropy::from([7; 48]), now);
    /// let callback = "/callback?error=temporarily_unavailable&state=s";
    /// match pending.read_callback(callback, now)? {
    ///     CallbackOutcome::Granted(grant) => { /* create the instance */ }
    ///     CallbackOutcome::Denied(denied) if denied.is_by_user() => println!("Nothing was connected."),
    ///     CallbackOutcome::Denied(denied) => {
    ///         println!("Something went wrong. Please try again later.");
    ///         eprintln!("warning: {denied}"); // the provider refused: temporarily_unavailable
    /// #       assert_eq!(denied.to_string(), "the provider refused: temporarily_unavailable");
    ///     }
    /// }
    /// # Ok::<(), ce_core::CallbackError>(())
    /// ```
    pub fn is_by_user(&self) -> bool {
        self.reason.as_deref() == Some("user_denied") || BY_USER.contains(&self.error.as_str())
    }
}

/// The errors that say that the user did not consent.
const BY_USER: [&str; 7] = [
    "access_denied",
    "user_refused",
    "permission_denied",
    "denied",
    "user_cancelled_login",
    "user_cancelled_authorize",
    "4201",
];

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.is_by_user() {
            "the connection was denied"
        } else {
            "the provider refused"
        };
        write!(f, "{what}: {}", self.error)?;
        if let Some(reason) = &self.reason {
            write!(f, " ({reason})")?;
        }
        if let Some(description) = &self.description {
            write!(f, ": {description}")?;
        }
        Ok(())
    }
}
