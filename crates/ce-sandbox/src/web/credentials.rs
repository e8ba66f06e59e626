use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::ApiResult;
use super::api_error::ApiError;
use crate::store::{Redacted, Store};

/// The parts of an `Authorization` header: `User …, Organization …, Element …`.
#[derive(Default)]
pub(crate) struct Credentials {
    user: Option<Redacted>,
    organization: Option<Redacted>,
    element: Option<Redacted>,
}

/// A call to the platform that may be made.
pub(crate) struct PlatformCall;

impl Credentials {
    /// Reads what there is. Old clients write `Element: TOKEN`, or leave the commas out, and the
    /// platform takes both. Parts of another kind are ignored.
    pub(crate) fn read(headers: &HeaderMap) -> ApiResult<Self> {
        let mut credentials = Self::default();
        for value in headers.get_all(AUTHORIZATION) {
            let value = value.to_str().map_err(|_| invalid())?;
            let words = value.split(|c: char| c == ',' || c.is_whitespace());
            let mut words = words.filter(|word| !word.is_empty());
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

    /// User and organization have to be there, and whatever is there has to be right.
    pub(crate) fn check_platform_call(&self, store: &Store) -> ApiResult<()> {
        self.check(
            store,
            &[("User", &self.user), ("Organization", &self.organization)],
        )?;
        match self.element {
            Some(_) => self.instance_id(store).map(drop),
            None => Ok(()),
        }
    }

    /// The instance that the call goes through. The organization may be left out.
    pub(crate) fn check_element_call(&self, store: &Store) -> ApiResult<u64> {
        self.check(store, &[("User", &self.user), ("Element", &self.element)])?;
        self.instance_id(store)
    }

    fn check(&self, store: &Store, required: &[(&str, &Option<Redacted>)]) -> ApiResult<()> {
        let missing = required.iter().filter(|(_, part)| part.is_none());
        let missing: Vec<&str> = missing.map(|(kind, _)| *kind).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            return Err(unauthorized(format!(
                "The Authorization header lacks: {missing}."
            )));
        }
        let settings = &store.settings;
        let is_right = |given: &Option<Redacted>, right: &Redacted| {
            given.as_ref().is_none_or(|given| given == right)
        };
        let is_user = is_right(&self.user, &settings.user_secret);
        match is_user && is_right(&self.organization, &settings.organization_secret) {
            true => Ok(()),
            false => Err(invalid()),
        }
    }

    fn instance_id(&self, store: &Store) -> ApiResult<u64> {
        let token = self.element.as_ref().map_or("", Redacted::expose);
        let state = store.state();
        let instance = state.instances.find_by_token(token);
        Ok(instance.ok_or_else(invalid)?.id)
    }
}

impl FromRequestParts<Arc<Store>> for PlatformCall {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> ApiResult<Self> {
        Credentials::read(&parts.headers)?.check_platform_call(store)?;
        Ok(Self)
    }
}

fn unauthorized(message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, message)
}

/// Which of them is wrong stays untold.
fn invalid() -> ApiError {
    unauthorized("Invalid Organization or User secret, or invalid Element token provided.")
}
