use crate::{Json, Object};

/// Settings by which changes at the provider are reported to the application.
///
/// They are entries of an instance's configuration. The provider pushes changes
/// ([`webhooks`](Events::webhooks)) or the platform looks for them ([`polling`](Events::polling));
/// the element's documentation says which it supports.
///
/// ```
/// use ce_model::{CreateInstance, Events};
///
/// let body = CreateInstance::new("closeio", "Sales")
///     .events(Events::polling("https://app.example/events").every_minutes(15));
/// let configuration = body.configuration.unwrap_or_default();
/// assert_eq!(configuration.text("event.poller.refresh_interval").as_deref(), Some("15"));
/// ```
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    entries: Object,
}

impl Events {
    /// Receives what the provider pushes, at this URL.
    pub fn webhooks(callback_url: impl Into<String>) -> Self {
        Self::new("webhooks", callback_url.into())
    }

    /// Lets the platform look for changes and report them to this URL.
    pub fn polling(callback_url: impl Into<String>) -> Self {
        Self::new("polling", callback_url.into())
    }

    fn new(vendor_type: &str, callback_url: String) -> Self {
        let entries = Object::new();
        Self { entries }
            .with("event.notification.enabled", true)
            .with("event.vendor.type", vendor_type)
            .with("event.notification.callback.url", callback_url)
    }

    fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.entries.insert(key, value);
        self
    }

    /// Sets the key with which the platform signs its reports.
    pub fn signature_key(self, key: impl Into<String>) -> Self {
        self.with("event.notification.signature.key", key.into())
    }

    /// Sets the objects that are reported, as the element names them: `Contact,Account`.
    pub fn objects(self, objects: impl Into<String>) -> Self {
        self.with("event.objects", objects.into())
    }

    /// Sets how often the platform looks, in minutes.
    pub fn every_minutes(self, minutes: u32) -> Self {
        self.with("event.poller.refresh_interval", minutes.to_string())
    }

    /// Sets where and how the platform looks (`event.poller.configuration`). The element's
    /// documentation describes it.
    pub fn poller(self, configuration: impl Into<Json>) -> Self {
        self.with("event.poller.configuration", configuration)
    }

    /// Returns the entries of the configuration.
    pub fn entries(&self) -> Object {
        self.entries.clone()
    }
}
