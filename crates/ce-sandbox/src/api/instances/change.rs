use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value};

use super::consent::{Consent, says_something};
use super::create_request::{self, check_required};
use super::view::without_provider_data;
use crate::api::path::{InstanceRef, change_instance, instance};
use crate::catalogue::{Element, Object, weight_of};
use crate::store::{Instance, Store, mask_all, without_tags};
use crate::web::{ApiError, JsonObject};

/// `PATCH /instances/{id}`: what is named changes, and the rest stays.
pub(crate) async fn patch(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
    JsonObject(body): JsonObject,
) -> Result<Json<Value>, ApiError> {
    let change = Change::read(body)?;
    if change
        .name
        .as_ref()
        .is_some_and(|name| name.trim().is_empty())
    {
        return Err(ApiError::bad_request("name has to be text, and not blank."));
    }
    change.apply(&store, id, |instance, configuration| {
        let element = Arc::clone(&instance.element);
        instance.configuration.merge(&element, configuration);
    })
}

/// `PUT /instances/{id}`: what is not named goes, as if the instance were created anew.
///
/// But for what only re-authorizes, which is a name and `providerData` without a configuration:
/// that leaves the rest as it is.
pub(crate) async fn put(
    State(store): State<Arc<Store>>,
    InstanceRef { id }: InstanceRef,
    JsonObject(body): JsonObject,
) -> Result<Json<Value>, ApiError> {
    let mut change = Change::read(body)?;
    let element = Arc::clone(&instance(&store.state(), id)?.element);
    let name = change.name.clone().unwrap_or_default();
    if change.configuration.is_none() && change.provider_data.is_some() {
        if name.trim().is_empty() {
            let message = "Required entries are missing or blank: name.";
            return Err(ApiError::bad_request(message));
        }
        return change.apply(&store, id, |_, _| ());
    }
    let configuration = change.configuration.get_or_insert_default();
    check_required(&element, &name, configuration, false)?;
    change.tags.get_or_insert_default();
    change.apply(&store, id, |instance, configuration| {
        instance.configuration = create_request::configuration(&instance.element, configuration);
    })
}

/// What is to be different about an instance.
struct Change {
    /// The key or the id of the element that it is meant for, if it says so.
    element: Option<String>,
    name: Option<String>,
    tags: Option<Vec<String>>,
    configuration: Option<Object>,
    /// What shows that the user allowed it again.
    provider_data: Option<Object>,
    weight: usize,
}

impl Change {
    fn read(mut body: Map<String, Value>) -> Result<Self, ApiError> {
        let tags = match body.get("tags") {
            None | Some(Value::Null) => None,
            given => Some(create_request::tags(given)?),
        };
        let provider_data = create_request::object(&mut body, "providerData")?;
        Ok(Self {
            weight: weight_of(&body),
            element: create_request::element_named(&body),
            name: create_request::name(body.get("name"))?.map(without_tags),
            tags,
            configuration: create_request::object(&mut body, "configuration")?,
            // Whoever sends back what they got shows nothing with it.
            provider_data: provider_data.filter(says_something),
        })
    }

    /// Everything, or nothing if the provider refuses.
    fn apply(
        self,
        store: &Store,
        id: u64,
        configure: impl FnOnce(&mut Instance, Object),
    ) -> Result<Json<Value>, ApiError> {
        let mut state = store.state();
        let element = Arc::clone(&instance(&state, id)?.element);
        self.check_element(&element)?;
        if !state.instances.has_room_for(self.weight) {
            return Err(ApiError::full());
        }
        // Without OAuth there is nothing to renew.
        let renewal = self
            .provider_data
            .filter(|_| element.authentication.is_oauth());
        if let Some(data) = &renewal {
            Consent::renewed(&element, data)?.redeem(&mut state, element.id)?;
        }
        change_instance(&mut state, id, |instance| {
            if let Some(configuration) = self.configuration {
                configure(instance, configuration);
            }
            if let Some(data) = &renewal {
                instance.provider_data = Some(mask_all(data));
                instance.valid = true;
            }
            if let Some(name) = self.name {
                instance.name = name;
            }
            if let Some(tags) = self.tags {
                instance.tags = tags;
            }
            Json(without_provider_data(instance))
        })
    }

    fn check_element(&self, element: &Element) -> Result<(), ApiError> {
        let named = self.element.as_ref();
        if named.is_none_or(|named| *named == element.key || *named == element.id.to_string()) {
            return Ok(());
        }
        Err(ApiError::bad_request(format!(
            "This is an instance of {:?}, and always will be.",
            element.key
        )))
    }
}
