use std::sync::Arc;

use axum::Json;

use super::body::{InstanceBody, check_required, configuration, missing_entries};
use super::consent::{Consent, says_something};
use super::view::without_provider_data;
use crate::api::path::InstanceRef;
use crate::catalogue::{Element, Object};
use crate::store::{Instance, mask_all, without_tags};
use crate::web::{ApiError, ApiResult, JsonBody, JsonResult};

type Body = JsonBody<InstanceBody>;

/// `PATCH /instances/{id}`: what is named changes, and the rest stays.
pub(crate) async fn patch(instance: InstanceRef, body: Body) -> JsonResult {
    let name = body.value.name.as_deref();
    if name.is_some_and(|name| name.trim().is_empty()) {
        return Err(ApiError::bad_request("name has to be text, and not blank."));
    }
    apply(&instance, body, |instance, given| {
        let element = Arc::clone(&instance.element);
        instance.configuration.merge(&element, given);
    })
}

/// `PUT /instances/{id}`: what is not named goes, as if the instance were created anew.
///
/// But for what only re-authorizes, which is a name and `providerData` without a configuration:
/// that leaves the rest as it is.
pub(crate) async fn put(instance: InstanceRef, mut body: Body) -> JsonResult {
    let element = instance.read(|instance| Arc::clone(&instance.element))?;
    let name = body.value.name.clone().unwrap_or_default();
    let provider_data = body.value.provider_data.as_ref();
    if body.value.configuration.is_none() && provider_data.is_some_and(says_something) {
        return match name.trim().is_empty() {
            true => Err(missing_entries(&["name"])),
            false => apply(&instance, body, |_, _| ()),
        };
    }
    let given = body.value.configuration.get_or_insert_default();
    check_required(&element, &name, given, false)?;
    body.value.tags.get_or_insert_default();
    apply(&instance, body, |instance, given| {
        instance.configuration = configuration(&instance.element, given);
    })
}

/// Everything, or nothing if the provider refuses.
fn apply(
    instance: &InstanceRef,
    JsonBody {
        value: body,
        weight,
    }: Body,
    configure: impl FnOnce(&mut Instance, Object),
) -> JsonResult {
    let element = instance.read(|instance| Arc::clone(&instance.element))?;
    check_element(&element, &body)?;
    let tags = body.tags();
    // Whoever sends back what they got shows nothing with it, and without OAuth there is nothing to
    // renew.
    let renewal = body.provider_data.filter(says_something);
    let renewal = renewal.filter(|_| element.authentication.is_oauth());
    instance.check_room(weight)?;
    if let Some(data) = &renewal {
        Consent::read(&element, Some(data), false)?.redeem(&mut instance.store.state())?;
    }
    instance.change(0, |instance| {
        if let Some(given) = body.configuration {
            configure(instance, given);
        }
        if let Some(data) = &renewal {
            instance.provider_data = Some(mask_all(data));
            instance.valid = true;
        }
        if let Some(name) = body.name {
            instance.name = without_tags(&name);
        }
        if let Some(tags) = tags {
            instance.tags = tags;
        }
        Ok(Json(without_provider_data(instance)))
    })
}

fn check_element(element: &Element, body: &InstanceBody) -> ApiResult<()> {
    let named = body.element_named();
    if named.is_none_or(|named| named == element.key || named == element.id.to_string()) {
        return Ok(());
    }
    let key = &element.key;
    let message = format!("This is an instance of {key:?}, and always will be.");
    Err(ApiError::bad_request(message))
}
