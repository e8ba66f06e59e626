use ce_model::{ConfigurationEntry, Json};
use http::Method;

use super::instance_ref::{InstanceRef, at_instance};
use super::simple_calls::{output, simple_calls};
use crate::config::Config;
use crate::error::{Error, FieldErrorKind, InvalidInput};
use crate::execution::{Call, Idempotency};
use crate::wire::{Request, RequestBuilder, Response};

simple_calls! {
    /// `GET /instances/{id}/configuration`: the configuration of an instance. Secrets come back masked.
    #[derive(Clone, Copy, Debug)]
    ListConfiguration(InstanceRef<'a>): "list the instance's configuration"
        -> Vec<ConfigurationEntry>: json,
    |config, instance| at_instance(config, Method::GET, *instance, &["configuration"]);
}

/// `GET /instances/{id}/configuration/{configurationId}`: one entry of an instance's configuration.
#[derive(Clone, Copy, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct GetConfigurationEntry<'a> {
    instance: InstanceRef<'a>,
    id: u64,
}

impl<'a> GetConfigurationEntry<'a> {
    /// Gets the entry with this number, of the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>, id: u64) -> Self {
        let instance = instance.into();
        Self { instance, id }
    }
}

impl Call for GetConfigurationEntry<'_> {
    output!("get an entry of the instance's configuration" -> ConfigurationEntry: json);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_entry(config, Method::GET, self.instance, self.id).build()
    }
}

/// `PATCH /instances/{id}/configuration/{configurationId}`: changes one entry of an instance's
/// configuration.
///
/// It sends the whole entry, so it is made from one that was read.
///
/// ```
/// use ce_core::calls::PatchConfigurationEntry;
/// use ce_core::model::{ConfigurationEntry, InstanceId};
///
/// # let read: ConfigurationEntry = serde_json::from_str(r#"{"id": 9, "key": "bucket"}"#)?;
/// // `read` is one of `ListConfiguration`'s.
/// let change = PatchConfigurationEntry::new(InstanceId::new(123), read).value("holiday-pictures");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct PatchConfigurationEntry<'a> {
    instance: InstanceRef<'a>,
    entry: ConfigurationEntry,
}

impl<'a> PatchConfigurationEntry<'a> {
    /// Sends this entry, of the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>, entry: ConfigurationEntry) -> Self {
        let instance = instance.into();
        Self { instance, entry }
    }

    /// Sets the value.
    pub fn value(mut self, value: impl Into<Json>) -> Self {
        self.entry.property_value = Some(value.into());
        self
    }
}

impl Call for PatchConfigurationEntry<'_> {
    output!("change an entry of the instance's configuration" -> ConfigurationEntry: json);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let missing = || InvalidInput::new("configuration entry's id", FieldErrorKind::Missing);
        let id = self.entry.id.ok_or_else(missing)?;
        at_entry(config, Method::PATCH, self.instance, id)
            .json_text(self.entry.to_json())
            .build()
    }

    /// It sets a value: sent twice, it leaves what it leaves sent once.
    fn idempotency(&self, _: &Method) -> Idempotency {
        Idempotency::Idempotent
    }
}

fn at_entry<'c>(
    config: &'c Config,
    method: Method,
    instance: InstanceRef<'_>,
    id: u64,
) -> RequestBuilder<'c> {
    let id = id.to_string();
    at_instance(config, method, instance, &["configuration", &id])
}
