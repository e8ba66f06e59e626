use ce_model::{Element, ElementKey, Object};
use http::Method;

use crate::config::Config;
use crate::error::Error;
use crate::error::{FieldErrors, InvalidInput};
use crate::execution::{Call, read_json};
use crate::paging::{Page, PageToken, Paged, Paging, paging_setters};
use crate::wire::RequestBuilder;
use crate::wire::{Request, Response};

/// `GET /elements`: the catalogue, by pages.
#[derive(Clone, Debug, Default)]
pub struct ListElements {
    paging: Paging,
}

impl ListElements {
    /// All of it.
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
        let request = RequestBuilder::new(config, Method::GET, &["elements"])?;
        self.paging.ask(request)?.build()
    }

    fn decode(&self, response: &Response) -> Result<Page<Element>, Error> {
        Page::read(self.purpose(), response)
    }
}

impl Paged for ListElements {
    type Item = Element;

    fn at(&mut self, token: PageToken) {
        self.paging.token = Some(token);
    }
}

/// `GET /elements/keys`: the keys of the catalogue.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListElementKeys;

impl Call for ListElementKeys {
    type Output = Vec<ElementKey>;

    fn purpose(&self) -> &'static str {
        "list the elements' keys"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        RequestBuilder::new(config, Method::GET, &["elements", "keys"])?.build()
    }

    fn decode(&self, response: &Response) -> Result<Vec<ElementKey>, Error> {
        read_json(self.purpose(), response)
    }
}

/// `GET /elements/{keyOrId}`: an element, and what it asks for.
#[derive(Clone, Debug)]
pub struct GetElement(ElementKey);

impl GetElement {
    /// Of this key, or of this id written as text.
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
        of_element(config, &self.0, &[])
    }

    fn decode(&self, response: &Response) -> Result<Element, Error> {
        read_json(self.purpose(), response)
    }
}

/// `GET /elements/{keyOrId}/metadata`: what the platform knows of an element besides. Its members
/// are not documented.
#[derive(Clone, Debug)]
pub struct GetElementMetadata(ElementKey);

impl GetElementMetadata {
    /// Of this key, or of this id written as text.
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
        of_element(config, &self.0, &["metadata"])
    }

    fn decode(&self, response: &Response) -> Result<Object, Error> {
        read_json(self.purpose(), response)
    }
}

pub(crate) fn of_element(
    config: &Config,
    element: &ElementKey,
    below: &[&str],
) -> Result<Request, InvalidInput> {
    at_element(config, element, below)?.build()
}

/// `GET` of this place below the element's own.
pub(super) fn at_element<'p>(
    config: &'p Config,
    element: &ElementKey,
    below: &[&str],
) -> Result<RequestBuilder<'p>, InvalidInput> {
    let mut errors = FieldErrors::default();
    errors.path_segment("element", element.as_str());
    errors.passed()?;
    let path: Vec<&str> = ["elements", element.as_str()]
        .into_iter()
        .chain(below.iter().copied())
        .collect();
    RequestBuilder::new(config, Method::GET, &path)
}
