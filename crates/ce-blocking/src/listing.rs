use std::fmt;

use ce_core::{Error, PageToken, Paged, Pages};

use crate::client::Client;

/// The items of a list, from page to page, as [`Client::list`] makes it.
///
/// It ends after an error. The items before it stand, and [`resume_token`](Listing::resume_token)
/// says from where a listing of the same call goes on.
pub struct Listing<C: Paged> {
    client: Client,
    page: std::vec::IntoIter<C::Item>,
    pages: Pages<C>,
}

impl<C: Paged> Listing<C> {
    pub(crate) fn new(client: Client, call: C) -> Self {
        Self {
            client,
            page: Vec::new().into_iter(),
            pages: Pages::new(call),
        }
    }

    /// Where to go on: the page after the one that the last item is of, or the page that failed. None
    /// while that is the page that the list began with, and at the end.
    pub fn resume_token(&self) -> Option<&PageToken> {
        self.pages.resume_token()
    }

    /// How many items there are in all, once the platform has said so.
    pub fn total(&self) -> Option<u64> {
        self.pages.total()
    }
}

impl<C: Paged> Iterator for Listing<C> {
    type Item = Result<C::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.page.next() {
                return Some(Ok(item));
            }
            let page = self.pages.next_page(self.client.config())?;
            match self.client.run(page) {
                Ok(items) => self.page = items.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<C: Paged> fmt::Debug for Listing<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("resume_token", &self.resume_token())
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}
