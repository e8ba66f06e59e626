use crate::json::record;
use crate::{Authentication, ElementKey};

record! {
    /// The element of an instance, as the instance describes it.
    #[derive(Default)]
    pub struct InstanceElement {
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
        }
    }
}
