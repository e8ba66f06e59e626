//! What has to be right before anything is sent.

use ce_model::{AuthenticationScheme, Secret};

use super::{API_KEY, API_SECRET, CALLBACK_URL, ConnectRequest, REFRESH_TOKEN};
use crate::error::{FieldErrorKind, FieldErrors, InvalidInput};
use crate::flow::AuthorizationGrant;

/// Parameters of step 1 that have a place of their own here.
const STEP_1: [&str; 6] = [
    "apiKey",
    "apiSecret",
    "callbackUrl",
    "state",
    "scope",
    "requestToken",
];

impl ConnectRequest {
    /// Before a user is sent away.
    pub(super) fn inspect_beginning(&self) -> Result<(), InvalidInput> {
        let mut errors = self.inspect();
        self.inspect_consent(&mut errors);
        if let Some(state) = &self.state {
            errors.text("state", Some(state.expose()));
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

    /// Before the consent of a user is used up.
    pub(super) fn inspect_creation(
        &self,
        granted: &AuthorizationGrant,
    ) -> Result<(), InvalidInput> {
        let mut errors = self.inspect();
        self.inspect_consent(&mut errors);
        if granted.element != self.element {
            errors.push("element", FieldErrorKind::Differs);
        }
        if granted.instance != self.instance {
            errors.push("instance", FieldErrorKind::Differs);
        }
        errors.into_result()
    }

    /// Before an instance is created without anybody's consent.
    pub(super) fn inspect_provision(
        &self,
        granted: &AuthorizationGrant,
    ) -> Result<(), InvalidInput> {
        let mut errors = self.inspect();
        if let AuthenticationScheme::Other(_) = self.scheme {
            errors.push("authentication", FieldErrorKind::UnknownAuthentication);
        } else if self.needs_consent() {
            errors.push("authentication", FieldErrorKind::NeedsConsent);
        } else {
            // There is nobody whom they could be for.
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
        if granted.element != self.element {
            errors.push("element", FieldErrorKind::Differs);
        }
        errors.into_result()
    }

    /// Every entry that is lacking and that the flow itself knows of.
    pub(crate) fn missing(&self) -> Vec<String> {
        match self.inspect().into_result() {
            Ok(()) => Vec::new(),
            Err(error) => error.missing().map(str::to_owned).collect(),
        }
    }

    /// A callback URL, where a refresh token from elsewhere spares the user the way there.
    pub(crate) fn has_no_use_for(&self, key: Option<&str>) -> bool {
        key == Some(CALLBACK_URL) && self.body.external_authentication.is_some()
    }

    fn inspect_consent(&self, errors: &mut FieldErrors) {
        if let AuthenticationScheme::Other(_) = self.scheme {
            errors.push("authentication", FieldErrorKind::UnknownAuthentication);
        } else if !self.needs_consent() && self.instance.is_some() {
            errors.push("instance", FieldErrorKind::Reauthorized);
        } else if !self.needs_consent() {
            errors.push("authentication", FieldErrorKind::NeedsNoConsent);
        }
    }

    fn inspect(&self) -> FieldErrors {
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

/// Where events are reported.
const EVENTS_URL: &str = "event.notification.callback.url";
