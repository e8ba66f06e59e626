use std::fmt;
use std::time::{Duration, SystemTime};

use ce_model::{ElementKey, Object, Secret};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::callback::{Callback, CallbackError, Denied};

/// A flow while the user is at the provider: what must be kept until the browser comes back.
///
/// It holds neither the platform's credentials nor the API secret, so it can lie in any session
/// store, written with serde, and any replica of the application can go on with it. It belongs to
/// one user's session: that is what makes `state` a protection against forged callbacks. Take it
/// out of the store when the callback comes, so that each is used once.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use ce_core::{Connect, Credentials, Pending, Platform, Returned};
///
/// # let connect = Connect::new("instagram").state("chosen-by-the-application");
/// # let now = SystemTime::now();
/// # let pending = Pending::new(&connect, [7; 32], now);
/// let stored = serde_json::to_string(&pending)?;
/// // Minutes later, perhaps on another machine:
/// let pending: Pending = serde_json::from_str(&stored)?;
/// let callback = "/callback?code=abc&state=chosen-by-the-application#_";
/// match pending.returned(callback, now + Duration::from_secs(60))? {
///     Returned::Granted(granted) => { /* create the instance */ }
///     Returned::Denied(denied) => println!("{denied}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    element: ElementKey,
    state: Secret,
    /// Seconds since 1970.
    expires: u64,
}

impl Pending {
    /// A flow that begins now. `entropy` becomes its `state`, unless the application has set its
    /// own; it must be random and secret.
    pub fn new(connect: &crate::Connect, entropy: [u8; 32], now: SystemTime) -> Self {
        let state = match connect.own_state() {
            Some(state) => Secret::new(state),
            None => Secret::new(base64url(&entropy)),
        };
        Self {
            element: connect.element().clone(),
            state,
            expires: unix(now).saturating_add(connect.lifetime().as_secs()),
        }
    }

    /// The element that is being connected.
    pub fn element(&self) -> &ElementKey {
        &self.element
    }

    /// The value by which the callback is recognized, as it stands in the authorization URL. To
    /// file the flow under it, where there is no session.
    pub fn expose_state(&self) -> &str {
        self.state.expose()
    }

    /// When the user must have come back.
    pub fn expires(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_secs(self.expires))
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// Reads the callback: the whole URL, its path and query, or the query alone.
    ///
    /// # Errors
    /// When it is no answer to this flow: its `state` is missing or another's, it comes too late,
    /// or holds neither a code nor an error.
    pub fn returned(&self, callback: &str, now: SystemTime) -> Result<Returned, CallbackError> {
        let callback = Callback::parse(callback);
        let state = callback
            .get("state")
            .filter(|state| !state.is_empty())
            .ok_or(CallbackError::StateMissing)?;
        if !bool::from(state.as_bytes().ct_eq(self.state.expose().as_bytes())) {
            return Err(CallbackError::StateMismatch);
        }
        if unix(now) >= self.expires {
            return Err(CallbackError::Expired);
        }
        if let Some(denied) = callback.denied() {
            return Ok(Returned::Denied(denied));
        }
        let code = callback.code().ok_or(CallbackError::CodeMissing)?;
        let mut provider_data = Object::new();
        provider_data.insert("code", code.expose());
        provider_data.extend(
            callback
                .provider_data()
                .iter()
                .map(|(name, value)| (name, value.clone())),
        );
        Ok(Returned::Granted(Granted {
            element: self.element.clone(),
            provider_data,
        }))
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("element", &self.element)
            .field("state", &self.state)
            .field("expires", &self.expires)
            .finish()
    }
}

/// How the user came back.
#[derive(Debug)]
pub enum Returned {
    /// With consent: create the instance.
    Granted(Granted),
    /// Without.
    Denied(Denied),
}

/// The user's consent: a code that works once. Creating the instance takes it.
///
/// It can't be copied, since a code is worth one attempt.
#[derive(Debug)]
pub struct Granted {
    pub(crate) element: ElementKey,
    pub(crate) provider_data: Object,
}

