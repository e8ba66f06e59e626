#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use ce_model::{AuthorizationUrl, ElementKey, Instance, InstanceId, Object, Secret};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq;

use crate::calls::PatchInstance;
use crate::config::Config;
use crate::error::{CallbackError, Error, FieldErrorKind, InvalidInput};
use crate::flow::callback::{Callback, state_in_url};
use crate::flow::reconcile::SearchTarget;
use crate::flow::{
    AuthorizationGrant, CallbackOutcome, ConnectRequest, Denied, Entropy, Reconcile,
};

/// A flow while the user is at the provider: what the application keeps until the callback comes.
///
/// It holds neither the platform's credentials nor the API secret; with OAuth 1.0a, it holds the
/// secret of its own request token. Any serde format stores it, and any replica of the application
/// continues with it. A format that names fields, such as JSON, also lets replicas of another version of
/// this crate do so, since fields that they don't know are ignored.
///
/// # How to keep it
/// In the application's database, under its own [state](PendingAuthorization::expose_state), with the
/// user who began it: a user may begin a second one in another tab. When a callback comes, look the flow
/// up by [`state_of_callback`](PendingAuthorization::state_of_callback), for that user alone, which is
/// what makes `state` a protection from forged callbacks. Take nothing out before
/// [`read_callback`](PendingAuthorization::read_callback) has accepted the callback: a forged one must
/// not end a flow.
///
/// Keep a [recoverable](crate::ConnectRequest::recoverable) flow until its instance is stored. If the
/// process dies, [`reconcile`](PendingAuthorization::reconcile) finds the instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
// Derives functions of the type's own, which the traits below call.
#[serde(remote = "Self")]
pub struct PendingAuthorization {
    element: ElementKey,
    pub(super) state: Secret,
    /// Milliseconds since 1970.
    expires: u64,
    /// The tag by which a recoverable flow finds its instance.
    correlation: Option<String>,
    /// The request token of an OAuth 1.0a flow.
    pub(super) request: Option<TemporaryCredentials>,
    /// The instance that is authorized again.
    instance: Option<u64>,
    accepts_no_state: bool,
    /// The callback comes through the OAuth proxy.
    is_proxied: bool,
}

/// The end of the year 9999: not every clock, calendar or database has a later time.
const LATEST: u64 = 253_402_300_799_999;

/// A request token and its secret (RFC 5849: temporary credentials).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TemporaryCredentials {
    pub(super) token: Secret,
    pub(super) secret: Secret,
}

impl Serialize for PendingAuthorization {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for PendingAuthorization {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Serde's own errors quote what they find, such as the whole flow in a string of JSON.
        Self::deserialize(deserializer).map_err(|_| {
            D::Error::custom("this is not a stored flow: a field is missing or has another type")
        })
    }
}

impl PendingAuthorization {
    /// A flow that begins now. `entropy` becomes its `state`, unless the request sets one; it must
    /// be random and secret.
    pub fn new(request: &ConnectRequest, entropy: &Entropy, now: SystemTime) -> Self {
        let random = || Secret::new(entropy.state());
        // The prefix says in the platform's console what the tag is.
        let correlation = || format!("flow-{}", entropy.correlation());
        // An instance that exists is found by its id.
        let is_recoverable = request.recoverable && request.instance.is_none();
        Self {
            element: request.element.clone(),
            state: request.state.clone().unwrap_or_else(random),
            expires: unix(now)
                .saturating_add(millis(request.lifetime))
                .min(LATEST),
            correlation: is_recoverable.then(correlation),
            request: None,
            instance: request.instance.map(InstanceId::get),
            accepts_no_state: request.accepts_no_state,
            is_proxied: request.is_proxied(),
        }
    }

    /// The element that is being connected.
    pub fn element(&self) -> &ElementKey {
        &self.element
    }

    /// The value by which the callback is recognized.
    pub fn expose_state(&self) -> &str {
        self.state.expose()
    }

