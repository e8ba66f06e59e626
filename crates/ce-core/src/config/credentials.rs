use bytes::Bytes;
use ce_model::{ElementToken, Secret};
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::{FieldErrorKind, FieldErrors, InvalidInput};

/// The secrets of the platform's user and of the organization, from the platform's console.
///
/// ```
/// use ce_core::Credentials;
///
/// let credentials = Credentials::new("user+secret/=", "organization+secret/=");
/// assert!(!format!("{credentials:?}").contains("secret/"));
/// ```
#[derive(Clone, Debug)]
pub struct Credentials {
    user: Secret,
    organization: Secret,
}

impl Credentials {
    /// Takes the user's secret and the organization's, in this order.
    pub fn new(user: impl Into<String>, organization: impl Into<String>) -> Self {
        Self {
            user: Secret::new(user),
            organization: Secret::new(organization),
        }
    }

    /// `User …, Organization …`, and `, Element …` if there is a token: a header value that is wiped with
    /// its last copy, and that no `Debug` prints.
    pub(super) fn authorization(
        &self,
        token: Option<&ElementToken>,
    ) -> Result<HeaderValue, InvalidInput> {
        let (user, organization) = (self.user.expose(), self.organization.expose());
        let (separator, token) = token.map_or(("", ""), |it| (", Element ", it.expose()));
        let mut errors = FieldErrors::default();
        errors.header_secret("user secret", user);
        errors.header_secret("organization secret", organization);
        if !separator.is_empty() {
            errors.header_secret("element token", token);
        }
        errors.into_result()?;
        let parts = [
            "User ",
            user,
            ", Organization ",
            organization,
            separator,
            token,
        ];
        let text = Bytes::from_owner(Zeroizing::new(parts.concat()));
        let mut value = HeaderValue::from_maybe_shared(text)
            .map_err(|_| InvalidInput::new("authorization", FieldErrorKind::NotAHeader))?;
        value.set_sensitive(true);
        Ok(value)
    }
}
