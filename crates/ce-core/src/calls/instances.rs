use std::time::Duration;

use ce_model::{CreateInstance, Instance, Json};
use http::{Method, StatusCode};

use super::instance_ref::{InstanceRef, at_instance};
use super::simple_calls::{output, simple_calls};
use crate::config::{Config, Limits};
use crate::error::{Error, FieldErrorKind, InvalidInput, OutcomeUnknown};
use crate::execution::{Call, Idempotency};
use crate::wire::{Request, Response};

simple_calls! {
    /// `GET /instances/{id}`: an instance.
    #[derive(Clone, Copy, Debug)]
    GetInstance(InstanceRef<'a>): "get the instance" -> Instance: json,
    |config, instance| at_instance(config, Method::GET, *instance, &[]);

    /// `PUT /instances/{id}/enabled`: enables an instance.
    #[derive(Clone, Copy, Debug)]
    EnableInstance(InstanceRef<'a>): "enable the instance" -> (): done,
    |config, instance| at_instance(config, Method::PUT, *instance, &["enabled"]);

    /// `DELETE /instances/{id}/enabled`: disables an instance. Calls through it are refused (403) until
    /// it is [enabled](EnableInstance) again; nothing of it is lost.
    #[derive(Clone, Copy, Debug)]
    DisableInstance(InstanceRef<'a>): "disable the instance" -> (): done,
    |config, instance| at_instance(config, Method::DELETE, *instance, &["enabled"]);

    /// `DELETE /instances/{id}`: deletes an instance. Its token is then refused.
    #[derive(Clone, Copy, Debug)]
    DeleteInstance(InstanceRef<'a>): "delete the instance" -> (): done,
    |config, instance| at_instance(config, Method::DELETE, *instance, &[]),
    on_error: DeleteInstance::unless_done;
}

impl DeleteInstance<'_> {
    fn unless_done(&self, error: Error, may_be_done: bool) -> Result<(), Error> {
        match (error, self.0) {
            // An earlier attempt deleted it, and its response was lost.
            (Error::Refused(error), InstanceRef::Id(_))
                if may_be_done && error.says_none_found() =>
            {
                Ok(())
            }
            // The token of a deleted instance is refused just as a wrong secret is.
            (Error::Refused(error), InstanceRef::Token(_))
                if may_be_done && error.status() == StatusCode::UNAUTHORIZED =>
            {
                let unknown = OutcomeUnknown::new(self.purpose(), Error::Refused(error));
                let advice = "get it by its id before trying again";
                Err(unknown.with_advice(advice).into())
            }
            (error, _) => Err(error),
        }
    }
}

/// `PATCH /instances/{id}`: changes what is given, and leaves the rest.
///
/// To authorize an instance again, see [`ConnectRequest::reauthorize`](crate::ConnectRequest::reauthorize).
///
/// ```
/// use ce_core::calls::PatchInstance;
/// use ce_core::model::InstanceId;
///
/// let rename = PatchInstance::new(InstanceId::new(123)).name("Ann's photos, 2026");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct PatchInstance<'a> {
    instance: InstanceRef<'a>,
    body: CreateInstance,
}

impl<'a> PatchInstance<'a> {
    /// Changes the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>) -> Self {
        let (instance, body) = (instance.into(), CreateInstance::default());
        Self { instance, body }
    }

    /// Sets the name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.body.name = Some(name.into());
        self
    }

    /// Sets the tags, in place of all it has.
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.body.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Sets an entry of the configuration; the others stay.
    pub fn configuration(mut self, key: impl AsRef<str>, value: impl Into<Json>) -> Self {
        self.body = self.body.configuration(key, value);
        self
    }
}

impl Call for PatchInstance<'_> {
    output!("change the instance" -> Instance: json);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        if self.body == CreateInstance::default() {
            return Err(InvalidInput::new("change", FieldErrorKind::Missing));
        }
        at_instance(config, Method::PATCH, self.instance, &[])
            .json_text(self.body.to_json())
            .build()
    }

    /// It sets values: sent twice, it leaves what it leaves sent once.
    fn idempotency(&self, _: &Method) -> Idempotency {
        Idempotency::Idempotent
    }
}

/// `PUT /instances/{id}`: replaces what an instance was created with.
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
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
    output!("replace the instance" -> Instance: json);

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
