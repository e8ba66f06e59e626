mod stored;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use ce_model::{ElementKey, Instance, InstanceId, Object, RequestToken, Secret};
use subtle::ConstantTimeEq;

use crate::calls::PatchInstance;
use crate::config::Config;
use crate::error::CallbackError;
use crate::error::{FieldErrorKind, InvalidInput};
use crate::flow::Callback;
use crate::flow::Entropy;
use crate::flow::Reconcile;
use crate::flow::provider_data;
use crate::flow::{AuthorizationGrant, CallbackOutcome};

/// A flow while the user is at the provider: what must be kept until the browser comes back.
///
/// It holds neither the platform's credentials nor the API secret (with OAuth 1.0a, the secret of
/// the one request token), so it can lie in any session store, written as JSON or in another format
/// that describes itself, and any replica of the application can go on with it. It belongs to one
/// user's session: that is what makes `state` a protection against forged callbacks. Take it out of
/// the session when the callback comes, so that each is used once.
///
/// If the flow is [recoverable](crate::ConnectRequest::recoverable), keep it elsewhere, such as in a row of
/// the database, until the end is stored: should the process die on the way, only with it can
/// [`reconcile`](PendingAuthorization::reconcile) find the instance that may have been created.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use ce_core::{ConnectRequest, Credentials, PendingAuthorization, Config, CallbackOutcome};
///
/// # let connect = ConnectRequest::new("instagram").state("chosen-by-the-application");
/// # let now = SystemTime::now();
/// # let pending = PendingAuthorization::new(&connect, &ce_core::Entropy::from([7; 48]), now);
/// let stored = serde_json::to_string(&pending)?;
/// // Minutes later, perhaps on another machine:
/// let pending: PendingAuthorization = serde_json::from_str(&stored)?;
/// let callback = "/callback?code=abc&state=chosen-by-the-application#_";
/// match pending.read_callback(callback, now + Duration::from_secs(60))? {
///     CallbackOutcome::Granted(granted) => { /* create the instance */ }
///     CallbackOutcome::Denied(denied) => println!("{denied}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingAuthorization {
    element: ElementKey,
    state: Secret,
    /// Milliseconds since 1970.
    expires: u64,
    /// The tag by which a recoverable flow finds its instance.
    correlation: Option<String>,
    /// The request token of an OAuth 1.0a flow.
    request: Option<Request>,
    /// The instance that is to be authorized again.
    instance: Option<InstanceId>,
}

/// A request token and its secret (RFC 5849: temporary credentials).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Request {
    token: Secret,
    secret: Secret,
}

impl PendingAuthorization {
    /// A flow that begins now. `entropy` becomes its `state`, unless the application has set its
    /// own; it must be random and secret.
    pub fn new(connect: &crate::ConnectRequest, entropy: &Entropy, now: SystemTime) -> Self {
        let state = match connect.own_state() {
            Some(state) => Secret::new(state),
            None => Secret::new(entropy.state()),
        };
        let correlation = || format!("{CORRELATION_PREFIX}{}", entropy.correlation());
        let instance = connect.instance();
        // An instance that is there needs no tag to be found by.
        let is_recoverable = connect.is_recoverable() && instance.is_none();
        Self {
            correlation: is_recoverable.then(correlation),
            element: connect.element().clone(),
            state,
            expires: unix(now).saturating_add(millis(connect.lifetime())),
            request: None,
            instance,
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
    /// When the flow was not made [recoverable](crate::ConnectRequest::recoverable), or authorizes an
    /// instance again, whose id is known.
    pub fn reconcile<'a>(&self, config: &'a Config) -> Result<Reconcile<'a>, InvalidInput> {
        match (&self.correlation, self.instance) {
            (Some(tag), _) => Ok(Reconcile::new(config, tag.clone())),
            (None, Some(_)) => Err(InvalidInput::new("instance", FieldErrorKind::Reauthorized)),
            (None, None) => Err(InvalidInput::new(
                "correlation tag",
                FieldErrorKind::NotRecoverable,
            )),
        }
    }

