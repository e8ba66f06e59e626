use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame};

/// So many spaces are sent at a time.
static SPACES: [u8; 1 << 14] = [b' '; 1 << 14];

/// A body that is not as it should be: spaces, then some bytes, and then the end.
///
/// Its size is unknown to the HTTP library, which then believes the `Content-Length` that the
/// response has.
pub(super) struct FaultyBody {
    pub(super) spaces: u64,
    pub(super) bytes: Bytes,
    pub(super) end: End,
}

#[derive(Clone, Copy)]
pub(super) enum End {
    Proper,
    /// The connection is closed, once the library has sent what it has: it does so when it has to
    /// wait.
    Close,
    Closing,
    /// Nothing more happens.
    Stall,
}

impl Body for FaultyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let size = self.spaces.min(SPACES.len() as u64);
        self.spaces -= size;
        let data = match SPACES.get(..size as usize) {
            Some(spaces) if size > 0 => Bytes::from_static(spaces),
            _ => std::mem::take(&mut self.bytes),
        };
        if !data.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match self.end {
            End::Proper => Poll::Ready(None),
            End::Stall => Poll::Pending,
            End::Close => {
                self.end = End::Closing;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Closing => Poll::Ready(Some(Err(io::Error::other("the body breaks off")))),
        }
    }
}
