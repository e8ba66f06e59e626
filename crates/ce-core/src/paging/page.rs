use std::fmt;

use ce_model::InstanceId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{ApiError, Error};
use crate::error::{FieldErrorKind, InvalidInput};
use crate::execution::{Call, read_json};
use crate::wire::RequestBuilder;
use crate::wire::Response;

/// A page of a list. [`Pages`](crate::Pages) goes through all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one is (`Elements-Next-Page-Token`). It comes even when there is nothing on
    /// the next one.
    pub next: Option<PageToken>,
    /// How many there are on all pages, where the platform says so (`Elements-Total-Count`).
    pub total: Option<u64>,
    /// The platform's id of the request.
    pub request_id: Option<String>,
    /// The instance that it came through, if it came through one.
    pub instance_id: Option<InstanceId>,
}

impl<T: DeserializeOwned> Page<T> {
    /// Reads a JSON array, and of the headers what they say of the page.
    ///
    /// # Errors
    /// [`Error::Decode`] when it isn't an array of such.
    pub fn read(purpose: &'static str, response: &Response) -> Result<Self, Error> {
        Ok(Self {
            items: read_json(purpose, response)?,
            next: response
                .header("elements-next-page-token")
                .filter(|token| !token.trim().is_empty())
                .map(PageToken::from),
            total: response.number("elements-total-count"),
            request_id: response.request_id().map(str::to_owned),
            instance_id: response.instance_id(),
        })
    }
}

impl<T> Page<T> {
    /// What a search without hits comes to: the platform answers it with an error.
    pub(crate) fn empty(api_error: &ApiError) -> Self {
        Self {
            items: Vec::new(),
            next: None,
            total: None,
            request_id: api_error.request_id().map(str::to_owned),
            instance_id: None,
        }
    }
}

/// A call that is answered by pages.
pub trait Paged: Call<Output = Page<<Self as Paged>::Item>> {
    /// What is on a page.
    type Item;

    /// Asks for the page at this token instead.
    fn at(&mut self, token: PageToken);
}

/// Where a page is. It can be stored, to go on later.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageToken(Box<str>);

impl Serialize for PageToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PageToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self)
    }
}

impl PageToken {
    /// The token as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for PageToken {
    fn from(token: &str) -> Self {
        Self(token.into())
    }
}

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which page is asked for, and how much may be on it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paging {
    pub(crate) size: Option<u32>,
    pub(crate) token: Option<PageToken>,
}

impl Paging {
    pub(crate) fn ask<'p>(
        &self,
        mut request: RequestBuilder<'p>,
    ) -> Result<RequestBuilder<'p>, InvalidInput> {
        match self.size {
            Some(0) => return Err(InvalidInput::one("page size", FieldErrorKind::Zero)),
            Some(size) => request = request.query("pageSize", &size.to_string()),
            None => {}
        }
        Ok(match &self.token {
            Some(token) => request.query("nextPage", token.as_str()),
            None => request,
        })
    }
}

/// What every call that is answered by pages can be told of them.
macro_rules! paging_setters {
    () => {
        /// How many a page holds at most; the platform's own bound is 200.
        #[must_use]
        pub fn page_size(mut self, size: u32) -> Self {
            self.paging.size = Some(size);
            self
        }

        /// Begins at this page, as an earlier listing's
        /// [`resume_token`](crate::Pages::resume_token) said.
        #[must_use]
        pub fn from_page(mut self, token: $crate::PageToken) -> Self {
            self.paging.token = Some(token);
            self
        }
    };
}

pub(crate) use paging_setters;