    /// The call that takes the correlation tag off an instance that is safe: its token is stored.
    /// Of other tags none is lost.
    ///
    /// # Errors
    /// When the answer that the instance was read from doesn't say which tags it has: get the
    /// instance first.
    pub fn untagged(&self, instance: &Instance) -> Result<PatchInstance<'static>, InvalidInput> {
        let Some(tags) = &instance.tags else {
            return Err(InvalidInput::new("tags", FieldErrorKind::NotThere));
        };
        let others = tags
            .iter()
            .filter(|tag| Some(tag.as_str()) != self.correlation_tag());
        Ok(PatchInstance::new(instance.id).tags(others))
    }

    /// The instance that is to be authorized again, if the flow is about one.
    pub fn reauthorizes(&self) -> Option<InstanceId> {
        self.instance
    }

    /// Reads the callback: the whole URL, its path and query, or the query alone.
    ///
    /// # Errors
    /// When it is no answer to this flow: its `state` is missing or another's, it comes too late,
    /// or holds neither a code nor an error.
    pub fn read_callback(
        &self,
        callback: &str,
        now: SystemTime,
    ) -> Result<CallbackOutcome, CallbackError> {
        if callback.len() > LONGEST_CALLBACK {
            return Err(CallbackError::TooLong);
        }
        let callback = Callback::parse(callback);
        self.recognize(&callback)?;
        if unix(now) >= self.expires {
            return Err(CallbackError::Expired);
        }
        if let Some(denied) = callback.denied() {
            return Ok(CallbackOutcome::Denied(denied));
        }
        Ok(CallbackOutcome::Granted(AuthorizationGrant {
            element: self.element.clone(),
            found: self.found(&callback).ok_or(CallbackError::CodeMissing)?,
            state: Some(self.state.clone()),
            extras: provider_data::extras(&callback),
            correlation: self.correlation.clone(),
            instance: self.instance,
        }))
    }

    /// Is the callback this flow's? By its `state`; with OAuth 1.0a by the request token as well,
    /// which suffices where a provider loses the state.
    fn recognize(&self, callback: &Callback<'_>) -> Result<(), CallbackError> {
        let is = |given: &str, ours: &Secret| {
            bool::from(given.as_bytes().ct_eq(ours.expose().as_bytes()))
        };
        let state = callback.get("state").filter(|state| !state.is_empty());
        let token = self.request.as_ref().and_then(|request| {
            let given = callback.request_token()?;
            Some(is(given, &request.token))
        });
        let state = state.map(|state| is(state, &self.state));
        match (state, token) {
            (None, None) => Err(CallbackError::StateMissing),
            (Some(false), _) | (_, Some(false)) => Err(CallbackError::StateMismatch),
            (Some(true), _) | (_, Some(true)) => Ok(()),
        }
    }

    /// What the provider gave the user's browser to prove the consent.
    fn found(&self, callback: &Callback<'_>) -> Option<Object> {
        let mut found = Object::new();
        match &self.request {
            None => found.insert("code", callback.code()?),
            Some(request) => {
                found.insert("oauth_token", request.token.expose());
                found.insert("oauth_verifier", callback.verifier()?);
                found.insert("secret", request.secret.expose());
            }
        }
        Some(found)
    }

    /// Moves it out, at the end of the procedure that made it.
    pub(crate) fn take(&mut self) -> Self {
        let nothing = Self {
            element: "".into(),
            state: Secret::new(""),
            expires: 0,
            correlation: None,
            request: None,
            instance: None,
        };
        std::mem::replace(self, nothing)
    }

    /// Keeps the request token of an OAuth 1.0a flow.
    pub(crate) fn requested(&mut self, answer: RequestToken) {
        self.request = Some(Request {
            token: answer.token,
            secret: answer.secret,
        });
    }

    /// The request token of an OAuth 1.0a flow.
    pub(crate) fn request_token(&self) -> Option<&Secret> {
        self.request.as_ref().map(|request| &request.token)
    }

    /// What creates an instance without anybody's consent.
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

/// Browsers and servers give up long before.
const LONGEST_CALLBACK: usize = 64 * 1024;

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
