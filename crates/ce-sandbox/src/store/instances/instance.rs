use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::configuration::Configuration;
use super::files::Files;
use super::jobs::Jobs;
use crate::catalogue::{Element, Object, ObjectCollection, weight_of};
use crate::store::redacted::Redacted;

/// An instance as it is kept. Its secrets are masked already: nothing needs them again.
pub(crate) struct Instance {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) created: String,
    pub(crate) token: Redacted,
    pub(crate) element: Arc<Element>,
    pub(crate) tags: Vec<String>,
    pub(crate) provider_data: Option<Object>,
    pub(crate) configuration: Configuration,
    pub(crate) external_authentication: ExternalAuthentication,
    pub(crate) disabled: bool,
    /// Whether the provider still lets the platform in.
    pub(crate) valid: bool,
    /// The collections that were changed. The others are as the element has them.
    pub(crate) changed: BTreeMap<String, ObjectCollection>,
    pub(crate) files: Files,
    pub(crate) jobs: Jobs,
}

/// Whether somebody else led the user through the provider's consent.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExternalAuthentication {
    #[default]
    None,
    Initial,
}

impl Instance {
    /// One with nothing but what it needs.
    pub(crate) fn new(id: u64, token: Redacted, element: Arc<Element>, created: String) -> Self {
        Self {
            id,
            name: format!("Instance {id}"),
            created,
            token,
            element,
            tags: Vec::new(),
            provider_data: None,
            configuration: Configuration::default(),
            external_authentication: ExternalAuthentication::None,
            disabled: false,
            valid: true,
            changed: BTreeMap::new(),
            files: Files::default(),
            jobs: Jobs::default(),
        }
    }

    /// The objects of that name, if the element has any.
    pub(crate) fn objects(&self, name: &str) -> Option<&ObjectCollection> {
        let own = self.changed.get(name);
        own.or_else(|| Some(&self.element.resource(name)?.objects))
    }

    /// The same to change.
    pub(crate) fn objects_mut(&mut self, name: &str) -> Option<&mut ObjectCollection> {
        if !self.changed.contains_key(name) {
            let objects = self.element.resource(name)?.objects.clone();
            self.changed.insert(name.to_owned(), objects);
        }
        self.changed.get_mut(name)
    }

    /// About how many bytes it takes up in memory.
    pub(crate) fn weight(&self) -> usize {
        let texts = self.tags.iter().chain([&self.name, &self.created]);
        let texts: usize = texts.map(|text| size_of::<String>() + text.len()).sum();
        let provider_data = self.provider_data.as_ref().map_or(0, weight_of);
        let changed = self.changed.values();
        let objects: usize = changed.map(ObjectCollection::added_bytes).sum();
        let behind = objects + self.files.weight() + self.jobs.weight();
        size_of::<Self>() + texts + provider_data + self.configuration.weight() + behind
    }

    /// Returns `true` if the configuration switches events on.
    pub(crate) fn events_enabled(&self) -> bool {
        let enabled = "event.notification.enabled";
        self.configuration.get(&self.element, enabled) == Some("true")
    }
}
