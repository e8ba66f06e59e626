use std::time::Duration;

use ce_model::{CreateInstance, Instance};
use http::{Method, StatusCode};

use super::instance_ref::{InstanceRef, at_instance};
use crate::config::Config;
use crate::config::Limits;
use crate::error::InvalidInput;
use crate::error::{Error, OutcomeUnknown};
use crate::execution::{Call, read_json};
use crate::wire::{Request, Response};

/// `GET /instances/{id}`: an instance as it is now.
#[derive(Clone, Copy, Debug)]
pub struct GetInstance<'a>(InstanceRef<'a>);

impl<'a> GetInstance<'a> {
    /// Of this id or token.
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
        at_instance(config, Method::GET, self.0, &[])?.build()
    }

    fn decode(&self, response: &Response) -> Result<Instance, Error> {
        read_json(self.purpose(), response)
    }
}

/// `DELETE /instances/{id}`: ends a connection. Its token works no longer.
#[derive(Clone, Copy, Debug)]
pub struct DeleteInstance<'a>(InstanceRef<'a>);

impl<'a> DeleteInstance<'a> {
    /// Of this id or token.
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
        at_instance(config, Method::DELETE, self.0, &[])?.build()
    }

    fn decode(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }

    fn on_error(&self, error: Error, may_be_done: bool) -> Result<(), Error> {
        match (error, self.0) {
            // An earlier attempt did it, and its answer was lost.
            (Error::Refused(api_error), InstanceRef::Id(_))
                if may_be_done && api_error.status() == StatusCode::NOT_FOUND =>
            {
                Ok(())
            }
            // The token of a deleted instance is refused as a wrong secret is.
            (Error::Refused(api_error), InstanceRef::Token(_))
                if may_be_done && api_error.status() == StatusCode::UNAUTHORIZED =>
            {
                Err(Error::OutcomeUnknown(Box::new(OutcomeUnknown {
                    purpose: self.purpose(),
                    advice: "get it by its id before trying again",
                    recoverable: false,
                    cause: Box::new(Error::Refused(api_error)),
                })))
            }
            (error, _) => Err(error),
        }
    }
}

/// `PUT /instances/{id}/enabled`: switches an instance on again.
#[derive(Clone, Copy, Debug)]
pub struct EnableInstance<'a>(InstanceRef<'a>);

impl<'a> EnableInstance<'a> {
    /// Of this id or token.
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
        at_instance(config, Method::PUT, self.0, &["enabled"])?.build()
    }

    fn decode(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }
}

/// `DELETE /instances/{id}/enabled`: switches an instance off. Calls through it are refused (403)
/// until it is [enabled](EnableInstance) again; nothing of it is lost.
#[derive(Clone, Copy, Debug)]
pub struct DisableInstance<'a>(InstanceRef<'a>);

impl<'a> DisableInstance<'a> {
    /// Of this id or token.
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
        at_instance(config, Method::DELETE, self.0, &["enabled"])?.build()
    }

    fn decode(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }
}

/// `PUT /instances/{id}`: replaces what an instance was created with by what is given here.
#[derive(Clone, Debug)]
pub struct ReplaceInstance<'a> {
    instance: InstanceRef<'a>,
    body: &'a CreateInstance,
}

impl<'a> ReplaceInstance<'a> {
    /// Of this id or token, by this.
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

    fn timeout(&self, limits: &Limits) -> Duration {
        // With a code the platform goes to the provider, as it does for a new one.
        if self.body.provider_data.is_some() {
            limits.provisioning_timeout
        } else {
            limits.timeout
        }
    }

    fn idempotency(&self) -> crate::Idempotency {
        // A code works once.
        if self.body.provider_data.is_some() {
            crate::Idempotency::NonIdempotent
        } else {
            crate::Idempotency::Idempotent
        }
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_instance(config, Method::PUT, self.instance, &[])?
            .json(self.body)?
            .build()
    }

    fn decode(&self, response: &Response) -> Result<Instance, Error> {
        read_json(self.purpose(), response)
    }
}
