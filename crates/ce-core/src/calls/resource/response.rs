use ce_model::InstanceId;

use crate::wire::Response;

/// The response to a call through an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceResponse<T> {
    /// The decoded body.
    pub body: T,
    /// The platform's id of the request.
    pub request_id: Option<String>,
    /// The instance that the response came through (`Elements-Element-Instance-Id`).
    pub instance_id: Option<InstanceId>,
}

impl<T> ResourceResponse<T> {
    /// A response with this body.
    pub fn new(body: T) -> Self {
        Self {
            body,
            request_id: None,
            instance_id: None,
        }
    }

    pub(super) fn of(body: T, response: &Response) -> Self {
        Self {
            body,
            request_id: response.request_id().map(str::to_owned),
            instance_id: response.instance_id(),
        }
    }
}
