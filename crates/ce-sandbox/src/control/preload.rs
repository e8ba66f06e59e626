use std::ops::Range;
use std::sync::Arc;

use crate::store::{Configuration, Instance, Redacted, Store, numbered_objects};

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

/// All alike but for id, name and token.
pub(crate) fn add_instances(
    store: &Store,
    element: &str,
    count: usize,
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
        let token = state.random.token();
        state.instances.insert(Instance {
            id,
            name: format!("Instance {id}"),
            created: created.clone(),
            token: Redacted::new(token),
            element: Arc::clone(element),
            tags: Vec::new(),
            provider_data: None,
            configuration: Configuration::default(),
            external_authentication: "none",
            disabled: false,
            valid: true,
            changed: Default::default(),
        });
    }
    Ok(ids)
}

pub(crate) fn add_objects(
    store: &Store,
    instance_id: u64,
    resource: &str,
    count: usize,
) -> Result<(), PreloadError> {
    let mut state = store.state();
    let added = state.instances.change(instance_id, |instance| {
        let objects = instance.objects_mut(resource);
        let objects = objects.ok_or_else(|| PreloadError::NoResource {
            resource: resource.to_owned(),
        })?;
        for object in numbered_objects(count) {
            objects.add(object);
        }
        Ok(())
    });
    added.unwrap_or(Err(PreloadError::NoInstance { id: instance_id }))
}
