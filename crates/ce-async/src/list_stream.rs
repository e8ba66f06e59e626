use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use ce_core::{Config, Error, PageToken, Paged, Pages};
use futures_core::Stream;

use crate::driver::drive;
use crate::trace::SpanName;
use crate::transport::Transport;

/// A [`Stream`] over the items of a list, made by [`Client::list`](crate::Client::list).
///
/// It holds one page at a time, and requests the next one when that is used up. It ends after an
/// error; the items before the error are valid, and [`resume_token`](ListStream::resume_token) is where
/// another list of the same call continues.
pub struct ListStream<'c, C: Paged> {
    transport: Arc<dyn Transport>,
    config: Arc<Config>,
    purpose: &'static str,
    page: std::vec::IntoIter<C::Item>,
    /// The pages that are left; `None` while one is requested.
    pages: Option<Pages<C>>,
    /// Never locked: the mutex makes the stream `Sync`, which the future is not.
    request: Option<Mutex<PageRequest<'c, C>>>,
    token: Option<PageToken>,
    total: Option<u64>,
}

type PageRequest<'c, C> = Pin<Box<dyn Future<Output = Requested<C>> + Send + 'c>>;

/// The pages that are left, and the one that was requested.
type Requested<C> = (Pages<C>, Option<Result<Vec<<C as Paged>::Item>, Error>>);

impl<'c, C: Paged + Send + Sync + 'c> ListStream<'c, C>
where
    C::Item: Send,
{
    pub(crate) fn new(transport: Arc<dyn Transport>, config: Arc<Config>, call: C) -> Self {
        Self {
            transport,
            config,
            purpose: call.purpose(),
            page: Vec::new().into_iter(),
            pages: Some(Pages::new(call)),
            request: None,
            token: None,
            total: None,
        }
    }

    /// Returns the next item, or `None` at the end.
    ///
    /// It is the stream's `next` for callers without an extension trait. Dropping the future loses
    /// nothing.
    pub async fn next(&mut self) -> Option<Result<C::Item, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    fn request(&self, mut pages: Pages<C>) -> PageRequest<'c, C> {
        let transport = Arc::clone(&self.transport);
        let config = Arc::clone(&self.config);
        let name = SpanName::List(self.purpose);
        Box::pin(async move {
            let page = match pages.next_page(&config) {
                Some(page) => Some(drive(&*transport, page, name).await),
                None => None,
            };
            (pages, page)
        })
    }
}

impl<C: Paged> ListStream<'_, C> {
    /// Returns where to continue: at the page after that of the last item, or at the page that failed.
    ///
    /// It is `None` while that is the page the list started with, and at the end.
    pub fn resume_token(&self) -> Option<&PageToken> {
        self.token.as_ref()
    }

    /// Returns the number of items on all pages, once the platform has reported it.
    pub fn total(&self) -> Option<u64> {
        self.total
    }
}

// Nothing is pinned in place: the future has a box of its own.
impl<C: Paged> Unpin for ListStream<'_, C> {}

impl<'c, C: Paged + Send + Sync + 'c> Stream for ListStream<'c, C>
where
    C::Item: Send,
{
    type Item = Result<C::Item, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let stream = self.get_mut();
        loop {
            if let Some(item) = stream.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            if let Some(request) = &mut stream.request {
                let request = request.get_mut().unwrap_or_else(PoisonError::into_inner);
                let (pages, page) = ready!(request.as_mut().poll(context));
                stream.request = None;
                stream.token = pages.resume_token().cloned();
                stream.total = pages.total();
                stream.pages = Some(pages);
                match page {
                    Some(Ok(items)) => stream.page = items.into_iter(),
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    None => return Poll::Ready(None),
                }
            } else if let Some(pages) = stream.pages.take() {
                stream.request = Some(Mutex::new(stream.request(pages)));
            } else {
                return Poll::Ready(None);
            }
        }
    }
}

impl<C: Paged> fmt::Debug for ListStream<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListStream")
            .field("resume_token", &self.token)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
