//! Elements: what can be connected, and what it requires.

mod authentication;
mod configuration_entry;
mod key;

pub use authentication::{Authentication, AuthenticationScheme};
pub use configuration_entry::ConfigurationEntry;
pub use key::ElementKey;

use crate::json::record;

record! {
    /// An element of the catalogue (SAP: connector; Sugar: adapter): what can be connected, and
    /// what it requires. The response to `GET /elements/{keyOrId}`.
    ///
    /// ```
    /// use ce_model::{AuthenticationScheme, Element};
    ///
    /// let element: Element = serde_json::from_str(
    ///     r#"{"id": 74, "key": "instagram", "authentication": {"type": "oauth2"},
    ///         "configuration": [{"key": "oauth.api.key", "required": true}]}"#,
    /// )?;
    /// assert_eq!(element.scheme(), Some(AuthenticationScheme::OAuth2));
    /// let entries = element.configuration.unwrap_or_default();
    /// assert_eq!(entries[0].required, Some(true));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Default)]
    pub struct Element {
        optional {
            /// The element's number.
            "id" id: u64,
            /// The element's key.
            "key" key: ElementKey,
            /// The element's name for people.
            "name" name: String,
            /// A description for people.
            "description" description: String,
            /// A picture: a URL or a path on the platform.
            "image" image: String,
            /// The hub that the element belongs to, such as `social`.
            "hub" hub: String,
            /// Whether the element can be used.
            "active" active: bool,
            /// Whether the element has been deleted.
            "deleted" deleted: bool,
            /// How a user authenticates.
            "authentication" authentication: Authentication,
            /// The entries that an instance may have. Anything but a list of objects is kept in
            /// `other`.
            "configuration" configuration: Vec<ConfigurationEntry>,
        }
    }
}

impl Element {
    /// Returns how a user authenticates, if the element says so.
    pub fn scheme(&self) -> Option<AuthenticationScheme> {
        self.authentication.as_ref()?.scheme()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn configuration_of_another_form_is_kept_and_does_not_fail() {
        for configuration in [
            json!({"oauth.api.key": "k"}),
            json!(null),
            json!("none"),
            json!([{"key": "a"}, "b"]),
            json!([]),
            json!([{"key": "a", "required": "yes", "id": 4_294_967_296_u64, "unheard": [1]}]),
        ] {
            let tree = json!({"key": "x", "configuration": configuration});
            let element: Element = serde_json::from_value(tree.clone()).unwrap();
            assert_eq!(serde_json::to_value(&element).unwrap(), tree);
            let is_list = matches!(&tree["configuration"], Value::Array(entries)
                if entries.iter().all(Value::is_object));
            assert_eq!(element.configuration.is_some(), is_list, "{tree}");
        }
    }
}
