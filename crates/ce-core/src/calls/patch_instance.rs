use ce_model::{CreateInstance, Instance, Json};
use http::Method;

use super::instance_ref::{InstanceRef, at_instance};
use super::simple_calls::json_call;
use crate::config::Config;
use crate::error::{Error, FieldErrorKind, InvalidInput};
use crate::execution::{Call, Idempotency};
use crate::wire::{Request, Response};

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
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.body.name = Some(name.into());
        self
    }

    /// Sets the tags, in place of all it has.
    #[must_use]
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.body.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    /// Sets an entry of the configuration; the others stay.
    #[must_use]
    pub fn configuration(mut self, key: impl AsRef<str>, value: impl Into<Json>) -> Self {
        self.body = self.body.configuration(key, value);
        self
    }
}

impl Call for PatchInstance<'_> {
    json_call!("change the instance", Instance);

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
