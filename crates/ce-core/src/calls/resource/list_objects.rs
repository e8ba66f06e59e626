use std::marker::PhantomData;

use http::Method;
use serde::de::DeserializeOwned;

use super::{Condition, Resource};
use crate::config::Config;
use crate::error::{Error, FieldErrorKind, InvalidInput};
use crate::execution::Call;
use crate::paging::{Page, PageToken, Paged, Paging, paging_setters};
use crate::wire::{Request, Response};

/// A call that lists the objects of a [`Resource`].
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct ListObjects<'a, T> {
    resource: Resource<'a>,
    paging: Paging,
    is_valid: bool,
    item: PhantomData<fn() -> T>,
}

impl<'a, T> ListObjects<'a, T> {
    pub(super) fn new(resource: Resource<'a>) -> Self {
        Self {
            resource,
            paging: Paging::default(),
            is_valid: true,
            item: PhantomData,
        }
    }

    /// Filters by a query (`where`), such as `name='Ann'`, in the platform's own language. Quotes
    /// within a value are the caller's to double.
    pub fn matching(mut self, query: impl Into<String>) -> Self {
        self.resource = self.resource.parameter("where", query);
        self
    }

    /// Filters by a condition.
    pub fn filter(mut self, condition: &Condition) -> Self {
        self.is_valid &= condition.is_valid();
        self.matching(condition.to_string())
    }

    /// Includes these fields of each object alone.
    pub fn fields(mut self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        self.resource = self.resource.parameter("fields", names.join(","));
        self
    }

    /// Sorts by a field: `name asc`, `name desc`.
    pub fn order_by(mut self, order: impl Into<String>) -> Self {
        self.resource = self.resource.parameter("orderBy", order);
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
        let mut request = self.resource.request(config, Method::GET, None);
        if !self.is_valid {
            request = request.invalid("where", FieldErrorKind::NotACondition);
        }
        self.paging.add_to(request).build()
    }

    fn decode(&self, response: &Response) -> Result<Page<T>, Error> {
        self.resource.check_instance(response)?;
        let page = Page::decode(self.purpose(), response);
        page.map_err(|error| self.resource.named(error))
    }
}

impl<T: DeserializeOwned> Paged for ListObjects<'_, T> {
    type Item = T;

    fn set_page(&mut self, token: PageToken) {
        self.paging.token = Some(token);
    }
}
