use std::borrow::Cow;

use ce_model::Json;

use super::Escaped;

/// Input that can't be sent. Nothing was sent.
///
/// It names every problem at once, by the platform's own names where there are such
/// (`oauth.api.key`).
///
/// ```
/// use ce_core::{Config, Credentials};
///
/// let error = Config::new("ftp://example", Credentials::new("", "a\nb")).unwrap_err();
/// let fields: Vec<_> = error.errors().iter().map(|error| error.field()).collect();
/// assert_eq!(fields, ["base URL", "user secret", "organization secret"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing was sent: {}", joined(.0))]
pub struct InvalidInput(Vec<FieldError>);

fn joined(errors: &[FieldError]) -> String {
    let errors: Vec<String> = errors.iter().map(FieldError::to_string).collect();
    errors.join("; ")
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {kind}", Escaped(field))]
pub struct FieldError {
    field: Cow<'static, str>,
    kind: FieldErrorKind,
}

/// A row a kind: its name, and the end of the sentence that begins with the field.
macro_rules! field_error_kinds {
    ($($(#[$more:meta])* $Kind:ident: $message:literal;)*) => {
        /// The ways in which a field can be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum FieldErrorKind {
            $(
                #[doc = concat!("It ", $message, ".")]
                $(#[$more])*
                #[error($message)]
                $Kind,
            )*
        }
    };
}

field_error_kinds! {
    Missing: "is missing or blank";
    ControlCharacter: "holds a line break or another control character";
    WhiteSpace: "holds white space";
    /// Such as a part of the `Authorization` header.
    NotASecret: "is more than the secret: leave out blanks around it, commas, and words such as \
        `User`";
    /// Such as what `Debug` shows of an [`ElementToken`](ce_model::ElementToken).
    Redacted: "is what is shown in place of a secret: use `expose`";
    /// The platform's path is the same everywhere.
    NotAnApiBase: "lacks the path of the platform's API, /elements/api-v2";
    /// An HTTP header can't carry them.
    NotAscii: "holds characters beyond ASCII";
    NotReturnedIntact: "holds a character that some providers do not return unchanged: use ASCII \
        letters, digits and -._~:/?=";
    NotAUrl: "is not an absolute http or https URL";
    NotACallbackUrl: "can't be a callback URL: use http or https, or a scheme of the application's own";
    /// RFC 6749, section 3.1.2.
    Fragment: "has a fragment, which a callback URL must not have";
    NotHttps: "is plain http to another machine, so secrets would travel unencrypted: use https";
    SurplusUrlParts: "has a user, a query or a fragment, which it must not have";
    TooLong: "is too long to be sent";
    NotAPathSegment: "can't be part of a path";
    /// Of a path, where they would be percent-encoded.
    HasParameters: "has a query or a fragment: add parameters by `parameter`";
    /// Of a parameter or a header.
    Reserved: "has no name, or one that is set in another way";
    /// See [`Condition`](crate::calls::Condition).
    NotACondition: "has a field whose name is blank or holds a backtick, none of several values, or a \
        number that is not finite";
    Repeated: "is given more than once";
    Zero: "must be more than zero";
    Reauthorized: "exists already, and only its user can authorize it again: change its \
        configuration by PatchInstance, and get it by its id";
    /// See [`ConnectRequest::recoverable`](crate::ConnectRequest::recoverable).
    NotRecoverable: "is missing: the flow was begun without `recoverable`, so its instance can't be told \
        from others: look for it by name and date (calls::ListInstances)";
    NotThere: "must be in the answer, and whole: get the instance first";
    NotJson: "can't be written as JSON";
    NotAHeader: "is not a valid HTTP header";
    Differs: "is another one than the user was sent away with";
    /// See [`ConnectRequest::provision`](crate::ConnectRequest::provision).
    NeedsNoConsent: "needs no consent of a user: provision the instance at once";
    /// See [`ConnectRequest::begin`](crate::ConnectRequest::begin).
    NeedsConsent: "needs the user's consent: begin the flow, or set how the element authenticates";
    /// See [`ConnectRequest::authentication`](crate::ConnectRequest::authentication).
    UnknownAuthentication: "is a way to authenticate that is not known here: set one that is";
}

impl FieldError {
    /// The name of the field.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What is wrong with it.
    pub fn kind(&self) -> FieldErrorKind {
        self.kind
    }
}

impl InvalidInput {
    /// One field that is wrong.
    pub fn new(field: impl Into<Cow<'static, str>>, kind: FieldErrorKind) -> Self {
        let field = field.into();
        Self(vec![FieldError { field, kind }])
    }

    /// Every problem, in the order of the fields.
    pub fn errors(&self) -> &[FieldError] {
        &self.0
    }

    /// The names of the fields that are missing.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        let missing = |error: &&FieldError| error.kind == FieldErrorKind::Missing;
        self.0.iter().filter(missing).map(FieldError::field)
    }
}

/// Collects what is wrong with the fields of an input.
#[derive(Debug, Default)]
pub(crate) struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub(crate) fn push(&mut self, field: impl Into<Cow<'static, str>>, kind: FieldErrorKind) {
        let field = field.into();
        self.0.push(FieldError { field, kind });
    }

    pub(crate) fn extend(&mut self, invalid: InvalidInput) {
        self.0.extend(invalid.0);
    }

    /// A text that must be there and fit on one line. Returns `true` if it does.
    pub(crate) fn text(&mut self, field: impl Into<Cow<'static, str>>, text: Option<&str>) -> bool {
        let kind = match text {
            None => FieldErrorKind::Missing,
            Some(text) if is_blank(text) => FieldErrorKind::Missing,
            Some(text) if has_control(text) => FieldErrorKind::ControlCharacter,
            Some(_) => return true,
        };
        self.push(field, kind);
        false
    }

    /// A secret that goes into a header.
    pub(crate) fn header_secret(&mut self, field: &'static str, secret: &str) {
        if !self.text(field, Some(secret)) {
            return;
        }
        let words = ["User ", "Organization ", "Element "];
        if !secret.is_ascii() {
            self.push(field, FieldErrorKind::NotAscii);
        } else if secret == "[redacted]" {
            self.push(field, FieldErrorKind::Redacted);
        } else if secret.trim() != secret
            || secret.contains(',')
            || words.iter().any(|word| secret.starts_with(word))
        {
            self.push(field, FieldErrorKind::NotASecret);
        }
    }

    /// What stands in a path between two slashes.
    pub(crate) fn path_segment(&mut self, field: &'static str, segment: &str) {
        // Dots are resolved away by every URL library, whether percent-encoded or not.
        if self.text(field, Some(segment)) && matches!(segment, "." | "..") {
            self.push(field, FieldErrorKind::NotAPathSegment);
        }
    }

    /// # Errors
    /// If anything is wrong.
    pub(crate) fn into_result(self) -> Result<(), InvalidInput> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(InvalidInput(self.0)),
        }
    }
}

/// Returns `true` if the text is empty or white space alone.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Returns `true` if the value is `null` or a blank string.
pub(crate) fn is_blank_value(value: &Json) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| is_blank(&text))
}

/// Returns `true` if the text holds a line break or another control character.
pub(crate) fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_named_in_one_sentence() {
        let mut errors = FieldErrors::default();
        errors.text("name", Some(" "));
        errors.text("scope", Some("Ann's \u{1F4F7}"));
        errors.url("callback URL", Some("example.com"));
        errors.url("events", Some("http://localhost/cb?x=1"));
        errors.header_secret("user secret", "käse");
        errors.path_segment("element", "..");
        errors.path_segment("element", "<odd key>");
        errors.text("a\nb", None);
        let error = errors.into_result().unwrap_err();
        assert_eq!(
            error.to_string(),
            "nothing was sent: name is missing or blank; \
             callback URL is not an absolute http or https URL; \
             user secret holds characters beyond ASCII; \
             element can't be part of a path; \
             a\\nb is missing or blank"
        );
        assert_eq!(error.missing().collect::<Vec<_>>(), ["name", "a\nb"]);
        assert_eq!(FieldErrors::default().into_result(), Ok(()));
    }
}
