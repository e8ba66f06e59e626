use crate::store::{Instance, Redacted};

/// An instance that exists in a sandbox, for a test to assert on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstanceSummary {
    /// Its id.
    pub id: u64,
    /// Its name, as the platform keeps it: without HTML tags.
    pub name: String,
    /// The key of its element.
    pub element_key: String,
    /// Its tags, as the platform keeps them: without HTML tags.
    pub tags: Vec<String>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// Whether its provider lets it in; see [`Sandbox::revoke`](crate::Sandbox::revoke).
    pub valid: bool,
    token: Redacted,
}

impl InstanceSummary {
    /// The element token. `Debug` never shows it.
    pub fn expose_token(&self) -> &str {
        self.token.expose()
    }

    pub(crate) fn of(instance: &Instance) -> Self {
        Self {
            id: instance.id,
            name: instance.name.clone(),
            element_key: instance.element.key.clone(),
            tags: instance.tags.clone(),
            disabled: instance.disabled,
            valid: instance.valid,
            token: instance.token.clone(),
        }
    }
}
