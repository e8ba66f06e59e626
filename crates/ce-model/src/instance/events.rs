use crate::{Json, Object, Secret};

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
/// assert_eq!(
///     body.configuration.unwrap_or_default().to_json(),
///     concat!(
///         r#"{"event.notification.enabled":true,"event.vendor.type":"polling","#,
///         r#""event.notification.callback.url":"https://app.example/events","#,
///         r#""event.poller.refresh_interval":"15"}"#,
///     )
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    vendor_type: &'static str,
    callback_url: String,
    signature_key: Option<Secret>,
    objects: Option<String>,
    minutes: Option<u32>,
    poller: Option<Json>,
}

impl Events {
    /// Receives what the provider pushes, at this URL.
    pub fn webhooks(callback_url: impl Into<String>) -> Self {
        Self {
            vendor_type: "webhooks",
            callback_url: callback_url.into(),
            signature_key: None,
            objects: None,
            minutes: None,
            poller: None,
        }
    }

    /// Lets the platform look for changes and report them to this URL.
    pub fn polling(callback_url: impl Into<String>) -> Self {
        Self {
            vendor_type: "polling",
            ..Self::webhooks(callback_url)
        }
    }

    /// Sets the key with which the platform signs its reports.
    #[must_use]
    pub fn signature_key(mut self, key: impl Into<String>) -> Self {
        self.signature_key = Some(Secret::new(key));
        self
    }

    /// Sets the objects that are reported, as the element names them: `Contact,Account`.
    #[must_use]
    pub fn objects(mut self, objects: impl Into<String>) -> Self {
        self.objects = Some(objects.into());
        self
    }

    /// Sets how often the platform looks, in minutes.
    #[must_use]
    pub fn every_minutes(mut self, minutes: u32) -> Self {
        self.minutes = Some(minutes);
        self
    }

    /// Sets where and how the platform looks (`event.poller.configuration`). The element's
    /// documentation describes it.
    #[must_use]
    pub fn poller(mut self, configuration: impl Into<Json>) -> Self {
        self.poller = Some(configuration.into());
        self
    }

    /// Returns the entries of the configuration.
    pub fn entries(&self) -> Object {
        let text = |text: &str| Some(Json::from(text));
        [
            ("event.notification.enabled", Some(Json::from(true))),
            ("event.vendor.type", text(self.vendor_type)),
            ("event.notification.callback.url", text(&self.callback_url)),
            (
                "event.notification.signature.key",
                self.signature_key
                    .as_ref()
                    .and_then(|key| text(key.expose())),
            ),
            ("event.objects", self.objects.as_deref().and_then(text)),
            (
                "event.poller.refresh_interval",
                self.minutes.and_then(|minutes| text(&minutes.to_string())),
            ),
            ("event.poller.configuration", self.poller.clone()),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_setting_is_an_entry() {
        let events = Events::webhooks("https://app.example/e")
            .signature_key("canary")
            .objects("Contact,Account")
            .every_minutes(5)
            .poller(json!({"contacts": {"idField": "id"}}));
        assert!(!format!("{events:?}").contains("canary"));
        assert_eq!(
            serde_json::to_value(events.entries()).unwrap(),
            json!({
                "event.notification.enabled": true,
                "event.vendor.type": "webhooks",
                "event.notification.callback.url": "https://app.example/e",
                "event.notification.signature.key": "canary",
                "event.objects": "Contact,Account",
                "event.poller.refresh_interval": "5",
                "event.poller.configuration": {"contacts": {"idField": "id"}}
            })
        );
    }
}
