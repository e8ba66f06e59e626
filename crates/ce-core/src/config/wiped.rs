use std::io;
use std::ops::Deref;

use bytes::Bytes;

/// Bytes that are wiped when they are dropped, and when they outgrow their memory: a body on its
/// way, which may hold secrets.
///
/// For whoever carries requests. As [`Bytes`] they are wiped with the last copy.
///
/// ```
/// use ce_core::Wiped;
///
/// let mut body = Wiped::with_capacity(1);
/// body.extend_from_slice(b"{}");
/// let body = ce_core::bytes::Bytes::from(body);
/// assert_eq!(&body[..], b"{}");
/// ```
#[derive(Default)]
pub struct Wiped(Vec<u8>);

impl Wiped {
    /// Room for so many bytes, to begin with.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Adds a byte.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        self.make_room(1);
        self.0.push(byte);
    }

    /// Adds bytes.
    #[inline]
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    #[inline]
    fn make_room(&mut self, more: usize) {
        if more > self.0.capacity() - self.0.len() {
            self.move_out(more);
        }
    }

    /// Moves to larger memory, and leaves nothing behind in the old.
    #[cold]
    fn move_out(&mut self, more: usize) {
        let needed = self.0.len().saturating_add(more);
        let doubled = self.0.capacity().saturating_mul(2);
        let mut larger = Self::with_capacity(needed.max(doubled));
        larger.0.extend_from_slice(&self.0);
        *self = larger;
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        // As a whole: a `Vec` would be wiped byte by byte.
        zeroize::zeroize_bytes(&mut self.0);
    }
}

impl Deref for Wiped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl io::Write for Wiped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl From<Wiped> for Bytes {
    fn from(bytes: Wiped) -> Self {
        Self::from_owner(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_keeps_what_it_has() {
        let mut bytes = Wiped::default();
        for byte in 0..=255 {
            bytes.push(byte);
            bytes.extend_from_slice(&[byte; 3]);
        }
        assert_eq!(bytes.len(), 1024);
        assert!(
            bytes
                .chunks(4)
                .enumerate()
                .all(|(i, four)| four == [i as u8; 4])
        );
    }
}
