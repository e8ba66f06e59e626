use std::fmt;

/// The user said no, or the provider refused before there was a yes:
/// [`is_by_user`](Denied::is_by_user) says which. A user's no is not a failure: say it kindly, and
/// offer to begin again.
///
/// The words are the provider's and come through the user's browser: escape them before they are
/// shown on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denied {
    /// The error's name, such as `access_denied`.
    pub error: String,
    /// Instagram's `error_reason`, such as `user_denied`.
    pub reason: Option<String>,
    /// A sentence for people.
    pub description: Option<String>,
}

impl Denied {
    /// Was it the user who said no? Else the provider refused: it is in trouble
    /// (`server_error`, `temporarily_unavailable`), or doesn't take what the application asks for
    /// (`invalid_scope`, `unauthorized_client`, …). That is not the user's doing, and somebody who
    /// runs the application should hear of it.
    ///
    /// OAuth 2 has one name for the user's no, `access_denied` (RFC 6749, section 4.1.2.1; it is
    /// the provider's own no as well, and the two can't be told apart). OAuth 1.0a has none, and
    /// providers say `user_refused`, `permission_denied` or `denied`. Instagram gives the reason
    /// `user_denied`, LinkedIn the errors `user_cancelled_login` and `user_cancelled_authorize`.
    /// Everything else, known or not, counts as the provider's.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use ce_core::{ConnectRequest, Entropy, PendingAuthorization, CallbackOutcome};
    ///
    /// # let connect = ConnectRequest::new("instagram").state("s");
    /// # let now = SystemTime::now();
    /// # let pending = PendingAuthorization::new(&connect, &Entropy::from([7; 48]), now);
    /// let callback = "/callback?error=temporarily_unavailable&state=s";
    /// match pending.read_callback(callback, now)? {
    ///     CallbackOutcome::Granted(granted) => { /* create the instance */ }
    ///     CallbackOutcome::Denied(denied) if denied.is_by_user() => println!("As you like."),
    ///     CallbackOutcome::Denied(denied) => {
    ///         println!("It isn't your doing. Please try again later.");
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

/// What providers call it when the user said no.
const BY_USER: [&str; 6] = [
    "access_denied",
    "user_refused",
    "permission_denied",
    "denied",
    "user_cancelled_login",
    "user_cancelled_authorize",
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

#[cfg(test)]
mod tests {
    use crate::flow::Callback;

    #[test]
    fn a_denial_keeps_the_providers_words() {
        let callback = Callback::parse(
            "/cb?error=access_denied&error_reason=user_denied&error_description=The+user+said%20no.&state=s",
        );
        let denied = callback.denied().unwrap();
        assert_eq!(
            denied.to_string(),
            "the connection was denied: access_denied (user_denied): The user said no."
        );
    }

    #[test]
    fn whose_no_it_was_is_told_apart() {
        for (query, by_user) in [
            ("error=access_denied", true),
            ("error=access_denied&error_reason=user_denied", true),
            ("error=denied_somehow&error_reason=user_denied", true),
            ("error=user_cancelled_login", true),
            ("error=user_cancelled_authorize", true),
            ("oauth_problem=user_refused&oauth_token=t", true),
            ("oauth_problem=permission_denied&oauth_token=t", true),
            ("denied=t", true),
            // All that RFC 6749 has besides, and OAuth 1.0a, and OpenID Connect.
            ("error=invalid_request", false),
            ("error=unauthorized_client", false),
            ("error=unsupported_response_type", false),
            ("error=invalid_scope", false),
            ("error=server_error", false),
            ("error=temporarily_unavailable", false),
            ("oauth_problem=consumer_key_rejected", false),
            ("error=login_required", false),
            // Nobody knows what it is: the user isn't accused.
            ("error=unheard_of", false),
            ("error=server_error&error_reason=overload", false),
        ] {
            let denied = Callback::parse(query).denied().unwrap();
            assert_eq!(denied.is_by_user(), by_user, "{query}");
            let said = denied.to_string();
            let was_denied = said.starts_with("the connection was denied: ");
            let refused = said.starts_with("the provider refused: ");
            assert_eq!((was_denied, refused), (by_user, !by_user), "{said}");
        }
    }

    #[test]
    fn oauth_1_denies_in_two_ways() {
        for (query, error) in [
            ("oauth_problem=user_refused&oauth_token=t", "user_refused"),
            ("denied=t", "denied"),
        ] {
            let callback = Callback::parse(query);
            assert_eq!(callback.request_token(), Some("t"));
            let denied = callback.denied().unwrap();
            assert_eq!(
                denied.to_string(),
                format!("the connection was denied: {error}")
            );
        }
    }
}
