use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::catalogue::{Element, number};
use crate::store::{Instance, State, Store};
use crate::web::{ApiError, Credentials};

/// The instance that a path names by its id, or the credentials by their element token. The call may
/// be made; of an id from the path there may be no instance.
pub(crate) struct InstanceRef {
    pub(crate) id: u64,
}

/// The element that a path names by its key or its id.
pub(crate) struct ElementRef(pub(crate) Arc<Element>);

/// The parts of a path that vary, decoded.
pub(crate) struct PathParameters(Vec<(String, String)>);

impl PathParameters {
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        let mut parameters = self.0.iter();
        let (_, value) = parameters.find(|(candidate, _)| candidate == name)?;
        Some(value)
    }

    /// One that the route has.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathParameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let parameters = parameters.map_err(|_| ApiError::no_such_path())?;
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(Self(parameters.iter().map(owned).collect()))
    }
}

impl FromRequestParts<Arc<Store>> for ElementRef {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> Result<Self, ApiError> {
        let path = PathParameters::from_request_parts(parts, store).await?;
        element(store, path.get("key")).map(Self)
    }
}

impl FromRequestParts<Arc<Store>> for InstanceRef {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> Result<Self, ApiError> {
        let credentials = Credentials::read(&parts.headers)?;
        let path = PathParameters::from_request_parts(parts, store).await?;
        let Some(id) = path.find("id") else {
            let id = credentials.element_call(store)?.instance_id;
            return Ok(Self { id });
        };
        credentials.platform_call(store)?;
        // What is no number is a path of the platform's own, such as `/instances/count`.
        let id = number(id).ok_or_else(ApiError::no_such_path)?;
        if let Some(key) = path.find("key") {
            let element = element(store, key)?;
            let state = store.state();
            let instance = state.instances.get(id);
            let of_element = instance.filter(|instance| instance.element.id == element.id);
            of_element.ok_or_else(|| ApiError::no_such_instance(id))?;
        }
        Ok(Self { id })
    }
}

pub(crate) fn element(store: &Store, key_or_id: &str) -> Result<Arc<Element>, ApiError> {
    let element = store.settings.catalogue.find(key_or_id);
    let element = element.ok_or_else(|| ApiError::no_such_element(key_or_id))?;
    Ok(Arc::clone(element))
}

/// An instance of the store, or the platform's error if there is none.
pub(crate) fn instance(state: &State, id: u64) -> Result<&Instance, ApiError> {
    let instance = state.instances.get(id);
    instance.ok_or_else(|| ApiError::no_such_instance(id))
}

/// Changes an instance, or returns the platform's error if there is none.
pub(crate) fn change_instance<T>(
    state: &mut State,
    id: u64,
    change: impl FnOnce(&mut Instance) -> T,
) -> Result<T, ApiError> {
    let changed = state.instances.change(id, change);
    changed.ok_or_else(|| ApiError::no_such_instance(id))
}
