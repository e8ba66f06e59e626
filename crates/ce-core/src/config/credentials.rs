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

    pub(super) fn check(&self, errors: &mut FieldErrors) {
        errors.header_secret("user secret", &self.user);
        errors.header_secret("organization secret", &self.organization);
    }

    /// `User …, Organization …`
    pub(super) fn authorization(&self) -> Result<HeaderValue, InvalidInput> {
        header(
            "user secret",
            &[
                "User ",
                self.user.expose(),
                ", Organization ",
                self.organization.expose(),
            ],
        )
    }

    /// `User …, Organization …, Element …`
    pub(super) fn element_authorization(
        &self,
        token: &ElementToken,
    ) -> Result<HeaderValue, InvalidInput> {
        let mut errors = FieldErrors::default();
        errors.header_secret("element token", &Secret::new(token.expose()));
        errors.into_result()?;
        header(
            "element token",
            &[
                "User ",
                self.user.expose(),
                ", Organization ",
                self.organization.expose(),
                ", Element ",
                token.expose(),
            ],
        )
    }
}

/// A header value that is wiped with its last copy, and that no `Debug` prints.
fn header(field: &'static str, parts: &[&str]) -> Result<HeaderValue, InvalidInput> {
    let text = Zeroizing::new(parts.concat());
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(text))
        .map_err(|_| InvalidInput::new(field, FieldErrorKind::ControlCharacter))?;
    value.set_sensitive(true);
    Ok(value)
}
