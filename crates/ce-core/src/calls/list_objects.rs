use std::marker::PhantomData;

use http::Method;
use serde::de::DeserializeOwned;

use super::objects::Resource;
use crate::config::Config;
use crate::error::Error;
use crate::error::InvalidInput;
use crate::execution::Call;
use crate::paging::{Page, PageToken, Paged, Paging, paging_setters};
use crate::wire::{Request, Response};

/// The objects of a resource, by pages, as [`Resource::list`] makes it.
#[derive(Debug)]
pub struct ListObjects<'a, T> {
    resource: Resource<'a>,
    matching: Option<String>,
    paging: Paging,
    item: PhantomData<fn() -> T>,
}

impl<'a, T> ListObjects<'a, T> {
    pub(super) fn new(resource: Resource<'a>) -> Self {
        Self {
            resource,
            matching: None,
            paging: Paging::default(),
            item: PhantomData,
        }
    }

    /// Those that match this query (`where`), such as `name='Ann'`. The platform's documentation has
    /// its grammar; quotes within a value are the caller's to escape.
    #[must_use]
    pub fn matching(mut self, query: impl Into<String>) -> Self {
        self.matching = Some(query.into());
        self
    }

    paging_setters!();
}

impl<T: DeserializeOwned> Call for ListObjects<'_, T> {
    type Output = Page<T>;

    fn purpose(&self) -> &'static str {
        "list the objects"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let mut request = self.resource.request(config, Method::GET, None)?;
        if let Some(query) = &self.matching {
            request = request.query("where", query);
        }
        self.paging.ask(request)?.build()
    }

    fn decode(&self, response: &Response) -> Result<Page<T>, Error> {
        self.resource.check(response)?;
        Page::read(self.purpose(), response)
    }
}

impl<T: DeserializeOwned> Paged for ListObjects<'_, T> {
    type Item = T;

    fn at(&mut self, token: PageToken) {
        self.paging.token = Some(token);
    }
}
