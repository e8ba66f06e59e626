//! Encryption at rest: what the database holds of secrets is of no use without the key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// The key from the environment: 32 bytes, as base64.
///
/// ```
/// let key = ce_webapp::Key::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
/// assert!(key.is_some());
/// assert!(ce_webapp::Key::parse("too short").is_none());
/// ```
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Reads a key; none if it isn't 32 bytes of base64.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).ok()?);
        let key = <[u8; 32]>::try_from(bytes.as_slice()).ok()?;
        Some(Self(Zeroizing::new(key)))
    }

    /// A new key, from the operating system.
    ///
    /// # Errors
    /// When it has no random bytes to give.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key)?;
        Ok(Self(key))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key([redacted])")
    }
}

/// Seals and opens with one key.
pub(crate) struct Vault {
    cipher: XChaCha20Poly1305,
}

/// Why nothing was sealed or opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum VaultError {
    #[error("the operating system gave no random bytes: {0}")]
    Randomness(#[from] getrandom::Error),
    #[error("it could not be sealed")]
    Sealing,
    #[error("it was sealed with another key, for another place, or has been changed")]
    Opening,
}

/// Of 24 random bytes no two are ever the same.
const NONCE: usize = 24;

impl Vault {
    pub(crate) fn new(key: &Key) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new((&*key.0).into()),
        }
    }

    /// Seals a secret for one place, such as a user's account: moved to another, it won't open.
    pub(crate) fn seal(&self, secret: &[u8], place: &[&str]) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce)?;
        let aad = associated(place);
        let (msg, aad) = (secret, aad.as_slice());
        let payload = Payload { msg, aad };
        let ciphertext = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::Sealing)?;
        Ok([nonce.as_slice(), ciphertext.as_slice()].concat())
    }

    /// Opens what was sealed for this place.
    pub(crate) fn open(
        &self,
        sealed: &[u8],
        place: &[&str],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, msg) = sealed
            .split_first_chunk::<NONCE>()
            .ok_or(VaultError::Opening)?;
        let aad = associated(place);
        let aad = aad.as_slice();
        let payload = Payload { msg, aad };
        self.cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| VaultError::Opening)
    }
}

/// The parts, each behind its length, so that no two places read alike.
fn associated(place: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in place {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(&Key(Zeroizing::new([byte; 32])))
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_alone() {
        let sealed = vault(1).seal(b"canary", &["account", "ann", "7"]).unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        let opened = vault(1).open(&sealed, &["account", "ann", "7"]).unwrap();
        assert_eq!(opened.as_slice(), b"canary");
        for place in [
            ["account", "bob", "7"],
            ["account", "ann", "8"],
            ["flow", "ann", "7"],
            ["account", "ann7", ""],
        ] {
            assert!(vault(1).open(&sealed, &place).is_err(), "{place:?}");
        }
        assert!(vault(2).open(&sealed, &["account", "ann", "7"]).is_err());
    }

    #[test]
    fn what_was_changed_or_cut_does_not_open() {
        let vault = vault(1);
        let sealed = vault.seal(b"canary", &["p"]).unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(vault.open(&changed, &["p"]).is_err(), "{index}");
            assert!(vault.open(&sealed[..index], &["p"]).is_err(), "{index}");
        }
    }

    #[test]
    fn the_same_secret_is_sealed_differently_each_time() {
        let vault = vault(1);
        let (one, two) = (vault.seal(b"s", &["p"]), vault.seal(b"s", &["p"]));
        assert_ne!(one.unwrap(), two.unwrap());
    }

    #[test]
    fn a_key_shows_nothing_of_itself() {
        assert_eq!(format!("{:?}", Key::generate().unwrap()), "Key([redacted])");
    }
}
