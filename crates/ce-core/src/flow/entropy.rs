use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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
        URL_SAFE_NO_PAD.encode(self.0.get(..32).unwrap_or_default())
    }

    /// 16 bytes, independent of the state, since the platform's console shows tags.
    pub(crate) fn correlation(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.get(32..).unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;

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
