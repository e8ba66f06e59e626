use std::ops::{Deref, DerefMut};

use bytes::Bytes;

/// Bytes that are wiped when they are dropped: a body on its way, which may hold secrets.
///
/// For whoever carries requests. As [`Bytes`] they are wiped with the last copy.
///
/// ```
/// use ce_core::Wiped;
///
/// let mut body = Wiped::with_capacity(64);
/// body.extend_from_slice(b"{}");
/// let body = bytes::Bytes::from(body);
/// assert_eq!(&body[..], b"{}");
/// ```
#[derive(Default)]
pub struct Wiped(Vec<u8>);

impl Wiped {
    /// Room for so many bytes. Beyond them it grows, and what it grows out of isn't wiped.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        // As a whole: a `Vec` would be wiped byte by byte.
        zeroize::zeroize_bytes(&mut self.0);
    }
}

impl Deref for Wiped {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Wiped> for Bytes {
    fn from(bytes: Wiped) -> Self {
        Self::from_owner(bytes)
    }
}
