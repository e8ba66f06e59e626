use std::time::Duration;

use ce_model::{CreateInstance, Instance};
use http::{Method, StatusCode};

use super::instance_ref::{InstanceRef, at_instance};
use crate::config::{Config, Limits};
use crate::error::{Error, InvalidInput, OutcomeUnknown};
use crate::execution::{Call, Idempotency};
use crate::wire::{Request, Response};

/// `GET /instances/{id}`: an instance.
#[derive(Clone, Copy, Debug)]
pub struct GetInstance<'a>(InstanceRef<'a>);

impl<'a> GetInstance<'a> {
    /// Gets the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>) -> Self {
        Self(instance.into())
    }
}

impl Call for GetInstance<'_> {
    type Output = Instance;

    fn purpose(&self) -> &'static str {
        "get the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_instance(config, Method::GET, self.0, &[]).build()
    }

    fn decode(&self, response: &Response) -> Result<Instance, Error> {
        response.json(self.purpose())
    }
}

/// `DELETE /instances/{id}`: deletes an instance. Its token is then refused.
#[derive(Clone, Copy, Debug)]
pub struct DeleteInstance<'a>(InstanceRef<'a>);

impl<'a> DeleteInstance<'a> {
    /// Deletes the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>) -> Self {
        Self(instance.into())
    }
}

impl Call for DeleteInstance<'_> {
    type Output = ();

    fn purpose(&self) -> &'static str {
        "delete the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_instance(config, Method::DELETE, self.0, &[]).build()
    }

    fn decode(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }

    fn on_error(&self, error: Error, may_be_done: bool) -> Result<(), Error> {
        match (error.status(), self.0) {
            // An earlier attempt deleted it, and its response was lost.
            (Some(StatusCode::NOT_FOUND), InstanceRef::Id(_)) if may_be_done => Ok(()),
            // The token of a deleted instance is refused just as a wrong secret is.
            (Some(StatusCode::UNAUTHORIZED), InstanceRef::Token(_)) if may_be_done => {
                let unknown = OutcomeUnknown::new(self.purpose(), error);
                Err(unknown
                    .with_advice("get it by its id before trying again")
                    .into())
            }
            _ => Err(error),
        }
    }
}

/// `PUT /instances/{id}/enabled`: enables an instance.
#[derive(Clone, Copy, Debug)]
pub struct EnableInstance<'a>(InstanceRef<'a>);

impl<'a> EnableInstance<'a> {
    /// Enables the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>) -> Self {
        Self(instance.into())
    }
}

impl Call for EnableInstance<'_> {
    type Output = ();

    fn purpose(&self) -> &'static str {
        "enable the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_instance(config, Method::PUT, self.0, &["enabled"]).build()
    }

    fn decode(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }
}

/// `DELETE /instances/{id}/enabled`: disables an instance. Calls through it are refused (403) until it
/// is [enabled](EnableInstance) again; nothing of it is lost.
#[derive(Clone, Copy, Debug)]
pub struct DisableInstance<'a>(InstanceRef<'a>);

impl<'a> DisableInstance<'a> {
    /// Disables the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>) -> Self {
        Self(instance.into())
    }
}

impl Call for DisableInstance<'_> {
    type Output = ();

    fn purpose(&self) -> &'static str {
        "disable the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_instance(config, Method::DELETE, self.0, &["enabled"]).build()
    }

    fn decode(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }
}

/// `PUT /instances/{id}`: replaces what an instance was created with.
#[derive(Clone, Debug)]
pub struct ReplaceInstance<'a> {
    instance: InstanceRef<'a>,
    body: &'a CreateInstance,
}

impl<'a> ReplaceInstance<'a> {
    /// Replaces the instance with this id or token by this.
    pub fn new(instance: impl Into<InstanceRef<'a>>, body: &'a CreateInstance) -> Self {
        Self {
            instance: instance.into(),
            body,
        }
    }
}

impl Call for ReplaceInstance<'_> {
    type Output = Instance;

    fn purpose(&self) -> &'static str {
        "replace the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_instance(config, Method::PUT, self.instance, &[])
            .json_text(self.body.to_json())
            .build()
    }

    fn decode(&self, response: &Response) -> Result<Instance, Error> {
        response.json(self.purpose())
    }

    /// A code works once.
    fn idempotency(&self, method: &Method) -> Idempotency {
        match self.body.provider_data {
            Some(_) => Idempotency::NonIdempotent,
            None => Idempotency::of(method),
        }
    }

    /// With a code the platform goes to the provider, as it does for a new instance.
    fn timeout(&self, limits: &Limits) -> Duration {
        match self.body.provider_data {
            Some(_) => limits.provisioning_timeout,
            None => limits.timeout,
        }
    }
}
