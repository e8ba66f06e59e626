use std::borrow::Cow;
use std::fmt;

use ce_model::{Json, Secret};

/// What was given can't be used. Nothing was sent.
///
/// It names every problem at once, by the platform's own names where there are such
/// (`oauth.api.key`).
///
/// ```
/// use ce_core::{Credentials, Config};
///
/// let error = Config::new("ftp://example", Credentials::new("", "a\nb")).unwrap_err();
/// let fields: Vec<_> = error.errors().iter().map(|error| error.field()).collect();
/// assert_eq!(fields, ["base URL", "user secret", "organization secret"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidInput(Vec<FieldError>);

/// One thing that is wrong with what was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    field: Cow<'static, str>,
    kind: FieldErrorKind,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldErrorKind {
    /// It wasn't given, or is blank.
    Missing,
    /// It holds a line break or another control character.
    ControlCharacter,
    /// It holds characters beyond ASCII, which an HTTP header can't carry.
    NotAscii,
    /// It isn't an absolute `http` or `https` URL.
    NotAUrl,
    /// It is plain `http` to a host that isn't this machine: secrets would travel unencrypted.
    NotHttps,
    /// It has parts that it must not have: user, query or fragment.
    SurplusUrlParts,
    /// It is longer than can be sent.
    TooLong,
    /// It can't be part of a path.
    NotAPathSegment,
    /// It has no name, or the name of a parameter that is set in another way.
    Reserved,
    /// It is given more than once.
    Repeated,
    /// It must be one at least.
    Zero,
    /// An instance is authorized again by its user alone: the element's users are not asked, or
    /// there is nothing to look for, since the instance's id is known.
    Reauthorized,
    /// The flow was not made [recoverable](crate::ConnectRequest::recoverable), so that its instance
    /// has no tag to be found by.
    NotRecoverable,
    /// It isn't among what the platform answered.
    NotThere,
    /// It can't be written as JSON.
    NotJson,
    /// It is another one than the one that the user was sent away with.
    Differs,
    /// The element's users are not sent anywhere: its instance is created at once, by
    /// [`ConnectRequest::provision`](crate::ConnectRequest::provision).
    NeedsNoConsent,
    /// The element's users have to be sent to the provider's page first, by
    /// [`ConnectRequest::begin`](crate::ConnectRequest::begin).
    NeedsConsent,
    /// It is a way to authenticate that isn't known here; set one that is by
    /// [`ConnectRequest::authentication`](crate::ConnectRequest::authentication).
    UnknownAuthentication,
}

impl FieldErrorKind {
    fn sentence(self) -> &'static str {
        match self {
            Self::Missing => "is missing or blank",
            Self::ControlCharacter => "holds a line break or another control character",
            Self::NotAscii => "holds characters beyond ASCII",
            Self::NotAUrl => "is not an absolute http or https URL",
            Self::NotHttps => {
                "is plain http to another machine, so secrets would travel unencrypted: use https"
            }
            Self::SurplusUrlParts => "has a user, a query or a fragment, which it must not have",
            Self::TooLong => "is too long to be sent",
            Self::NotAPathSegment => "can't be part of a path",
            Self::Reserved => "has no name, or one that is set in another way",
            Self::Repeated => "is given more than once",
            Self::Zero => "must be one at least",
            Self::Reauthorized => {
                "is there already, and only its user can authorize it again: change what it is \
                 configured with by PatchInstance, and get it by its id"
            }
            Self::NotRecoverable => {
                "is missing: the flow was not made recoverable, so there is nothing to look for"
            }
            Self::NotThere => "are not, or not all, in the answer: get the instance first",
            Self::NotJson => "can't be written as JSON",
            Self::Differs => "is another one than the user was sent away with",
            Self::NeedsNoConsent => "needs no consent of a user: provision the instance at once",
            Self::NeedsConsent => "needs the user's consent: begin the flow first",
            Self::UnknownAuthentication => {
                "is a way to authenticate that is not known here: set one that is"
            }
        }
    }
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

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.kind.sentence())
    }
}

