use bytes::{Bytes, BytesMut};
use ce_core::{Delivery, TransportCause, TransportError};

use super::errors::failed;

/// How much memory is reserved at most because a peer announces a long body.
const MAX_RESERVED: usize = 1 << 20;

/// Reads the whole body, without a copy if it arrives in one piece.
pub(super) async fn read(
    mut response: reqwest::Response,
    max_bytes: usize,
) -> Result<Bytes, TransportError> {
    let too_large = || TransportError::new(Delivery::MaybeSent, TransportCause::TooLarge);
    let announced = response.content_length();
    if announced.is_some_and(|length| length > max_bytes as u64) {
        return Err(too_large());
    }
    let Some(first) = response.chunk().await.map_err(failed)? else {
        return Ok(Bytes::new());
    };
    if first.len() > max_bytes {
        return Err(too_large());
    }
    if announced == Some(first.len() as u64) {
        return Ok(first);
    }
    let announced = announced.and_then(|length| usize::try_from(length).ok());
    let mut whole = BytesMut::with_capacity(announced.unwrap_or(0).min(MAX_RESERVED));
    whole.extend_from_slice(&first);
    // hyper reuses the memory of a chunk that nobody holds.
    drop(first);
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if chunk.len() > max_bytes - whole.len() {
            return Err(too_large());
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}
