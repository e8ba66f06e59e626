use ce_model::{Element, ElementKey, Object};
use http::Method;

use super::simple_calls::{output, simple_calls};
use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::paging::{Page, PageToken, Paged, Paging, paging_setters};
use crate::wire::{Request, RequestBuilder, Response};

/// `GET /elements`: the catalogue of elements.
#[derive(Clone, Debug, Default)]
#[must_use = "a call does nothing until it is sent"]
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
    output!("list the elements" -> Page<Element>: page);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let request = RequestBuilder::new(config, Method::GET, &["elements"]);
        self.paging.add_to(request).build()
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
#[must_use = "a call does nothing until it is sent"]
pub struct ListElementKeys;

impl Call for ListElementKeys {
    output!("list the elements' keys" -> Vec<ElementKey>: json);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        RequestBuilder::new(config, Method::GET, &["elements", "keys"]).build()
    }
}

simple_calls! {
    /// `GET /elements/{keyOrId}`: an element, with the configuration that its instances may have.
    #[derive(Clone, Debug)]
    GetElement(ElementKey): "get the element" -> Element: json,
    |config, element| at_element(config, element, &[]),
    on_error: |_, error, _| Err(if_unheard_of(error));

    /// `GET /elements/{keyOrId}/metadata`: the metadata of an element, whose members are not documented.
    #[derive(Clone, Debug)]
    GetElementMetadata(ElementKey): "get the element's metadata" -> Object: json,
    |config, element| at_element(config, element, &["metadata"]);
}

/// Says where the elements are, if the platform knows none of this key.
pub(crate) fn if_unheard_of(error: Error) -> Error {
    match error {
        Error::Refused(error) if error.is_platforms_not_found() => {
            let advice = "; ListElementKeys lists the elements' keys";
            error.with_advice(advice).into()
        }
        error => error,
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
