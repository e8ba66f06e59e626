use crate::record::{documented_record, record};
use crate::{ElementKey, Events, Json, Object};

record! {
    /// The body of step 2, `POST /instances`.
    ///
    /// It is what an application sends that talks HTTP by itself; the clients write it from
    /// `ce_core::ConnectRequest`. Configuration and `providerData` print by their names alone.
    ///
    /// ```
    /// use ce_model::CreateInstance;
    ///
    /// let body = CreateInstance::new("instagram", "Ann's photos")
    ///     .code("the callback's code")
    ///     .configuration("oauth.api.key", "client id")
    ///     .configuration("oauth.api.secret", "client secret")
    ///     .configuration("oauth.callback.url", "https://app.example/callback")
    ///     .tag("customer-42");
    /// assert_eq!(
    ///     serde_json::to_string(&body)?,
    ///     concat!(
    ///         r#"{"element":{"key":"instagram"},"#,
    ///         r#""providerData":{"code":"the callback's code"},"#,
    ///         r#""configuration":{"oauth.api.key":"client id","oauth.api.secret":"client secret","#,
    ///         r#""oauth.callback.url":"https://app.example/callback"},"#,
    ///         r#""tags":["customer-42"],"name":"Ann's photos"}"#,
    ///     )
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Default)]
    pub struct CreateInstance {
        optional {
            /// Which element; absent where the path names it.
            "element" element: ElementReference,
            /// What the provider's callback brought: `code`, or what an element needs besides.
            "providerData" provider_data: Object,
            /// The element's settings: API key and secret, callback URL, and the caller's own.
            "configuration" configuration: Object,
            /// Free labels by which instances are found again.
            "tags" tags: Vec<String>,
            /// What the instance is called.
            "name" name: String,
            /// Should the platform read the provider's objects at once?
            "retrieveObjectsAfterInstantiation" retrieve_objects_after_instantiation: bool,
            /// `none`, or `initial` with an `oauth.user.refresh_token` obtained elsewhere.
            "externalAuthentication" external_authentication: String,
        }
    }
}

record! {
    /// `{"key": …}`: which element an instance is to be of.
    #[derive(Default)]
    pub struct ElementReference {
        optional {
            /// The element's key.
            "key" key: ElementKey,
        }
    }
}
documented_record!(ElementReference);

impl CreateInstance {
    /// An instance of this element under this name.
    pub fn new(element: impl Into<ElementKey>, name: impl Into<String>) -> Self {
        Self {
            element: Some(ElementReference {
                key: Some(element.into()),
                ..ElementReference::default()
            }),
            name: Some(name.into()),
            ..Self::default()
        }
    }

    /// Adds the code that the provider's callback brought.
    #[must_use]
    pub fn code(self, code: impl Into<Json>) -> Self {
        self.provider_data("code", code)
    }

    /// Adds an entry to `providerData`.
    #[must_use]
    pub fn provider_data(mut self, name: impl AsRef<str>, value: impl Into<Json>) -> Self {
        self.provider_data
            .get_or_insert_default()
            .insert(name, value);
        self
    }

    /// Adds an entry to the configuration.
    #[must_use]
    pub fn configuration(mut self, key: impl AsRef<str>, value: impl Into<Json>) -> Self {
        self.configuration
            .get_or_insert_default()
            .insert(key, value);
        self
    }

    /// Switches events on.
    #[must_use]
    pub fn events(mut self, events: Events) -> Self {
        let entries = events.entries();
        let configuration = self.configuration.get_or_insert_default();
        configuration.extend(entries.iter().map(|(key, value)| (key, value.clone())));
        self
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.get_or_insert_default().push(tag.into());
        self
    }
}
