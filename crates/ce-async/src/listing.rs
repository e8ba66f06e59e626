use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ce_core::{Error, PageToken, Paged, Pages};
use futures_core::Stream;

use crate::client::Client;

/// The items of a list, from page to page, as [`Client::list`] makes it.
///
/// It ends after an error. The items before it stand, and [`resume_token`](Listing::resume_token)
/// says from where a listing of the same call goes on.
pub struct Listing<'c, C: Paged> {
    client: Client,
    page: std::vec::IntoIter<C::Item>,
    /// The pages that are yet to come; none while one is being asked for.
    pages: Option<Pages<C>>,
    coming: Option<Coming<'c, C>>,
    token: Option<PageToken>,
    total: Option<u64>,
}

type Coming<'c, C> = Pin<Box<dyn Future<Output = Turned<C>> + Send + 'c>>;

/// The pages that are yet to come, and the one that came.
type Turned<C> = (Pages<C>, Option<Result<Vec<<C as Paged>::Item>, Error>>);

impl<'c, C: Paged + Send + Sync + 'c> Listing<'c, C>
where
    C::Item: Send,
{
    pub(crate) fn new(client: Client, call: C) -> Self {
        Self {
            client,
            page: Vec::new().into_iter(),
            pages: Some(Pages::new(call)),
            coming: None,
            token: None,
            total: None,
        }
    }

    /// The next item; none at the end. The same as the `Stream`'s, for those who have no extension
    /// trait at hand. The future may be dropped half-way: nothing is lost by it.
    pub async fn next(&mut self) -> Option<Result<C::Item, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<C: Paged> Listing<'_, C> {
    /// Where to go on: the page after the one that the last item is of, or the page that failed. None
    /// while that is the page that the list began with, and at the end.
    pub fn resume_token(&self) -> Option<&PageToken> {
        self.token.as_ref()
    }

    /// How many items there are in all, once the platform has said so.
    pub fn total(&self) -> Option<u64> {
        self.total
    }
}

// Nothing of it is pinned in place: the future has a box of its own.
impl<C: Paged> Unpin for Listing<'_, C> {}

impl<'c, C: Paged + Send + Sync + 'c> Stream for Listing<'c, C>
where
    C::Item: Send,
{
    type Item = Result<C::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let listing = self.get_mut();
        loop {
            if let Some(item) = listing.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            if let Some(coming) = &mut listing.coming {
                let (pages, page) = ready!(coming.as_mut().poll(context));
                listing.coming = None;
                listing.token = pages.resume_token().cloned();
                listing.total = pages.total();
                listing.pages = Some(pages);
                match page {
                    Some(Ok(items)) => listing.page = items.into_iter(),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    None => return Poll::Ready(None),
                }
            } else if let Some(pages) = listing.pages.take() {
                listing.coming = Some(ask(listing.client.clone(), pages));
            } else {
                return Poll::Ready(None);
            }
        }
    }
}

fn ask<'c, C: Paged + Send + Sync + 'c>(client: Client, mut pages: Pages<C>) -> Coming<'c, C>
where
    C::Item: Send,
{
    Box::pin(async move {
        let page = match pages.next_page(client.config()) {
            Some(page) => Some(client.run(page).await),
            None => None,
        };
        (pages, page)
    })
}

impl<C: Paged> fmt::Debug for Listing<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("resume_token", &self.token)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
