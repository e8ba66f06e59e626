//! Encryption at rest: what the database holds of secrets is of no use without the key.

use anyhow::{Context as _, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// The key from the environment: 32 bytes, as base64.
///
/// ```
/// assert!(ce_webapp::Key::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").is_some());
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

/// Seals and opens with one key.
pub(crate) struct Vault(XChaCha20Poly1305);

/// Of 24 random bytes no two are ever the same.
const NONCE: usize = 24;

impl Vault {
    pub(crate) fn new(key: &Key) -> Self {
        Self(XChaCha20Poly1305::new((&*key.0).into()))
    }

    /// Seals a secret for one place, such as a user's account: moved to another, it won't open.
    pub(crate) fn seal(&self, place: &[&str], secret: &impl Serialize) -> anyhow::Result<Vec<u8>> {
        let secret = Zeroizing::new(serde_json::to_vec(secret)?);
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).context("the operating system gave no random bytes")?;
        // No two places read alike as JSON.
        let (msg, aad) = (secret.as_slice(), &*serde_json::to_vec(place)?);
        let ciphertext = self.0.encrypt(&XNonce::from(nonce), Payload { msg, aad });
        let ciphertext = ciphertext.map_err(|_| anyhow!("it could not be sealed"))?;
        Ok([nonce.as_slice(), &ciphertext].concat())
    }

    /// Opens what was sealed for this place.
    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        place: &[&str],
        sealed: &[u8],
    ) -> anyhow::Result<T> {
        let aad = &*serde_json::to_vec(place)?;
        let opened = sealed
            .split_first_chunk::<NONCE>()
            .and_then(|(nonce, msg)| {
                let opened = self.0.decrypt(&XNonce::from(*nonce), Payload { msg, aad });
                opened.ok()
            });
        let opened = opened
            .map(Zeroizing::new)
            .context("it was sealed with another key, for another place, or has been changed")?;
        // The error would quote it.
        serde_json::from_slice(&opened).map_err(|_| anyhow!("what was sealed can't be read"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(byte: u8) -> Vault {
        Vault::new(&Key(Zeroizing::new([byte; 32])))
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_alone() {
        let place = ["account", "ann", "7"];
        let sealed = vault(1).seal(&place, &"canary").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"canary"));
        assert_ne!(vault(1).seal(&place, &"canary").unwrap(), sealed);
        let opens = |key, place: &[&str], sealed: &[u8]| {
            let opened = vault(key).open::<String>(place, sealed);
            opened.is_ok_and(|opened| opened == "canary")
        };
        assert!(opens(1, &place, &sealed));
        assert!(!opens(2, &place, &sealed));
        for other in [["account", "bob", "7"], ["account", "ann\",\"7", ""]] {
            assert!(!opens(1, &other, &sealed), "{other:?}");
        }
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(!opens(1, &place, &changed), "{index}");
            assert!(!opens(1, &place, &sealed[..index]), "{index}");
        }
    }
}
