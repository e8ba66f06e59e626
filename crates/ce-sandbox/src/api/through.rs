use axum::response::{IntoResponseParts, ResponseParts};
use http::{HeaderName, StatusCode};
use std::convert::Infallible;

use super::path::change_instance;
use crate::store::{Instance, Store};
use crate::web::ApiError;

static INSTANCE_ID: HeaderName = HeaderName::from_static("elements-element-instance-id");

/// Says which instance a call went through, whatever its outcome.
pub(crate) struct InstanceId(pub(crate) u64);

impl IntoResponseParts for InstanceId {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts
            .headers_mut()
            .insert(INSTANCE_ID.clone(), self.0.into());
        Ok(parts)
    }
}

/// Calls through the instance, unless it is disabled or its provider lets it in no more.
pub(crate) fn permitted<T>(
    store: &Store,
    id: u64,
    call: impl FnOnce(&mut Instance) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    change_instance(&mut store.state(), id, |instance| {
        if instance.disabled {
            return Err(ApiError::forbidden(format!("Instance {id} is disabled.")));
        }
        if !instance.valid {
            let reason = "The user withdrew the consent.";
            return Err(ApiError::by_provider(StatusCode::FORBIDDEN, reason));
        }
        call(instance)
    })?
}
