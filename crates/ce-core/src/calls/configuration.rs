use ce_model::{ConfigurationEntry, Json};
use http::Method;

use super::instance_ref::{InstanceRef, at_instance};
use crate::config::Config;
use crate::error::{Error, FieldErrorKind, InvalidInput};
use crate::execution::{Call, Idempotency};
use crate::wire::{Request, RequestBuilder, Response};

/// `GET /instances/{id}/configuration`: the configuration of an instance. Secrets come back masked.
#[derive(Clone, Copy, Debug)]
pub struct ListConfiguration<'a>(InstanceRef<'a>);

impl<'a> ListConfiguration<'a> {
    /// Lists the configuration of the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>) -> Self {
        Self(instance.into())
    }
}

impl Call for ListConfiguration<'_> {
    type Output = Vec<ConfigurationEntry>;

    fn purpose(&self) -> &'static str {
        "list the instance's configuration"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_instance(config, Method::GET, self.0, &["configuration"]).build()
    }

    fn decode(&self, response: &Response) -> Result<Vec<ConfigurationEntry>, Error> {
        response.json(self.purpose())
    }
}

/// `GET /instances/{id}/configuration/{configurationId}`: one entry of an instance's configuration.
#[derive(Clone, Copy, Debug)]
pub struct GetConfigurationEntry<'a> {
    instance: InstanceRef<'a>,
    id: u64,
}

impl<'a> GetConfigurationEntry<'a> {
    /// Gets the entry with this number, of the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>, id: u64) -> Self {
        Self {
            instance: instance.into(),
            id,
        }
    }
}

impl Call for GetConfigurationEntry<'_> {
    type Output = ConfigurationEntry;

    fn purpose(&self) -> &'static str {
        "get an entry of the instance's configuration"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_entry(config, Method::GET, self.instance, self.id).build()
    }

    fn decode(&self, response: &Response) -> Result<ConfigurationEntry, Error> {
        response.json(self.purpose())
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
pub struct PatchConfigurationEntry<'a> {
    instance: InstanceRef<'a>,
    entry: ConfigurationEntry,
}

impl<'a> PatchConfigurationEntry<'a> {
    /// Sends this entry, of the instance with this id or token.
    pub fn new(instance: impl Into<InstanceRef<'a>>, entry: ConfigurationEntry) -> Self {
        Self {
            instance: instance.into(),
            entry,
        }
    }

    /// Sets the value.
    #[must_use]
    pub fn value(mut self, value: impl Into<Json>) -> Self {
        self.entry.property_value = Some(value.into());
        self
    }
}

impl Call for PatchConfigurationEntry<'_> {
    type Output = ConfigurationEntry;

    fn purpose(&self) -> &'static str {
        "change an entry of the instance's configuration"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let missing = || InvalidInput::new("configuration entry's id", FieldErrorKind::Missing);
        let id = self.entry.id.ok_or_else(missing)?;
        at_entry(config, Method::PATCH, self.instance, id)
            .json_text(self.entry.to_json())
            .build()
    }

    fn decode(&self, response: &Response) -> Result<ConfigurationEntry, Error> {
        response.json(self.purpose())
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
    at_instance(
        config,
        method,
        instance,
        &["configuration", &id.to_string()],
    )
}
