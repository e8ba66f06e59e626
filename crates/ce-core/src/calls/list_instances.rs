use std::marker::PhantomData;

use ce_model::{ElementKey, Instance};
use http::Method;
use serde::de::DeserializeOwned;

use super::elements::at_element;
use super::simple_calls::output;
use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::paging::{Page, PageToken, Paged, Paging, paging_setters};
use crate::wire::{Request, RequestBuilder, Response};

/// `GET /instances`, `GET /elements/{keyOrId}/instances`: the instances.
///
/// The platform answers a search without hits by 404; it is an empty page here.
///
/// ```
/// use ce_core::calls::ListInstances;
///
/// let of_a_customer = ListInstances::new().element("instagram").tag("customer-42");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct ListInstances<T = Instance> {
    element: Option<ElementKey>,
    /// Of the query.
    parameters: Vec<(&'static str, String)>,
    paging: Paging,
    item: PhantomData<fn() -> T>,
}

impl ListInstances {
    /// Lists all instances.
    pub fn new() -> Self {
        Self {
            element: None,
            parameters: Vec::new(),
            paging: Paging::default(),
            item: PhantomData,
        }
    }
}

impl<T> ListInstances<T> {
    /// Filters by element.
    pub fn element(mut self, element: impl Into<ElementKey>) -> Self {
        self.element = Some(element.into());
        self
    }

    /// Filters by exact tag. Repeatable; all tags must match.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.parameters.push(("tags[]", tag.into()));
        self
    }

    /// Filters by a text in the instance's name or its element's key.
    pub fn search_text(self, text: impl Into<String>) -> Self {
        self.parameter("searchText", text.into())
    }

    /// Sets whether the configuration is included. Without it the platform answers sooner.
    pub fn hydrate(self, hydrate: bool) -> Self {
        self.parameter("hydrate", hydrate.to_string())
    }

    /// Sets a parameter, in place of any of the same name.
    fn parameter(mut self, name: &'static str, value: String) -> Self {
        self.parameters.retain(|(given, _)| *given != name);
        self.parameters.push((name, value));
        self
    }

    paging_setters!();

    /// Decodes each instance as a `U`, such as a type with the few fields that are needed, or
    /// [`Object`](ce_model::Object), which takes anything.
    pub fn items_as<U>(self) -> ListInstances<U> {
        ListInstances {
            element: self.element,
            parameters: self.parameters,
            paging: self.paging,
            item: PhantomData,
        }
    }
}

impl Default for ListInstances {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: DeserializeOwned> Call for ListInstances<T> {
    output!("list the instances" -> Page<T>: page);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let mut request = match &self.element {
            None => RequestBuilder::new(config, Method::GET, &["instances"]),
            Some(element) => at_element(config, element, &["instances"]),
        };
        for (name, value) in &self.parameters {
            request = request.query(name, value);
        }
        self.paging.add_to(request).build()
    }

    fn on_error(&self, error: Error, _: bool) -> Result<Page<T>, Error> {
        match error {
            Error::Refused(error) if error.says_none_found() => Ok(Page {
                request_id: error.request_id().map(str::to_owned),
                ..Page::new(Vec::new())
            }),
            error => Err(error),
        }
    }
}

impl<T: DeserializeOwned> Paged for ListInstances<T> {
    type Item = T;

    fn set_page(&mut self, token: PageToken) {
        self.paging.token = Some(token);
    }
}
