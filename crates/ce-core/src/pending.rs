use std::fmt;
use std::time::{Duration, SystemTime};

use ce_model::{ElementKey, Instance, Object, Secret};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::callback::{Callback, CallbackError, Denied};
use crate::calls::PatchInstance;
use crate::entropy::Entropy;
use crate::input::{Fault, InvalidInput};
use crate::platform::Platform;
use crate::recovery::Recovery;

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
/// # let pending = Pending::new(&connect, &ce_core::Entropy::from([7; 48]), now);
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
    /// Milliseconds since 1970.
    expires: u64,
    /// The tag by which a recoverable flow finds its instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    correlation: Option<String>,
}

impl Pending {
    /// A flow that begins now. `entropy` becomes its `state`, unless the application has set its
    /// own; it must be random and secret.
    pub fn new(connect: &crate::Connect, entropy: &Entropy, now: SystemTime) -> Self {
        let state = match connect.own_state() {
            Some(state) => Secret::new(state),
            None => Secret::new(entropy.state()),
        };
        let correlation = || format!("{CORRELATION_PREFIX}{}", entropy.correlation());
        Self {
            correlation: connect.is_recoverable().then(correlation),
            element: connect.element().clone(),
            state,
            expires: unix(now).saturating_add(millis(connect.lifetime())),
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

    pub(crate) fn state(&self) -> &Secret {
        &self.state
    }

    /// When the user must have come back.
    pub fn expires(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_millis(self.expires))
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// The tag by which a recoverable flow finds its instance.
    pub fn correlation_tag(&self) -> Option<&str> {
        self.correlation.as_deref()
    }

    /// Looks for the instance of a flow whose end nobody knows: the answer was lost, the call was
    /// dropped, the machine was switched off. From any process, as often as wanted.
    ///
    /// It looks for as long as [`recovery_timeout`](crate::Limits::recovery_timeout), since the
    /// platform may still be creating it, and ends with the instance, token and all, or with
    /// [`Error::NotCreated`](crate::Error::NotCreated).
    ///
    /// # Errors
    /// When the flow was not made [recoverable](crate::Connect::recoverable).
    pub fn reconcile<'a>(&self, platform: &'a Platform) -> Result<Recovery<'a>, InvalidInput> {
        match &self.correlation {
            Some(tag) => Ok(Recovery::new(platform, tag.clone())),
            None => Err(InvalidInput::one("correlation tag", Fault::NotRecoverable)),
        }
    }

    /// The call that takes the correlation tag off an instance that is safe: its token is stored.
    /// Of other tags none is lost.
    pub fn untagged(&self, instance: &Instance) -> PatchInstance {
        let tags = instance.tags.iter().flatten();
        let others = tags.filter(|tag| Some(tag.as_str()) != self.correlation_tag());
        PatchInstance::new(instance.id).tags(others)
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
        provider_data.insert("code", code);
        provider_data.extend(
            callback
                .provider_data()
                .iter()
                .map(|(name, value)| (name, value.clone())),
        );
        Ok(Returned::Granted(Granted {
            element: self.element.clone(),
            provider_data,
            correlation: self.correlation.clone(),
        }))
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("element", &self.element)
            .field("state", &self.state)
            .field("expires", &self.expires)
            .field("correlation", &self.correlation)
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
    pub(crate) correlation: Option<String>,
}

impl Granted {
    /// The element that the consent is for.
    pub fn element(&self) -> &ElementKey {
        &self.element
    }
}

/// Says in the platform's console what the tag is.
const CORRELATION_PREFIX: &str = "flow-";

/// Milliseconds since 1970.
fn unix(time: SystemTime) -> u64 {
    millis(
        time.duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default(),
    )
}

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Connect;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn pending() -> Pending {
        let connect = Connect::new("instagram").expires_after(Duration::from_secs(600));
        Pending::new(&connect, &Entropy::from([0; 48]), NOW)
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
    fn a_lifetime_is_kept_to_the_millisecond() {
        let lifetime = Duration::from_millis(900);
        let connect = Connect::new("instagram").expires_after(lifetime).state("s");
        let pending = Pending::new(&connect, &Entropy::from([0; 48]), NOW);
        for (after, in_time) in [(0, true), (899, true), (900, false), (5000, false)] {
            let returned = pending.returned("code=c&state=s", NOW + Duration::from_millis(after));
            assert_eq!(returned.is_ok(), in_time, "{after}");
        }
    }

    #[test]
    fn times_beyond_reason_do_no_harm() {
        let connect = Connect::new("instagram").expires_after(Duration::MAX);
        let pending = Pending::new(
            &connect,
            &Entropy::from([0; 48]),
            NOW + Duration::from_secs(1),
        );
        let _ = pending.expires();
        let query = format!("code=c&state={}", pending.expose_state());
        assert!(pending.returned(&query, NOW).is_ok());
    }
}
