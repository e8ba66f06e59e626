use std::fmt;
use std::sync::Arc;

use ce_core::{Config, Error, PageToken, Paged, Pages};

use crate::driver::drive;
use crate::trace::SpanName;
use crate::transport::Transport;

/// An iterator over the items of a list, made by [`Client::list`](crate::Client::list).
///
/// It holds one page at a time, and requests the next one when that is used up. It ends after an
/// error; the items before the error are valid, and [`resume_token`](ListIter::resume_token) is where
/// another list of the same call continues.
pub struct ListIter<C: Paged> {
    transport: Arc<dyn Transport>,
    config: Arc<Config>,
    purpose: &'static str,
    page: std::vec::IntoIter<C::Item>,
    pages: Pages<C>,
}

impl<C: Paged> ListIter<C> {
    pub(crate) fn new(transport: Arc<dyn Transport>, config: Arc<Config>, call: C) -> Self {
        Self {
            transport,
            config,
            purpose: call.purpose(),
            page: Vec::new().into_iter(),
            pages: Pages::new(call),
        }
    }

    /// Returns where to continue: at the page after that of the last item, or at the page that failed.
    ///
    /// It is `None` while that is the page the list started with, and at the end.
    pub fn resume_token(&self) -> Option<&PageToken> {
        self.pages.resume_token()
    }

    /// Returns the number of items on all pages, once the platform has reported it.
    pub fn total(&self) -> Option<u64> {
        self.pages.total()
    }
}

impl<C: Paged> Iterator for ListIter<C> {
    type Item = Result<C::Item, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.page.next() {
                return Some(Ok(item));
            }
            let page = self.pages.next_page(&self.config)?;
            let name = SpanName::List(self.purpose);
            match drive(&*self.transport, page, name) {
                Ok(items) => self.page = items.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<C: Paged> fmt::Debug for ListIter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListIter")
            .field("resume_token", &self.resume_token())
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}
