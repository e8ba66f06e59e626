use super::Events;
use crate::json::record;
use crate::{Element, ElementKey, Json, Object};

record! {
    /// The body of step 2, `POST /instances`.
    ///
    /// Configuration and `providerData` may hold secrets: `Debug` prints their names alone.
    ///
    /// ```
    /// use ce_model::CreateInstance;
    ///
    /// let body = CreateInstance::new("instagram", "Ann's photos")
    ///     .code("the callback's code")
    ///     .configuration("oauth.api.key", "client id")
    ///     .tag("customer-42");
    /// assert_eq!(
    ///     body.to_json(),
    ///     concat!(
    ///         r#"{"element":{"key":"instagram"},"#,
    ///         r#""providerData":{"code":"the callback's code"},"#,
    ///         r#""configuration":{"oauth.api.key":"client id"},"#,
    ///         r#""tags":["customer-42"],"name":"Ann's photos"}"#,
    ///     )
    /// );
    /// ```
    #[must_use]
    #[derive(Default)]
    pub struct CreateInstance {
        optional {
            /// The element, of which the key is enough. Absent if the path names it.
            "element" element: Element,
            /// What the provider's callback brought: `code`, and what an element needs besides.
            "providerData" provider_data: Object,
            /// The settings: API key and secret, callback URL, and what the element requires.
            "configuration" configuration: Object,
            /// Labels by which instances are found again.
            "tags" tags: Vec<String>,
            /// The instance's name.
            "name" name: String,
            /// Whether the platform reads the provider's objects at once.
            "retrieveObjectsAfterInstantiation" retrieve_objects_after_instantiation: bool,
            /// `none`, or `initial` with an `oauth.user.refresh_token` obtained elsewhere.
            "externalAuthentication" external_authentication: String,
        }
    }
}

impl CreateInstance {
    /// Creates the body for an instance of this element, with this name.
    pub fn new(element: impl Into<ElementKey>, name: impl Into<String>) -> Self {
        Self {
            element: Some(Element {
                key: Some(element.into()),
                ..Element::default()
            }),
            name: Some(name.into()),
            ..Self::default()
        }
    }

    /// Sets the code that the provider's callback brought.
    pub fn code(self, code: impl Into<Json>) -> Self {
        self.provider_data("code", code)
    }

    /// Sets an entry of `providerData`.
    pub fn provider_data(mut self, name: impl AsRef<str>, value: impl Into<Json>) -> Self {
        let provider_data = self.provider_data.get_or_insert_default();
        provider_data.insert(name, value);
        self
    }

    /// Sets an entry of the configuration.
    pub fn configuration(mut self, key: impl AsRef<str>, value: impl Into<Json>) -> Self {
        let configuration = self.configuration.get_or_insert_default();
        configuration.insert(key, value);
        self
    }

    /// Turns events on.
    pub fn events(mut self, events: Events) -> Self {
        for (key, value) in events.entries().iter() {
            self = self.configuration(key, value.clone());
        }
        self
    }

    /// Adds a tag.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.get_or_insert_default().push(tag.into());
        self
    }
}
