use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// A socket that writes a byte at a time, once it is set how long each takes.
pub(super) struct PacedSocket {
    socket: TcpStream,
    pace: Arc<OnceLock<Duration>>,
    wait: Option<Pin<Box<Sleep>>>,
}

impl PacedSocket {
    pub(super) fn new(socket: TcpStream, pace: Arc<OnceLock<Duration>>) -> Self {
        Self {
            socket,
            pace,
            wait: None,
        }
    }
}

impl AsyncRead for PacedSocket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl AsyncWrite for PacedSocket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some(interval) = self.pace.get().copied() else {
            return Pin::new(&mut self.socket).poll_write(context, data);
        };
        if let Some(wait) = &mut self.wait {
            if wait.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
        let one = data.get(..1).unwrap_or_default();
        let written = Pin::new(&mut self.socket).poll_write(context, one);
        if written.is_ready() {
            self.wait = Some(Box::pin(sleep(interval)));
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
