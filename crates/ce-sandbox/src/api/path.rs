use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use serde::Deserialize;

use crate::catalogue::{Element, number};
use crate::store::{Instance, Store};
use crate::web::{ApiError, ApiResult, Credentials};

/// What varies in a path, decoded. What the route does not have is empty.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PathParameters {
    /// The key of an element, or its id.
    pub(crate) key: String,
    pub(crate) hub: String,
    pub(crate) resource: String,
    /// Of an instance, an object, a file or a job.
    pub(crate) id: String,
    pub(crate) entry: String,
    pub(crate) link: String,
}

/// The element that a path names.
pub(crate) struct ElementRef(pub(crate) Arc<Element>);

/// The instance that a path names by its id, or the credentials by their element token. The call may
/// be made; of an id from the path there may be no instance.
pub(crate) struct InstanceRef {
    pub(crate) store: Arc<Store>,
    pub(crate) id: u64,
}

impl InstanceRef {
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Instance) -> T) -> ApiResult<T> {
        let state = self.store.state();
        let instance = state.instances.get(self.id);
        Ok(read(
            instance.ok_or_else(|| ApiError::no_such_instance(self.id))?,
        ))
    }

    /// Changes the instance, if there is room for so many bytes more.
    pub(crate) fn change<T>(
        &self,
        weight: usize,
        change: impl FnOnce(&mut Instance) -> ApiResult<T>,
    ) -> ApiResult<T> {
        self.check_room(weight)?;
        let changed = self.store.state().instances.change(self.id, change);
        changed.unwrap_or_else(|| Err(ApiError::no_such_instance(self.id)))
    }

    pub(crate) fn check_room(&self, weight: usize) -> ApiResult<()> {
        match weight == 0 || self.store.state().instances.has_room_for(weight) {
            true => Ok(()),
            false => Err(ApiError::full()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathParameters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> ApiResult<Self> {
        let path = Path::from_request_parts(parts, state).await;
        let Path(parameters) = path.map_err(|_| ApiError::no_such_path())?;
        Ok(parameters)
    }
}

impl FromRequestParts<Arc<Store>> for ElementRef {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> ApiResult<Self> {
        let path = PathParameters::from_request_parts(parts, store).await?;
        element(store, &path.key).map(Self)
    }
}

impl FromRequestParts<Arc<Store>> for InstanceRef {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> ApiResult<Self> {
        let credentials = Credentials::read(&parts.headers)?;
        let path = PathParameters::from_request_parts(parts, store).await?;
        let store = Arc::clone(store);
        if path.id.is_empty() {
            let id = credentials.check_element_call(&store)?;
            return Ok(Self { store, id });
        }
        credentials.check_platform_call(&store)?;
        // What is no number is a path of the platform's own, such as `/instances/count`.
        let id = number(&path.id).ok_or_else(ApiError::no_such_path)?;
        let instance = Self { store, id };
        if !path.key.is_empty() {
            let element = element(&instance.store, &path.key)?;
            if instance.read(|instance| instance.element.id)? != element.id {
                return Err(ApiError::no_such_instance(id));
            }
        }
        Ok(instance)
    }
}

pub(crate) fn element(store: &Store, key_or_id: &str) -> ApiResult<Arc<Element>> {
    let element = store.settings.catalogue.find(key_or_id);
    let element = element.ok_or_else(|| ApiError::no_such_element(key_or_id))?;
    Ok(Arc::clone(element))
}
