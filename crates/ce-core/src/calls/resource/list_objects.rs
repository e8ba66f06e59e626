use http::Method;
use serde::de::DeserializeOwned;

use super::{Condition, Resource, ResourceCall};
use crate::error::FieldErrorKind;
use crate::paging::{Page, PageToken, Paged, paging_setters};

/// A call that lists the objects of a [`Resource`].
impl<'a, T: DeserializeOwned> ResourceCall<'a, Page<T>> {
    pub(super) fn list(resource: Resource<'a>) -> Self {
        Self::new(
            "list the objects",
            Method::GET,
            resource,
            |call, response| {
                call.resource.check_instance(call.purpose, response)?;
                let page = Page::decode(call.purpose, response);
                page.map_err(|error| call.resource.named(error))
            },
        )
    }

    /// Filters by a query (`where`), such as `name='Ann'`, in the platform's own language. Quotes
    /// within a value are the caller's to double.
    pub fn matching(self, query: impl Into<String>) -> Self {
        self.parameter("where", query)
    }

    /// Filters by a condition.
    pub fn filter(mut self, condition: &Condition) -> Self {
        if !condition.is_valid() {
            self.invalid = Some(("where", FieldErrorKind::NotACondition));
        }
        self.matching(condition.to_string())
    }

    /// Includes these fields of each object alone.
    pub fn fields(self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let names: Vec<_> = names.into_iter().collect();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        self.parameter("fields", names.join(","))
    }

    /// Sorts by a field: `name asc`, `name desc`.
    pub fn order_by(self, order: impl Into<String>) -> Self {
        self.parameter("orderBy", order)
    }

    paging_setters!();
}

impl<T> Paged for ResourceCall<'_, Page<T>> {
    type Item = T;

    fn set_page(&mut self, token: PageToken) {
        self.paging.token = Some(token);
    }
}
