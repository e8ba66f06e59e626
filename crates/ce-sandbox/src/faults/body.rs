use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame};

/// A body that does not end as it should.
///
/// Its size is unknown to the HTTP library, which then believes the `Content-Length` that the
/// response has.
pub(super) struct BrokenBody {
    part: Option<Bytes>,
    end: End,
    /// Being pending once makes the library send what it has before it learns of the end.
    has_waited: bool,
}

#[derive(Clone, Copy)]
pub(super) enum End {
    /// The connection is closed.
    Close,
    /// Nothing more happens.
    Stall,
}

impl BrokenBody {
    pub(super) fn new(part: Bytes, end: End) -> Self {
        Self {
            part: Some(part).filter(|part| !part.is_empty()),
            end,
            has_waited: false,
        }
    }
}

impl Body for BrokenBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(part) = self.part.take() {
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        match self.end {
            End::Stall => Poll::Pending,
            End::Close if self.has_waited => {
                Poll::Ready(Some(Err(io::Error::other("the body breaks off"))))
            }
            End::Close => {
                self.has_waited = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

/// So many spaces are sent at a time.
static SPACES: [u8; 1 << 14] = [b' '; 1 << 14];

/// Very many spaces, and then the JSON.
pub(super) struct HugeBody {
    pub(super) spaces: u64,
    pub(super) json: Bytes,
}

impl Body for HugeBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let size = self.spaces.min(SPACES.len() as u64);
        self.spaces -= size;
        let data = match SPACES.get(..size as usize) {
            Some(spaces) if size > 0 => Bytes::from_static(spaces),
            _ => std::mem::take(&mut self.json),
        };
        Poll::Ready((!data.is_empty()).then_some(Ok(Frame::data(data))))
    }
}
