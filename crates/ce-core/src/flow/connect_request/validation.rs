//! What is checked before anything is sent.

use std::collections::HashSet;

use ce_model::AuthenticationScheme::Other;

use super::{
    API_KEY, API_SECRET, CALLBACK_URL, CallbackUrl, ConnectRequest, REFRESH_TOKEN, exposed,
};
use crate::error::FieldErrorKind::{
    Differs, Missing, NeedsConsent, NeedsNoConsent, NotReturnedIntact, Reauthorized, Repeated,
    Reserved, UnknownAuthentication,
};
use crate::error::{FieldErrors, InvalidInput, is_blank};
use crate::flow::AuthorizationGrant;

/// The parameters of step 1 that are set by methods of their own, or by the flow.
#[rustfmt::skip]
const STEP_1: [&str; 6] = ["apiKey", "apiSecret", "callbackUrl", "state", "scope", "requestToken"];

/// What [`ConnectRequest::oauth_proxy`] adds to them.
pub(super) const OF_PROXY: [&str; 2] = ["isOauthProxy", "oauthProxyName"];

/// Where changes at the provider are reported.
const EVENTS_URL: &str = "event.notification.callback.url";

impl ConnectRequest {
    /// What is checked before a user is sent away.
    pub(in crate::flow) fn validate_begin(&self) -> Result<(), InvalidInput> {
        let mut errors = self.check(true);
        if let Some(proxy) = &self.oauth_proxy {
            proxy.check(&mut errors);
        }
        match exposed(&self.state) {
            Some(state) if is_blank(state) => errors.push("state", Missing),
            // One that is a URL brings its own parameters back. Behind the proxy's it would be cut.
            Some(state)
                if !state.split('?').all(is_returned_intact)
                    || self.oauth_proxy.is_some() && state.contains('?') =>
            {
                errors.push("state", NotReturnedIntact);
            }
            _ => {}
        }
        if let Some(scope) = &self.scope {
            errors.text("scope", Some(scope));
        }
        let mut given = HashSet::new();
        for (name, value) in &self.parameters {
            let field = format!("parameter {name:?}");
            let is_of_proxy = self.oauth_proxy.is_some() && OF_PROXY.contains(&name.as_str());
            if is_blank(name) || STEP_1.contains(&name.as_str()) || is_of_proxy {
                errors.push(field, Reserved);
            } else if !given.insert(name) {
                errors.push(field, Repeated);
            } else {
                errors.text(field, Some(value.expose()));
            }
        }
        errors.into_result()
    }

    /// What is checked before an instance is created, and a user's consent used up.
    pub(in crate::flow) fn validate_create(
        &self,
        grant: &AuthorizationGrant,
        is_consented: bool,
    ) -> Result<(), InvalidInput> {
        let mut errors = self.check(is_consented);
        if grant.element != self.element {
            errors.push("element", Differs);
        }
        if is_consented && grant.instance != self.instance {
            errors.push("instance", Differs);
        }
        errors.into_result()
    }

    /// The names of missing entries that the flow itself requires.
    pub(in crate::flow) fn missing(&self) -> Vec<String> {
        let invalid = self.check(true).into_result().err();
        let missing = invalid.iter().flat_map(InvalidInput::missing);
        missing.map(str::to_owned).collect()
    }

    /// Returns `true` if the entry is the callback URL, and a refresh token makes it needless.
    pub(in crate::flow) fn has_no_use_for(&self, key: Option<&str>) -> bool {
        key == Some(CALLBACK_URL) && self.is_authorized_elsewhere()
    }

    /// The configuration entries that only the caller can have misspelled.
    pub(in crate::flow) fn spelled(&self) -> impl Iterator<Item = &str> {
        let keys = self.configuration.iter().map(|(key, _)| key.as_str());
        keys.filter(|key| *key != REFRESH_TOKEN && !key.starts_with("event."))
    }

    /// What is checked in any case. `is_consented` says whether a user is, or was, sent away.
    fn check(&self, is_consented: bool) -> FieldErrors {
        let mut errors = FieldErrors::default();
        errors.path_segment("element", self.element.as_str());
        // What a user's consent requires says nothing where another authentication was meant.
        let lacks_consent = self.needs_consent() && !is_consented;
        if self.scheme.needs_consent() && !lacks_consent {
            errors.text(API_KEY, self.api_key.as_deref());
            errors.text(API_SECRET, exposed(&self.api_secret));
        }
        if self.needs_consent() && !lacks_consent {
            let url = self.callback_url.as_ref().map(CallbackUrl::as_str);
            errors.callback_url(CALLBACK_URL, url);
        }
        errors.text("name", self.name.as_deref());
        for tag in &self.tags {
            errors.text("tags", Some(tag));
        }
        self.check_configuration(&mut errors);
        match (&self.scheme, self.needs_consent()) {
            (Other(_), _) => errors.push("authentication", UnknownAuthentication),
            (_, true) if !is_consented => errors.push("authentication", NeedsConsent),
            (_, true) => {}
            (_, false) if self.instance.is_some() => errors.push("instance", Reauthorized),
            (_, false) if is_consented => errors.push("authentication", NeedsNoConsent),
            // Only a user who is sent away could need them.
            (_, false) => {
                for (name, _) in &self.parameters {
                    errors.push(format!("parameter {name:?}"), NeedsNoConsent);
                }
                let given = [
                    ("state", self.state.is_some()),
                    ("scope", self.scope.is_some()),
                    ("OAuth proxy", self.oauth_proxy.is_some()),
                ];
                for (field, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
                    errors.push(field, NeedsNoConsent);
                }
            }
        }
        errors
    }

    fn check_configuration(&self, errors: &mut FieldErrors) {
        let mut given: HashSet<&str> = self.events.iter().map(|(key, _)| key).collect();
        given.extend(self.refresh_token.iter().map(|_| REFRESH_TOKEN));
        for (key, _) in &self.configuration {
            errors.text("configuration", Some(key));
            if has_method(key) {
                errors.push(format!("configuration {key:?}"), Reserved);
            } else if !given.insert(key) {
                errors.push(format!("configuration {key:?}"), Repeated);
            }
        }
        let entry = |key| {
            let own = self.configuration.iter().find(|(name, _)| name == key);
            own.map(|(_, value)| value).or_else(|| self.events.get(key))
        };
        if let Some(token) = &self.refresh_token {
            errors.text(REFRESH_TOKEN, Some(token.expose()));
        } else if let Some(token) = entry(REFRESH_TOKEN) {
            errors.text(REFRESH_TOKEN, token.as_str().as_deref());
        }
        if let Some(url) = entry(EVENTS_URL) {
            errors.url(EVENTS_URL, url.as_str().as_deref());
        }
    }
}

/// Returns `true` if a text comes back the same from a provider that percent-encodes and from one that
/// does not, and does not end the value of a query that it is put into.
pub(super) fn is_returned_intact(text: &str) -> bool {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/=".contains(&byte);
    text.bytes().all(is_safe)
}

/// Returns `true` if the configuration entry is set by a method of its own.
fn has_method(key: &str) -> bool {
    [API_KEY, API_SECRET, CALLBACK_URL].contains(&key)
}
