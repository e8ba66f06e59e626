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
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct ListInstances<T = Instance> {
    filter: Filter,
    paging: Paging,
    item: PhantomData<fn() -> T>,
}

#[derive(Clone, Debug, Default)]
struct Filter {
    element: Option<ElementKey>,
    tags: Vec<String>,
    hydrate: Option<bool>,
}

impl ListInstances {
    /// Lists all instances.
    pub fn new() -> Self {
        Self {
            filter: Filter::default(),
            paging: Paging::default(),
            item: PhantomData,
        }
    }
}

impl<T> ListInstances<T> {
    /// Filters by element.
    pub fn element(mut self, element: impl Into<ElementKey>) -> Self {
        self.filter.element = Some(element.into());
        self
    }

    /// Filters by exact tag. Repeatable; all tags must match.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.filter.tags.push(tag.into());
        self
    }

    /// Sets whether the configuration is included. Without it the platform answers sooner.
    pub fn hydrate(mut self, hydrate: bool) -> Self {
        self.filter.hydrate = Some(hydrate);
        self
    }

    paging_setters!();

    /// Decodes each instance as a `U`, such as a type with the few fields that are needed, or
    /// [`Object`](ce_model::Object), which takes anything.
    pub fn items_as<U>(self) -> ListInstances<U> {
        ListInstances {
            filter: self.filter,
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

impl<T> Clone for ListInstances<T> {
    fn clone(&self) -> Self {
        Self {
            filter: self.filter.clone(),
            paging: self.paging.clone(),
            item: PhantomData,
        }
    }
}

impl<T: DeserializeOwned> Call for ListInstances<T> {
    output!("list the instances" -> Page<T>: page);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let Filter {
            element,
            tags,
            hydrate,
        } = &self.filter;
        let mut request = match element {
            None => RequestBuilder::new(config, Method::GET, &["instances"]),
            Some(element) => at_element(config, element, &["instances"]),
        };
        for tag in tags {
            request = request.query("tags[]", tag);
        }
        if let Some(hydrate) = hydrate {
            request = request.query("hydrate", &hydrate.to_string());
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
