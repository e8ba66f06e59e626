use ce_model::{Element, ElementKey, Object};
use http::Method;

use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::paging::{Page, PageToken, Paged, Paging, paging_setters};
use crate::wire::{Request, RequestBuilder, Response};

/// `GET /elements`: the catalogue of elements.
#[derive(Clone, Debug, Default)]
pub struct ListElements {
    paging: Paging,
}

impl ListElements {
    /// Lists all elements.
    pub fn new() -> Self {
        Self::default()
    }

    paging_setters!();
}

impl Call for ListElements {
    type Output = Page<Element>;

    fn purpose(&self) -> &'static str {
        "list the elements"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let request = RequestBuilder::new(config, Method::GET, &["elements"]);
        self.paging.add_to(request).build()
    }

    fn decode(&self, response: &Response) -> Result<Page<Element>, Error> {
        Page::decode(self.purpose(), response)
    }
}

impl Paged for ListElements {
    type Item = Element;

    fn set_page(&mut self, token: PageToken) {
        self.paging.token = Some(token);
    }
}

/// `GET /elements/keys`: the keys of all elements.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListElementKeys;

impl Call for ListElementKeys {
    type Output = Vec<ElementKey>;

    fn purpose(&self) -> &'static str {
        "list the elements' keys"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        RequestBuilder::new(config, Method::GET, &["elements", "keys"]).build()
    }

    fn decode(&self, response: &Response) -> Result<Vec<ElementKey>, Error> {
        response.json(self.purpose())
    }
}

/// `GET /elements/{keyOrId}`: an element, with the configuration that its instances may have.
#[derive(Clone, Debug)]
pub struct GetElement(ElementKey);

impl GetElement {
    /// Gets the element with this key or number.
    pub fn new(element: impl Into<ElementKey>) -> Self {
        Self(element.into())
    }
}

impl Call for GetElement {
    type Output = Element;

    fn purpose(&self) -> &'static str {
        "get the element"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_element(config, &self.0, &[]).build()
    }

    fn decode(&self, response: &Response) -> Result<Element, Error> {
        response.json(self.purpose())
    }
}

/// `GET /elements/{keyOrId}/metadata`: the metadata of an element, whose members are not documented.
#[derive(Clone, Debug)]
pub struct GetElementMetadata(ElementKey);

impl GetElementMetadata {
    /// Gets the metadata of the element with this key or number.
    pub fn new(element: impl Into<ElementKey>) -> Self {
        Self(element.into())
    }
}

impl Call for GetElementMetadata {
    type Output = Object;

    fn purpose(&self) -> &'static str {
        "get the element's metadata"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        at_element(config, &self.0, &["metadata"]).build()
    }

    fn decode(&self, response: &Response) -> Result<Object, Error> {
        response.json(self.purpose())
    }
}

/// A `GET` of a path below the element.
pub(crate) fn at_element<'c>(
    config: &'c Config,
    element: &ElementKey,
    below: &[&str],
) -> RequestBuilder<'c> {
    let element = RequestBuilder::new(config, Method::GET, &["elements"])
        .segment("element", element.as_str());
    below.iter().fold(element, |request, segment| {
        request.segment("path segment", segment)
    })
}
