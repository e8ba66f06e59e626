use std::fmt;

use zeroize::Zeroizing;

use crate::error::Error;

/// Random bytes for a flow's `state`, and for the tag by which a recoverable flow finds its instance.
///
/// For a test that is the same in every run, it is made of an array.
pub struct Entropy(Zeroizing<[u8; 48]>);

impl Entropy {
    /// Random bytes of the operating system.
    ///
    /// # Errors
    /// If it has none to give.
    pub fn from_system() -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; 48]);
        getrandom::fill(&mut *bytes).map_err(|error| Error::Randomness(error.into()))?;
        Ok(Self(bytes))
    }

    /// 32 unpredictable bytes.
    pub(crate) fn state(&self) -> String {
        base64url(self.0.get(..32).unwrap_or_default())
    }

    /// 16 bytes, independent of the state, since the platform's console shows tags.
    pub(crate) fn correlation(&self) -> String {
        base64url(self.0.get(32..).unwrap_or_default())
    }
}

impl From<[u8; 48]> for Entropy {
    fn from(bytes: [u8; 48]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy([redacted])")
    }
}

/// Encodes by RFC 4648's URL-safe alphabet, without padding.
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity((bytes.len() * 4).div_ceil(3));
    for chunk in bytes.chunks(3) {
        let byte = |index| u32::from(chunk.get(index).copied().unwrap_or(0));
        let triple = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..=chunk.len() {
            let sextet = (triple >> (18 - 6 * digit)) & 63;
            let letter = ALPHABET.get(sextet as usize).copied();
            text.push(char::from(letter.unwrap_or_default()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_encodes_as_the_rfc_does() {
        // RFC 4648's own examples, and one with both characters that base64 does not have.
        for (bytes, text) in [
            (&b""[..], ""),
            (b"f", "Zg"),
            (b"fo", "Zm8"),
            (b"foo", "Zm9v"),
            (b"foobar", "Zm9vYmFy"),
            (&[0xfb, 0xff, 0xfe], "-__-"),
        ] {
            assert_eq!(base64url(bytes), text);
        }
    }

    #[test]
    fn each_flow_has_its_own_state_and_tag() {
        let [one, two] = [(); 2].map(|()| Entropy::from_system().unwrap());
        assert_eq!(one.state().len(), 43);
        assert_eq!(one.correlation().len(), 22);
        assert_ne!(one.state(), two.state());
        assert_ne!(one.correlation(), two.correlation());
        assert!(!one.state().contains(&one.correlation()));
        assert_eq!(format!("{one:?}"), "Entropy([redacted])");
    }
}
