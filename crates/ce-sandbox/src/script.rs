use std::io;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// What a connection does in place of a proper answer, after which it is closed.
///
/// It travels to the connection as the service's error, for the HTTP library would mend it.
#[derive(Clone, Debug, Default, thiserror::Error)]
#[error("the answer is spoilt")]
pub(crate) struct Script {
    /// What is written.
    pub(crate) bytes: Bytes,
    /// How long each byte is waited for; not at all, mostly.
    pub(crate) interval: Duration,
    /// How many spaces are written after that.
    pub(crate) spaces: u64,
    /// What is written after those.
    pub(crate) rest: Bytes,
    /// Whether nothing more happens until the client closes the connection.
    pub(crate) hang: bool,
}

/// So many spaces are written at a time.
static SPACES: [u8; 1 << 14] = [b' '; 1 << 14];

impl Script {
    /// To say no more than these bytes.
    pub(crate) fn cut(bytes: impl Into<Bytes>) -> Self {
        Self {
            bytes: bytes.into(),
            ..Self::default()
        }
    }

    /// To say these bytes, and then nothing, without an end.
    pub(crate) fn stall(bytes: impl Into<Bytes>) -> Self {
        Self {
            hang: true,
            ..Self::cut(bytes)
        }
    }

    /// Plays it to its end, or until the client is gone.
    pub(crate) async fn play<S>(self, stream: &mut S) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if self.interval.is_zero() {
            stream.write_all(&self.bytes).await?;
        } else {
            for byte in &self.bytes {
                stream.write_all(&[*byte]).await?;
                if tokio::time::timeout(self.interval, gone(stream))
                    .await
                    .is_ok()
                {
                    return Ok(());
                }
            }
        }
        let mut left = self.spaces;
        while left > 0 {
            let size = left.min(SPACES.len() as u64);
            left -= size;
            stream
                .write_all(SPACES.get(..size as usize).unwrap_or_default())
                .await?;
            // So much to write must not keep others from their turn.
            tokio::task::yield_now().await;
        }
        stream.write_all(&self.rest).await?;
        stream.flush().await?;
        if self.hang {
            gone(stream).await;
        }
        stream.shutdown().await
    }
}

/// Waits until the client has closed the connection, whatever it still says.
async fn gone<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut scrap = [0; 1024];
    while let Ok(1..) = stream.read(&mut scrap).await {}
}
