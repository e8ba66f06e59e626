use serde::{Deserialize, Serialize};

use super::ObjectCollection;

/// An element, as the catalogue describes it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Element {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    pub(crate) hub: String,
    #[serde(default)]
    pub(crate) image: String,
    pub(crate) authentication: Authentication,
    #[serde(default)]
    pub(crate) scope: String,
    #[serde(default)]
    pub(crate) oauth_url_parameters: Vec<String>,
    #[serde(default)]
    pub(crate) callback_parameters: Vec<CallbackParameter>,
    #[serde(default)]
    pub(crate) callback_suffix: String,
    #[serde(default)]
    pub(crate) configuration: Vec<Entry>,
    #[serde(default)]
    pub(crate) resources: Vec<Resource>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Authentication {
    OAuth2,
    OAuth1,
    Basic,
    Custom,
    #[serde(rename = "apiKey")]
    ApiKey,
}

/// One thing that can be configured.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) required: bool,
    pub(crate) default_value: Option<String>,
    #[serde(default)]
    pub(crate) internal: bool,
    #[serde(default)]
    pub(crate) hide_from_console: bool,
}

/// What the provider adds to the callback besides the code.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CallbackParameter {
    pub(crate) name: String,
    /// Without it the provider makes a number up each time.
    pub(crate) value: Option<String>,
    /// Whether `providerData` has to bring it back.
    #[serde(default)]
    pub(crate) required: bool,
}

/// What there is behind every new instance under one name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Resource {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) objects: ObjectCollection,
}

impl Authentication {
    pub(crate) fn is_oauth(self) -> bool {
        matches!(self, Self::OAuth1 | Self::OAuth2)
    }
}

impl Entry {
    pub(crate) fn is_secret(&self) -> bool {
        self.kind == "PASSWORD"
    }
}

impl Element {
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.configuration.iter().find(|entry| entry.key == key)
    }

    pub(crate) fn is_oauth2(&self) -> bool {
        self.authentication == Authentication::OAuth2
    }

    /// Returns `true` if there are files and folders behind its instances.
    pub(crate) fn has_files(&self) -> bool {
        self.hub == "documents"
    }

    pub(crate) fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.name == name)
    }
}