impl Granted {
    /// The element that the consent is for.
    pub fn element(&self) -> &ElementKey {
        &self.element
    }
}

fn unix(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// RFC 4648's URL-safe alphabet, without padding.
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let triple = chunk
            .iter()
            .enumerate()
            .fold(0u32, |triple, (index, byte)| {
                triple | u32::from(*byte) << (16 - 8 * index)
            });
        for digit in 0..=chunk.len() {
            let sextet = (triple >> (18 - 6 * digit)) & 63;
            text.extend(
                ALPHABET
                    .get(sextet as usize)
                    .map(|&letter| char::from(letter)),
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Connect;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn pending() -> Pending {
        let connect = Connect::new("instagram").expires_after(Duration::from_secs(600));
        Pending::new(&connect, [0; 32], NOW)
    }

    #[test]
    fn state_is_32_bytes_in_base64url() {
        // RFC 4648's own examples, and one with both characters that differ from plain base64.
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
        assert_eq!(pending().expose_state().len(), 43);
    }

    #[test]
    fn a_callback_is_ours_or_refused() {
        let pending = pending();
        let ours = pending.expose_state();
        let in_time = NOW + Duration::from_secs(599);
        let late = NOW + Duration::from_secs(600);
        let longer = format!("{ours}A");
        for (query, now, error) in [
            ("code=c".to_owned(), in_time, CallbackError::StateMissing),
            (
                "code=c&state=".to_owned(),
                in_time,
                CallbackError::StateMissing,
            ),
            (
                "code=c&state=other".to_owned(),
                in_time,
                CallbackError::StateMismatch,
            ),
            (
                format!("code=c&state={longer}"),
                in_time,
                CallbackError::StateMismatch,
            ),
            (
                format!("code=c&state=x&state={ours}"),
                in_time,
                CallbackError::StateMismatch,
            ),
            (
                "error=access_denied".to_owned(),
                in_time,
                CallbackError::StateMissing,
            ),
            (
                "error=e&state=other".to_owned(),
                in_time,
                CallbackError::StateMismatch,
            ),
            (format!("code=c&state={ours}"), late, CallbackError::Expired),
            (
                format!("error=e&state={ours}"),
                late,
                CallbackError::Expired,
            ),
            (format!("state={ours}"), in_time, CallbackError::CodeMissing),
            (
                format!("code=&state={ours}"),
                in_time,
                CallbackError::CodeMissing,
            ),
        ] {
            assert_eq!(pending.returned(&query, now).unwrap_err(), error, "{query}");
        }
        let granted = pending.returned(&format!("/cb?code=c&state={ours}#_"), in_time);
        let Ok(Returned::Granted(granted)) = granted else {
            panic!("{granted:?}");
        };
        assert_eq!(granted.provider_data.text("code").as_deref(), Some("c"));
        assert_eq!(granted.element().as_str(), "instagram");
        assert!(matches!(
            pending.returned(&format!("error=access_denied&code=c&state={ours}"), in_time),
            Ok(Returned::Denied(_))
        ));
    }

    #[test]
    fn it_is_stored_and_loaded_and_never_printed() {
        let pending = pending();
        let stored = serde_json::to_string(&pending).unwrap();
        assert_eq!(serde_json::from_str::<Pending>(&stored).unwrap(), pending);
        assert!(!format!("{pending:?}").contains(pending.expose_state()));
        assert!(stored.len() < 512, "{stored}");
    }

    #[test]
    fn times_beyond_reason_do_no_harm() {
        let connect = Connect::new("instagram").expires_after(Duration::MAX);
        let pending = Pending::new(&connect, [0; 32], NOW + Duration::from_secs(1));
        let _ = pending.expires();
        let query = format!("code=c&state={}", pending.expose_state());
        assert!(pending.returned(&query, NOW).is_ok());
    }
}
