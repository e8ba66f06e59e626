//! Elements: what can be connected, and what it requires.

mod authentication;
mod key;

pub use authentication::{Authentication, AuthenticationScheme};
pub use key::ElementKey;

use crate::Json;
use crate::json::record;

record! {
    /// An element of the catalogue (SAP: connector; Sugar: adapter): what can be connected, and
    /// what it requires.
    ///
    /// It is the response to `GET /elements/{keyOrId}`, and stands in an instance.
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

record! {
    /// One entry of a configuration: of an element, what its instances may have (`required`,
    /// `defaultValue`); of an instance, what it has (`id`, `propertyValue`).
    ///
    /// Values may be secrets. `Debug` prints their kind alone.
    #[derive(Default)]
    pub struct ConfigurationEntry {
        optional {
            /// The entry's number, by which an instance's entry is read and changed.
            "id" id: u64,
            /// The entry's key, such as `oauth.api.key`.
            "key" key: String,
            /// The value that an instance has set.
            "propertyValue" property_value: Json,
            /// The entry's name for people.
            "name" name: String,
            /// A description for people.
            "description" description: String,
            /// The kind of value, such as `TEXTFIELD_128`, `PASSWORD` or `BOOLEAN`.
            "type" kind: String,
            /// Whether an instance must have it.
            "required" required: bool,
            /// The value if an instance does not set one.
            "defaultValue" default_value: Json,
            /// Whether the entry is in use.
            "active" active: bool,
            /// Whether the entry is for the platform's own use.
            "internal" internal: bool,
            /// Whether the platform's console hides it.
            "hideFromConsole" hide_from_console: bool,
            /// Its place in the platform's console.
            "displayOrder" display_order: i64,
        }
    }
}
