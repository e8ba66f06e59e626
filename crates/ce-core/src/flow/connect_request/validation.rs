//! What is checked before anything is sent.

use ce_model::{AuthenticationScheme, Secret};

use super::{API_KEY, API_SECRET, CALLBACK_URL, ConnectRequest, REFRESH_TOKEN};
use crate::error::{FieldErrorKind, FieldErrors, InvalidInput, is_blank};
use crate::flow::AuthorizationGrant;

/// The parameters of step 1 that another method sets.
const STEP_1: [&str; 6] = [
    "apiKey",
    "apiSecret",
    "callbackUrl",
    "state",
    "scope",
    "requestToken",
];

impl ConnectRequest {
    /// What is checked before a user is sent away.
    pub(in crate::flow) fn validate_begin(&self) -> Result<(), InvalidInput> {
        let mut errors = self.check();
        self.check_consent(&mut errors);
        if let Some(state) = self.state.as_ref().map(Secret::expose) {
            let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?=".contains(&byte);
            if is_blank(state) {
                errors.push("state", FieldErrorKind::Missing);
            } else if !state.bytes().all(is_safe) {
                errors.push("state", FieldErrorKind::NotReturnedIntact);
            }
        }
        if let Some(scope) = &self.scope {
            errors.text("scope", Some(scope));
        }
        for (index, (name, value)) in self.parameters.iter().enumerate() {
            let field = || format!("parameter {name:?}");
            let earlier = self.parameters.iter().take(index);
            if name.trim().is_empty() || STEP_1.contains(&name.as_str()) {
                errors.push(field(), FieldErrorKind::Reserved);
            } else if earlier.clone().any(|(other, _)| other == name) {
                errors.push(field(), FieldErrorKind::Repeated);
            } else {
                errors.text(field(), Some(value.expose()));
            }
        }
        errors.into_result()
    }

    /// What is checked before a user's consent is used up.
    pub(in crate::flow) fn validate_create(
        &self,
        grant: &AuthorizationGrant,
    ) -> Result<(), InvalidInput> {
        let mut errors = self.check();
        self.check_consent(&mut errors);
        if grant.element != self.element {
            errors.push("element", FieldErrorKind::Differs);
        }
        if grant.instance != self.instance {
            errors.push("instance", FieldErrorKind::Differs);
        }
        errors.into_result()
    }

    /// What is checked before an instance is created without a user's consent.
    pub(in crate::flow) fn validate_provision(
        &self,
        grant: &AuthorizationGrant,
    ) -> Result<(), InvalidInput> {
        let mut errors = self.check();
        if let AuthenticationScheme::Other(_) = self.scheme {
            errors.push("authentication", FieldErrorKind::UnknownAuthentication);
        } else if self.needs_consent() {
            errors.push("authentication", FieldErrorKind::NeedsConsent);
        } else {
            // Only a user who is sent away could need them.
            for (name, _) in &self.parameters {
                errors.push(
                    format!("parameter {name:?}"),
                    FieldErrorKind::NeedsNoConsent,
                );
            }
            let given = [
                ("state", self.state.is_some()),
                ("scope", self.scope.is_some()),
            ];
            for (field, _) in given.into_iter().filter(|(_, given)| *given) {
                errors.push(field, FieldErrorKind::NeedsNoConsent);
            }
        }
        if self.instance.is_some() && !self.needs_consent() {
            errors.push("instance", FieldErrorKind::Reauthorized);
        }
        if grant.element != self.element {
            errors.push("element", FieldErrorKind::Differs);
        }
        errors.into_result()
    }

    /// The names of missing entries that the flow itself requires.
    pub(in crate::flow) fn missing(&self) -> Vec<String> {
        match self.check().into_result() {
            Ok(()) => Vec::new(),
            Err(error) => error.missing().map(str::to_owned).collect(),
        }
    }

    /// Returns `true` if the entry is the callback URL, and a refresh token makes it needless.
    pub(in crate::flow) fn has_no_use_for(&self, key: Option<&str>) -> bool {
        key == Some(CALLBACK_URL) && self.body.external_authentication.is_some()
    }

    /// Returns `true` if a method of its own sets the entry, rather than
    /// [`configuration`](ConnectRequest::configuration).
    pub(in crate::flow) fn sets(&self, key: &str) -> bool {
        [API_KEY, API_SECRET, CALLBACK_URL, REFRESH_TOKEN].contains(&key)
            || key.starts_with("event.")
    }

    fn check_consent(&self, errors: &mut FieldErrors) {
        if let AuthenticationScheme::Other(_) = self.scheme {
            errors.push("authentication", FieldErrorKind::UnknownAuthentication);
        } else if !self.needs_consent() && self.instance.is_some() {
            errors.push("instance", FieldErrorKind::Reauthorized);
        } else if !self.needs_consent() {
            errors.push("authentication", FieldErrorKind::NeedsNoConsent);
        }
    }

    fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        errors.path_segment("element", self.element.as_str());
        if self.scheme.needs_consent() {
            errors.text(API_KEY, self.api_key.as_deref());
            errors.text(API_SECRET, self.api_secret.as_ref().map(Secret::expose));
        }
        if self.needs_consent() {
            errors.url(CALLBACK_URL, self.callback_url.as_deref());
        }
        errors.text("name", self.body.name.as_deref());
        for tag in self.body.tags.iter().flatten() {
            errors.text("tags", Some(tag));
        }
        for key in &self.reserved {
            errors.push(format!("configuration {key:?}"), FieldErrorKind::Reserved);
        }
        for key in &self.repeated {
            errors.push(format!("configuration {key:?}"), FieldErrorKind::Repeated);
        }
        let entries = self.body.configuration.as_ref();
        for (key, value) in entries.iter().flat_map(|entries| entries.iter()) {
            errors.text("configuration", Some(key));
            match key {
                REFRESH_TOKEN => {
                    errors.text(REFRESH_TOKEN, value.as_str().as_deref());
                }
                EVENTS_URL => errors.url(EVENTS_URL, value.as_str().as_deref()),
                _ => {}
            }
        }
        errors
    }
}

/// Where changes at the provider are reported.
const EVENTS_URL: &str = "event.notification.callback.url";
