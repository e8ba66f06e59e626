use std::collections::BTreeMap;
use std::sync::Arc;

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
    pub(crate) external_authentication: &'static str,
    pub(crate) disabled: bool,
    /// Whether the provider still lets the platform in.
    pub(crate) valid: bool,
    /// The collections that were changed. The others are as the element has them.
    pub(crate) changed: BTreeMap<String, ObjectCollection>,
    pub(crate) files: Files,
    pub(crate) jobs: Jobs,
}

impl Instance {
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
        let objects: usize = self
            .changed
            .values()
            .map(ObjectCollection::added_bytes)
            .sum();
        size_of::<Self>()
            + texts
            + provider_data
            + self.configuration.weight()
            + objects
            + self.files.weight()
            + self.jobs.weight()
    }

    /// Returns `true` if the configuration switches events on.
    pub(crate) fn events_enabled(&self) -> bool {
        let enabled = "event.notification.enabled";
        self.configuration.get(&self.element, enabled) == Some("true")
    }
}
