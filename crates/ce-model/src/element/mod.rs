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
