use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use crate::catalogue::Object;
use crate::store::{Instance, Redacted, Store};

/// Why nothing was added.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PreloadError {
    /// The catalogue has no such element.
    #[error("there is no element {element:?}")]
    NoElement {
        /// What was asked for.
        element: String,
    },
    /// There is no such instance.
    #[error("there is no instance with the id {id}")]
    NoInstance {
        /// What was asked for.
        id: u64,
    },
    /// The instance's element has no such resource.
    #[error("the instance's element has no resource {resource:?}")]
    NoResource {
        /// What was asked for.
        resource: String,
    },
}

/// What instances that are added are like.
#[derive(Default)]
pub(crate) struct NewInstances {
    /// `Instance {id}` without it.
    pub(crate) name: Option<String>,
    pub(crate) tags: Vec<String>,
}

pub(crate) fn add_instances(
    store: &Store,
    element: &str,
    count: usize,
    like: &NewInstances,
) -> Result<Range<u64>, PreloadError> {
    let found = store.settings.catalogue.find(element);
    let element = found.ok_or_else(|| PreloadError::NoElement {
        element: element.to_owned(),
    })?;
    let created = store.now();
    let mut state = store.state();
    let mut ids = 0..0;
    for number in 0..count {
        let id = state.instances.reserve();
        ids = match number {
            0 => id..id + 1,
            _ => ids.start..id + 1,
        };
        let token = Redacted::new(state.random.token());
        let mut instance = Instance::new(id, token, Arc::clone(element), created.clone());
        instance.tags.clone_from(&like.tags);
        if let Some(name) = &like.name {
            instance.name.clone_from(name);
        }
        state.instances.insert(instance);
    }
    Ok(ids)
}

/// Named `Object {n}`, from 1 on.
pub(crate) fn numbered_objects(count: usize) -> impl Iterator<Item = Object> {
    (1..=count).map(|number| {
        let name = Value::from(format!("Object {number}"));
        Object::from_iter([("name".to_owned(), name)])
    })
}

pub(crate) fn add_objects(
    store: &Store,
    instance_id: u64,
    resource: &str,
    added: impl IntoIterator<Item = Object>,
) -> Result<(), PreloadError> {
    let mut state = store.state();
    let changed = state.instances.change(instance_id, |instance| {
        let objects = instance.objects_mut(resource);
        let objects = objects.ok_or_else(|| PreloadError::NoResource {
            resource: resource.to_owned(),
        })?;
        for object in added {
            objects.add(object);
        }
        Ok(())
    });
    changed.unwrap_or(Err(PreloadError::NoInstance { id: instance_id }))
}

/// Returns `false` if there is no such instance.
pub(crate) fn revoke(store: &Store, instance_id: u64) -> bool {
    let mut state = store.state();
    let revoked = state
        .instances
        .change(instance_id, |instance| instance.valid = false);
    revoked.is_some()
}
