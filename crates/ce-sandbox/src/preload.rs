use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;

use crate::instance::Instance;
use crate::order;
use crate::platform::Platform;
use crate::redacted::Redacted;
use crate::resources::own_shelf;
use crate::shelf::Object;

/// Why nothing was added behind the clients' back.
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

/// All alike but for id, name and token: they share what takes room.
pub(crate) fn instances(
    platform: &Platform,
    element: &str,
    count: usize,
) -> Result<Range<u64>, PreloadError> {
    let found = platform.catalogue.get(element);
    let element = found.ok_or_else(|| PreloadError::NoElement {
        element: element.to_owned(),
    })?;
    let configuration = order::configuration(element, Object::new());
    let created = platform.now();
    let mut state = platform.state();
    let mut ids = 0..0;
    for number in 0..count {
        let id = state.instances.reserve();
        ids = match number {
            0 => id..id + 1,
            _ => ids.start..id + 1,
        };
        let token = state.chance.token();
        state.instances.insert(Instance {
            id,
            name: format!("Instance {id}"),
            created: created.clone(),
            token: Redacted::new(token),
            element: Arc::clone(element),
            tags: Vec::new(),
            provider_data: None,
            configuration: configuration.clone(),
            external_authentication: "none",
            disabled: false,
            valid: true,
            shelves: Default::default(),
        });
    }
    Ok(ids)
}

pub(crate) fn objects(
    platform: &Platform,
    instance_id: u64,
    resource: &str,
    count: usize,
) -> Result<(), PreloadError> {
    let mut state = platform.state();
    let added = state.instances.change(instance_id, |instance| {
        let shelf = own_shelf(instance, resource).map_err(|_| PreloadError::NoResource {
            resource: resource.to_owned(),
        })?;
        for number in 1..=count {
            let name = Value::from(format!("Object {number}"));
            shelf.add(Object::from_iter([("name".to_owned(), name)]));
        }
        Ok(())
    });
    added.unwrap_or(Err(PreloadError::NoInstance { id: instance_id }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_and_objects_are_there_at_once() {
        let platform = Platform::for_test();
        // More than clients may make.
        let ids = instances(&platform, "etsy", 20).unwrap();
        assert_eq!(ids.clone().count(), 20);
        assert_eq!(instances(&platform, "2210", 0), Ok(0..0));
        objects(&platform, ids.start, "products", 30).unwrap();
        let mut state = platform.state();
        assert_eq!(
            state
                .instances
                .iter()
                .map(|instance| instance.id)
                .collect::<Vec<_>>(),
            ids.clone().collect::<Vec<_>>()
        );
        assert!(!state.instances.has_room());
        let count =
            |instance: &mut Instance| own_shelf(instance, "products").map(|shelf| shelf.len());
        assert_eq!(
            state.instances.change(ids.start, count).unwrap().ok(),
            Some(32)
        );
        assert_eq!(
            state.instances.change(ids.start + 1, count).unwrap().ok(),
            Some(2)
        );
    }

    #[test]
    fn what_is_not_there_is_named() {
        let platform = Platform::for_test();
        let id = instances(&platform, "etsy", 1).unwrap().start;
        let errors = [
            instances(&platform, "nothing", 1).unwrap_err(),
            objects(&platform, id + 1, "products", 1).unwrap_err(),
            objects(&platform, id, "contacts", 1).unwrap_err(),
        ];
        let named = [
            "nothing".to_owned(),
            (id + 1).to_string(),
            "contacts".to_owned(),
        ];
        for (error, named) in errors.iter().zip(&named) {
            assert!(error.to_string().contains(named), "{error}");
        }
    }
}
