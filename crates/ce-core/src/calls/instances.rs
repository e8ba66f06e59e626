use std::time::Duration;

use ce_model::{CreateInstance, Instance};
use http::{Method, StatusCode};

use super::instance_ref::{InstanceRef, at_instance};
use super::simple_calls::{json_call, simple_calls};
use crate::config::{Config, Limits};
use crate::error::{Error, InvalidInput, OutcomeUnknown};
use crate::execution::{Call, Idempotency};
use crate::wire::{Request, Response};

simple_calls! {
    /// `GET /instances/{id}`: an instance.
    #[derive(Clone, Copy, Debug)]
    GetInstance(InstanceRef<'a>): "get the instance",
    Instance = Response::json,
    |config, instance| at_instance(config, Method::GET, *instance, &[]);

    /// `PUT /instances/{id}/enabled`: enables an instance.
    #[derive(Clone, Copy, Debug)]
    EnableInstance(InstanceRef<'a>): "enable the instance",
    () = |_, _| Ok(()),
    |config, instance| at_instance(config, Method::PUT, *instance, &["enabled"]);

    /// `DELETE /instances/{id}/enabled`: disables an instance. Calls through it are refused (403) until
    /// it is [enabled](EnableInstance) again; nothing of it is lost.
    #[derive(Clone, Copy, Debug)]
    DisableInstance(InstanceRef<'a>): "disable the instance",
    () = |_, _| Ok(()),
    |config, instance| at_instance(config, Method::DELETE, *instance, &["enabled"]);
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

/// `PUT /instances/{id}`: replaces what an instance was created with.
#[derive(Clone, Debug)]
pub struct ReplaceInstance<'a> {
    instance: InstanceRef<'a>,
    body: &'a CreateInstance,
}

impl<'a> ReplaceInstance<'a> {
    /// Replaces the instance with this id or token by this.
    pub fn new(instance: impl Into<InstanceRef<'a>>, body: &'a CreateInstance) -> Self {
        let instance = instance.into();
        Self { instance, body }
    }
}

impl Call for ReplaceInstance<'_> {
    json_call!("replace the instance", Instance);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_instance(config, Method::PUT, self.instance, &[])
            .json_text(self.body.to_json())
            .build()
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
