use std::marker::PhantomData;

use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Resource, ResourceResponse};
use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::{Call, Idempotency};
use crate::wire::{Request, Response};

/// A call about one object of a [`Resource`].
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct ObjectCall<'a, B, T> {
    purpose: &'static str,
    method: Method,
    resource: Resource<'a>,
    id: Option<String>,
    body: Option<&'a B>,
    idempotency: Option<Idempotency>,
    output: PhantomData<fn() -> T>,
}

impl<'a, B, T> ObjectCall<'a, B, T> {
    pub(super) fn new(
        purpose: &'static str,
        method: Method,
        resource: Resource<'a>,
        id: Option<String>,
        body: Option<&'a B>,
    ) -> Self {
        Self {
            purpose,
            method,
            resource,
            id,
            body,
            idempotency: None,
            output: PhantomData,
        }
    }

    /// Sets whether the call may be sent again when it is unknown what came of it. The method's if not
    /// set: a `PATCH` that sets values is idempotent, one that counts up is not.
    pub fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = Some(idempotency);
        self
    }
}

impl<B: Serialize, T: DeserializeOwned> Call for ObjectCall<'_, B, T> {
    type Output = ResourceResponse<T>;

    fn purpose(&self) -> &'static str {
        self.purpose
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let method = self.method.clone();
        let request = self.resource.request(config, method, self.id.as_deref());
        match self.body {
            Some(body) => request.json(body).build(),
            None => request.build(),
        }
    }

    fn decode(&self, response: &Response) -> Result<ResourceResponse<T>, Error> {
        self.resource.decode(self.purpose, response)
    }

    fn idempotency(&self, method: &Method) -> Idempotency {
        self.idempotency.unwrap_or_else(|| Idempotency::of(method))
    }
}

/// A call that deletes one object of a [`Resource`].
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct DeleteObject<'a> {
    pub(super) resource: Resource<'a>,
    pub(super) id: String,
}

impl Call for DeleteObject<'_> {
    type Output = ResourceResponse<()>;

    fn purpose(&self) -> &'static str {
        "delete an object"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        self.resource
            .request(config, Method::DELETE, Some(&self.id))
            .build()
    }

    fn decode(&self, response: &Response) -> Result<ResourceResponse<()>, Error> {
        self.resource.check_instance(response)?;
        Ok(ResourceResponse::of((), response))
    }

    fn on_error(&self, error: Error, may_be_done: bool) -> Result<ResourceResponse<()>, Error> {
        match error {
            // An earlier attempt deleted it, and its response was lost.
            Error::Refused(error) if may_be_done && error.is_platforms_not_found() => {
                Ok(ResourceResponse {
                    request_id: error.request_id().map(str::to_owned),
                    ..ResourceResponse::new(())
                })
            }
            error => Err(error),
        }
    }
}