impl InvalidInput {
    /// Every problem, in the order of the fields.
    pub fn errors(&self) -> &[FieldError] {
        &self.0
    }

    /// The names of the entries that are missing.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|error| error.kind == FieldErrorKind::Missing)
            .map(FieldError::field)
    }

    pub(crate) fn one(field: &'static str, kind: FieldErrorKind) -> Self {
        Self(vec![FieldError {
            field: field.into(),
            kind,
        }])
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was sent: ")?;
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidInput {}

/// Looks at every field and collects what is wrong.
#[derive(Default)]
pub(crate) struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    pub(crate) fn push(&mut self, field: impl Into<Cow<'static, str>>, kind: FieldErrorKind) {
        self.0.push(FieldError {
            field: field.into(),
            kind,
        });
    }

    /// A text that must be there and fit on one line.
    pub(crate) fn text(&mut self, field: impl Into<Cow<'static, str>>, text: Option<&str>) {
        match text {
            None => self.push(field, FieldErrorKind::Missing),
            Some(text) if is_blank(text) => self.push(field, FieldErrorKind::Missing),
            Some(text) if has_control(text) => {
                self.push(field, FieldErrorKind::ControlCharacter);
            }
            Some(_) => {}
        }
    }

    /// A secret that goes into a header.
    pub(crate) fn header_secret(&mut self, field: &'static str, secret: &Secret) {
        let before = self.0.len();
        self.text(field, Some(secret.expose()));
        if self.0.len() == before && !secret.expose().is_ascii() {
            self.push(field, FieldErrorKind::NotAscii);
        }
    }

    /// What stands in a path between two slashes.
    pub(crate) fn path_segment(&mut self, field: &'static str, segment: &str) {
        let before = self.0.len();
        self.text(field, Some(segment));
        // Dots are resolved away by every URL library, whether percent-encoded or not.
        if self.0.len() == before && matches!(segment, "." | "..") {
            self.push(field, FieldErrorKind::NotAPathSegment);
        }
    }

    pub(crate) fn url(&mut self, field: &'static str, url: Option<&str>) {
        let before = self.0.len();
        self.text(field, url);
        if self.0.len() == before && !url.is_some_and(crate::config::url::names_http_host) {
            self.push(field, FieldErrorKind::NotAUrl);
        }
    }

    pub(crate) fn passed(self) -> Result<(), InvalidInput> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(InvalidInput(self.0))
        }
    }
}

/// Is there nothing to be seen?
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Is it nothing, or nothing to be seen?
pub(crate) fn is_blank_value(value: &Json) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| is_blank(&text))
}

/// Does it hold a line break or another control character?
pub(crate) fn has_control(text: &str) -> bool {
    // To the end in any case: that way the compiler looks at many bytes at once.
    let is_doubtful = |byte| !matches!(byte, b' '..=b'~');
    text.bytes()
        .fold(false, |found, byte| found | is_doubtful(byte))
        && text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_problem_in_one_sentence() {
        let mut errors = FieldErrors::default();
        errors.text("name", Some(" "));
        errors.url("callback URL", Some("example.com"));
        errors.header_secret("user secret", &Secret::new("käse"));
        errors.path_segment("element", "..");
        let error = errors.passed().unwrap_err();
        assert_eq!(
            error.to_string(),
            "nothing was sent: name is missing or blank; \
             callback URL is not an absolute http or https URL; \
             user secret holds characters beyond ASCII; \
             element can't be part of a path"
        );
        assert_eq!(error.missing().collect::<Vec<_>>(), ["name"]);
    }

    #[test]
    fn nothing_wrong_is_no_error() {
        let mut errors = FieldErrors::default();
        errors.text("name", Some("Ann's \u{1F4F7}"));
        errors.url("callback URL", Some("http://localhost/cb?x=1"));
        errors.path_segment("element", "<odd key>");
        assert_eq!(errors.passed(), Ok(()));
    }
}
