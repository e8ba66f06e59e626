use std::ops::Range;
use std::sync::Arc;

use serde::Deserialize;
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

/// Instances to be added.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInstances {
    pub(crate) element: String,
    #[serde(default = "one")]
    pub(crate) count: usize,
    /// `Instance {id}` without it.
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
}

fn one() -> usize {
    1
}

pub(crate) fn add_instances(store: &Store, new: NewInstances) -> Result<Range<u64>, PreloadError> {
    let found = store.settings.catalogue.find(&new.element);
    let element = found.ok_or(PreloadError::NoElement {
        element: new.element,
    })?;
    let created = store.now();
    let mut state = store.state();
    let first = state.instances.next_id();
    for _ in 0..new.count {
        let id = state.instances.reserve();
        let token = Redacted::new(state.random.token());
        let mut instance = Instance::new(id, token, Arc::clone(element), created.clone());
        instance.tags.clone_from(&new.tags);
        if let Some(name) = &new.name {
            instance.name.clone_from(name);
        }
        state.instances.insert(instance);
    }
    Ok(first..state.instances.next_id())
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
    let revoke = |instance: &mut Instance| instance.valid = false;
    store
        .state()
        .instances
        .change(instance_id, revoke)
        .is_some()
}