    /// When the flow expires: callbacks from then on are refused.
    pub fn expires(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_millis(self.expires))
            .unwrap_or(SystemTime::UNIX_EPOCH)
    }

    /// The tag by which a recoverable flow finds its instance.
    pub fn correlation_tag(&self) -> Option<&str> {
        self.correlation.as_deref()
    }

    /// The existing instance that the flow authorizes again, if it does.
    pub fn reauthorizes(&self) -> Option<InstanceId> {
        self.instance.map(InstanceId::new)
    }

    /// Looks for the instance of a flow whose outcome is unknown: the response was lost, the call was
    /// dropped, the machine was switched off. Any process can do so, as often as it likes.
    ///
    /// The operation that creates the instance must have ended, or its process be dead: one that still
    /// runs may create the instance after the search has found none. `config` must have the platform and
    /// the credentials that the instance was to be created with: another customer's list does not hold it,
    /// and the search would say that it was not created.
    ///
    /// The search takes up to [`recovery_timeout`](crate::Limits::recovery_timeout), since the
    /// platform may still be creating the instance. It ends with the instance, its token included, or
    /// with [`Error::NotCreated`](crate::Error::NotCreated).
    ///
    /// # Errors
    /// If the flow is not [recoverable](crate::ConnectRequest::recoverable), or authorizes an
    /// existing instance again.
    pub fn reconcile<'a>(&self, config: &'a Config) -> Result<Reconcile<'a>, InvalidInput> {
        let refused = |field, kind| Err(InvalidInput::new(field, kind));
        match (&self.correlation, self.instance) {
            (Some(tag), _) => {
                let (element, tag) = (self.element.clone(), tag.clone());
                Ok(Reconcile::new(config, SearchTarget { element, tag }))
            }
            (None, Some(_)) => refused("instance", FieldErrorKind::Reauthorized),
            (None, None) => refused("correlation tag", FieldErrorKind::NotRecoverable),
        }
    }

    /// The call that removes the correlation tag of an instance whose token is stored. Other tags
    /// stay.
    ///
    /// # Errors
    /// If the response that the instance was read from does not tell all its tags: get the instance
    /// first.
    pub fn untagged(&self, instance: &Instance) -> Result<PatchInstance<'static>, InvalidInput> {
        let Some(tags) = &instance.tags else {
            return Err(InvalidInput::new("tags", FieldErrorKind::NotThere));
        };
        let is_other = |tag: &&String| self.correlation.as_ref() != Some(*tag);
        Ok(PatchInstance::new(instance.id).tags(tags.iter().filter(is_other)))
    }

    /// The `state` of a callback, by which to look the flow up before anything else is done. It is the
    /// flow's [`expose_state`](PendingAuthorization::expose_state).
    ///
    /// Returns `None` if the callback has none: it is forged, or the provider returns no state, as
    /// some do with OAuth 1.0a.
    pub fn state_of_callback(callback: &str) -> Option<String> {
        let callback = Callback::parse(callback).ok()?;
        callback.state().map(str::to_owned)
    }

    /// Reads the callback: the whole URL, its path and query, or the query alone, which may be the body
    /// of a `POST`.
    ///
    /// A provider that answers in the fragment (`response_mode=fragment`) is understood too, but no
    /// browser sends a fragment to a server: the application's page must pass it on.
    ///
    /// # Errors
    /// If the callback does not answer this flow: its `state` is missing or another's, it comes too
    /// late, or it has neither a code nor an error.
    pub fn read_callback(
        &self,
        callback: &str,
        now: SystemTime,
    ) -> Result<CallbackOutcome, CallbackError> {
        let callback = Callback::parse(callback)?;
        self.recognize(&callback)?;
        if unix(now) >= self.expires {
            return Err(CallbackError::Expired);
        }
        if let Some(denied) = callback.denied() {
            return Ok(CallbackOutcome::Denied(denied));
        }
        let Some(found) = self.found(&callback) else {
            // A grant of OAuth 1.0a has a verifier (RFC 5849, section 2.2), and a refusal no words:
            // Evernote returns the request token alone.
            let is_refusal = self.request.is_some() && callback.get("oauth_token").is_some();
            let denied = is_refusal.then(|| CallbackOutcome::Denied(Denied::without_words()));
            return denied.ok_or(CallbackError::CodeMissing);
        };
        Ok(CallbackOutcome::Granted(AuthorizationGrant {
            found,
            state: Some(self.state.clone()),
            extras: callback.extras(),
            instance: self.reauthorizes(),
            ..self.without_consent()
        }))
    }

    /// Checks by the callback's `state` that it belongs to this flow; with OAuth 1.0a by the request
    /// token too, which suffices if the provider loses the state.
    fn recognize(&self, callback: &Callback<'_>) -> Result<(), CallbackError> {
        let request = self.request.as_ref().zip(callback.request_token());
        let token = request.map(|(request, given)| is(given, &request.token));
        let state = callback.state().map(|state| is(state, &self.state));
        let state = self.by_own_url(callback).or(state);
        match (state, token) {
            (Some(false), _) | (_, Some(false)) => Err(CallbackError::StateMismatch),
            (Some(true), _) | (_, Some(true)) => Ok(()),
            (None, None) if self.accepts_no_state => Ok(()),
            (None, None) => Err(CallbackError::StateMissing),
        }
    }

    /// Checks a callback through the OAuth proxy by the parameters of the application's own URL, if that
    /// is the flow's `state`. The `state` of such a callback is the proxy's.
    fn by_own_url(&self, callback: &Callback<'_>) -> Option<bool> {
        let own = Callback::parse(self.state.expose()).ok();
        let own = own.filter(|_| self.is_proxied && self.state.expose().contains('?'))?;
        callback.contains(&own, ct_eq).then_some(true)
    }

    /// Checks that a callback from this authorization URL will be recognized.
    pub(crate) fn check_url(&self, url: &AuthorizationUrl) -> Result<(), Error> {
        match state_in_url(url.as_str(), |state| is(state, &self.state)) {
            Some(true) => Ok(()),
            // The proxy's own, by which it finds the application's URL.
            Some(false) if self.is_proxied => Ok(()),
            Some(false) => Err(Error::StateNotCarried { replaced: true }),
            None if self.request.is_some() || self.accepts_no_state => Ok(()),
            None => Err(Error::StateNotCarried { replaced: false }),
        }
    }

    /// What proves the consent: the code, or the request token and its verifier.
    fn found(&self, callback: &Callback<'_>) -> Option<Object> {
        let mut found = Object::new();
        match &self.request {
            None => found.insert("code", callback.get("code")?),
            Some(request) => {
                found.insert("oauth_token", request.token.expose());
                found.insert("oauth_verifier", callback.get("oauth_verifier")?);
                found.insert("secret", request.secret.expose());
            }
        }
        Some(found)
    }

    /// The grant for an instance that needs no user's consent.
    pub(crate) fn without_consent(&self) -> AuthorizationGrant {
        AuthorizationGrant {
            element: self.element.clone(),
            found: Object::new(),
            state: None,
            extras: Object::new(),
            correlation: self.correlation.clone(),
            instance: None,
        }
    }
}

fn is(given: &str, ours: &Secret) -> bool {
    ct_eq(given, ours.expose())
}

/// Compares in constant time.
fn ct_eq(given: &str, ours: &str) -> bool {
    given.as_bytes().ct_eq(ours.as_bytes()).into()
}

/// Milliseconds since 1970.
fn unix(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    millis(since.unwrap_or_default())
}

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}
