use std::fmt;

use ce_model::InstanceId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, FieldErrorKind};
use crate::execution::Call;
use crate::wire::{RequestBuilder, Response};

/// One page of a list. [`Pages`](crate::Pages) goes through all of them.
///
/// ```
/// use ce_core::Page;
///
/// // A unit test of an application makes its own:
/// let page = Page { total: Some(3), ..Page::new(vec!["a", "b"]) };
/// assert!(page.next.is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items of the page.
    pub items: Vec<T>,
    /// The next page (`Elements-Next-Page-Token`). The platform sends one even if the next page is
    /// empty.
    pub next: Option<PageToken>,
    /// The number of items on all pages, if the platform tells (`Elements-Total-Count`).
    pub total: Option<u64>,
    /// The platform's id of the request.
    pub request_id: Option<String>,
    /// The instance that the page came through, if any.
    pub instance_id: Option<InstanceId>,
}

impl<T> Page<T> {
    /// A page with these items, which is the last.
    pub fn new(items: Vec<T>) -> Self {
        Self {
            items,
            next: None,
            total: None,
            request_id: None,
            instance_id: None,
        }
    }

    /// A page without items, as its headers describe it.
    pub(crate) fn described(purpose: &'static str, response: &Response) -> Result<Self, Error> {
        Ok(Self {
            items: Vec::new(),
            next: PageToken::of(purpose, response)?,
            total: response.number("elements-total-count"),
            request_id: response.request_id().map(str::to_owned),
            instance_id: response.instance_id(),
        })
    }
}

impl<T: DeserializeOwned> Page<T> {
    /// Decodes a JSON array, and the headers that describe the page. An empty body is an empty page.
    ///
    /// # Errors
    /// [`Error::Decode`] if the body is not an array of such items, or the next page's token is not
    /// text: the list would end early.
    pub fn decode(purpose: &'static str, response: &Response) -> Result<Self, Error> {
        let items = match response.is_blank() {
            true => Vec::new(),
            false => response.json(purpose)?,
        };
        let page = Self::described(purpose, response)?;
        Ok(Self { items, ..page })
    }
}

/// A call whose response is a page of a list.
pub trait Paged: Call<Output = Page<<Self as Paged>::Item>> {
    /// An item of the list.
    type Item;

    /// Sets the page that is requested.
    fn set_page(&mut self, token: PageToken);
}

/// The position of a page in a list. It can be stored, to go on later.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageToken(String);

impl PageToken {
    const HEADER: &'static str = "elements-next-page-token";

    /// The token as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(purpose: &'static str, response: &Response) -> Result<Option<Self>, Error> {
        let Some(token) = response.headers().get(Self::HEADER) else {
            return Ok(None);
        };
        let token = std::str::from_utf8(token.as_bytes()).map_err(|_| {
            response.decode_error(purpose, "has a token of the next page that is not text")
        })?;
        let token = token.trim();
        let is_none = token.is_empty() || token == "null";
        Ok((!is_none).then(|| token.into()))
    }
}

impl From<&str> for PageToken {
    fn from(token: &str) -> Self {
        Self(token.to_owned())
    }
}

impl From<String> for PageToken {
    fn from(token: String) -> Self {
        Self(token)
    }
}

impl AsRef<str> for PageToken {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The page that a call requests, and its size.
#[derive(Clone, Debug, Default)]
pub(crate) struct Paging {
    pub(crate) size: Option<u32>,
    pub(crate) number: Option<u32>,
    pub(crate) token: Option<PageToken>,
}

impl Paging {
    pub(crate) fn add_to<'c>(&self, request: RequestBuilder<'c>) -> RequestBuilder<'c> {
        let request = match self.size {
            None => request,
            Some(0) => request.invalid("page size", FieldErrorKind::Zero),
            Some(size) => request.query("pageSize", &size.to_string()),
        };
        match (&self.token, self.number) {
            (Some(token), _) => request.query("nextPage", token.as_str()),
            (None, Some(0)) => request.invalid("page", FieldErrorKind::Zero),
            (None, Some(number)) => request.query("page", &number.to_string()),
            (None, None) => request,
        }
    }
}

/// The setters of a paged call.
macro_rules! paging_setters {
    () => {
        /// Sets the most items of a page. The platform's own limit is 200 for elements and instances;
        /// for objects the vendor's generated clients say 5000.
        pub fn page_size(mut self, size: u32) -> Self {
            self.paging.size = Some(size);
            self
        }

        /// Starts at the page with this number, from 1.
        pub fn page(mut self, number: u32) -> Self {
            self.paging.number = Some(number);
            self
        }

        /// Starts at this page, such as the [`resume_token`](crate::Pages::resume_token) of an earlier
        /// listing.
        pub fn from_page(mut self, token: $crate::PageToken) -> Self {
            self.paging.token = Some(token);
            self
        }
    };
}

pub(crate) use paging_setters;
