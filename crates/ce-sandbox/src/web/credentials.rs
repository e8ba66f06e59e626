use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::api_error::ApiError;
use crate::store::{Redacted, Store};

/// The parts of an `Authorization` header: `User …, Organization …, Element …`.
#[derive(Default)]
pub(crate) struct Credentials {
    user: Option<Redacted>,
    organization: Option<Redacted>,
    element: Option<Redacted>,
}

/// A call to the platform that may be made: user and organization have to be there, and whatever is
/// there has to be right.
pub(crate) struct PlatformCall;

/// A call through an instance that may be made. The organization may be left out.
pub(crate) struct ElementCall {
    pub(crate) instance_id: u64,
}

impl Credentials {
    /// Reads what there is. Old clients write `Element: TOKEN`, or leave the commas out, and the
    /// platform takes both. Parts of another kind are ignored.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut credentials = Self::default();
        for value in headers.get_all(AUTHORIZATION) {
            let value = value.to_str().map_err(|_| invalid())?;
            let mut words = value
                .split(|c: char| c == ',' || c.is_whitespace())
                .filter(|word| !word.is_empty());
            while let Some(word) = words.next() {
                let kind = word.trim_end_matches(':').to_ascii_lowercase();
                let place = match kind.as_str() {
                    "user" => &mut credentials.user,
                    "organization" => &mut credentials.organization,
                    "element" => &mut credentials.element,
                    _ => continue,
                };
                let secret = Redacted::new(words.next().unwrap_or_default());
                // Of two, which would count?
                if place.replace(secret).is_some() {
                    return Err(invalid());
                }
            }
        }
        Ok(credentials)
    }

    pub(crate) fn names_an_element(&self) -> bool {
        self.element.is_some()
    }

    pub(crate) fn platform_call(&self, store: &Store) -> Result<PlatformCall, ApiError> {
        self.present(&[("User", &self.user), ("Organization", &self.organization)])?;
        self.check_secrets(store)?;
        if self.names_an_element() {
            self.instance_id(store)?;
        }
        Ok(PlatformCall)
    }

    pub(crate) fn element_call(&self, store: &Store) -> Result<ElementCall, ApiError> {
        self.present(&[("User", &self.user), ("Element", &self.element)])?;
        self.check_secrets(store)?;
        Ok(ElementCall {
            instance_id: self.instance_id(store)?,
        })
    }

    fn present(&self, required: &[(&str, &Option<Redacted>)]) -> Result<(), ApiError> {
        let missing = required.iter().filter(|(_, part)| part.is_none());
        let missing: Vec<&str> = missing.map(|(kind, _)| *kind).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(unauthorized(format!(
            "The Authorization header lacks: {}.",
            missing.join(", ")
        )))
    }

    fn check_secrets(&self, store: &Store) -> Result<(), ApiError> {
        let settings = &store.settings;
        let right = |given: &Option<Redacted>, expected: &Redacted| {
            given.as_ref().is_none_or(|given| given == expected)
        };
        match right(&self.user, &settings.user_secret)
            && right(&self.organization, &settings.organization_secret)
        {
            true => Ok(()),
            false => Err(invalid()),
        }
    }

    fn instance_id(&self, store: &Store) -> Result<u64, ApiError> {
        let token = self.element.as_ref().map_or("", Redacted::expose);
        let state = store.state();
        let instance = state.instances.find_by_token(token);
        Ok(instance.ok_or_else(invalid)?.id)
    }
}

impl FromRequestParts<Arc<Store>> for PlatformCall {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> Result<Self, ApiError> {
        Credentials::read(&parts.headers)?.platform_call(store)
    }
}

impl FromRequestParts<Arc<Store>> for ElementCall {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> Result<Self, ApiError> {
        Credentials::read(&parts.headers)?.element_call(store)
    }
}

fn unauthorized(message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, message)
}

/// Which of them is wrong stays untold.
fn invalid() -> ApiError {
    unauthorized("Invalid Organization or User secret, or invalid Element token provided.")
}
