use std::time::{Duration, SystemTime};

use ce_model::{CreateInstance, ElementKey, Json, Secret};

use crate::entropy::Entropy;
use crate::error::Error;
use crate::flow::{Begin, Create, Finish};
use crate::input::{Fault, Inspection, InvalidInput};
use crate::pending::{Granted, Pending, Returned};
use crate::platform::Platform;

/// What is to be connected: an element, the application that the provider knows, and the instance
/// that shall come of it.
///
/// An application describes it in both of its handlers: the one that sends the user away and the
/// one to which the user comes back. Nothing of it need be stored between.
///
/// ```
/// use ce_core::Connect;
///
/// let connect = Connect::new("instagram")
///     .api_key("client id, from the provider")
///     .api_secret("client secret, from the provider")
///     .callback_url("https://app.example/callback")
///     .name("Ann's photos")
///     .tag("customer-42");
/// assert!(!format!("{connect:?}").contains("client secret"));
/// ```
#[derive(Clone, Debug)]
pub struct Connect {
    element: ElementKey,
    /// The body of step 2, but for `providerData`.
    body: CreateInstance,
    api_key: Option<String>,
    api_secret: Option<Secret>,
    callback_url: Option<String>,
    state: Option<Secret>,
    scope: Option<String>,
    parameters: Vec<(String, Secret)>,
    method: OAuthUrlMethod,
    lifetime: Duration,
    recoverable: bool,
    /// Entries that were given as further configuration, but have a place of their own.
    reserved: Vec<String>,
}

/// How the authorization URL is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthUrlMethod {
    /// As documented. **The API secret stands in the URL**, where proxies and the platform's logs
    /// see it. The logs of both clients don't show it.
    #[default]
    Get,
    /// With a JSON body, so that no secret is in a URL. The vendor's own tests use it; its
    /// documentation doesn't mention it.
    Post,
}

impl Connect {
    /// An account at the provider behind this element.
    pub fn new(element: impl Into<ElementKey>) -> Self {
        let element = element.into();
        Self {
            body: CreateInstance::default(),
            element,
            api_key: None,
            api_secret: None,
            callback_url: None,
            state: None,
            scope: None,
            parameters: Vec::new(),
            method: OAuthUrlMethod::default(),
            lifetime: Duration::from_secs(3600),
            recoverable: false,
            reserved: Vec::new(),
        }
    }

    /// The key that the provider gave the application (OAuth: client identifier). Required.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        let key = key.into();
        self.body = self.body.configuration(API_KEY, key.as_str());
        self.api_key = Some(key);
        self
    }

    /// The secret that the provider gave the application (OAuth: client secret). Required.
    #[must_use]
    pub fn api_secret(mut self, secret: impl Into<String>) -> Self {
        let secret = Secret::new(secret);
        self.body = self.body.configuration(API_SECRET, secret.expose());
        self.api_secret = Some(secret);
        self
    }

    /// Where the provider sends the user back to, as it is registered with the provider
    /// (OAuth: redirection URI). Required; absolute, `http` or `https`.
    #[must_use]
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.body = self.body.configuration(CALLBACK_URL, url.as_str());
        self.callback_url = Some(url);
        self
    }

    /// What the instance shall be called. Required.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.body.name = Some(name.into());
        self
    }

    /// Adds a label by which the instance is found again.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.body = self.body.tag(tag);
        self
    }

    /// Adds an entry to the instance's configuration, beside the three that the flow knows.
    #[must_use]
    pub fn configuration(mut self, key: impl AsRef<str>, value: impl Into<Json>) -> Self {
        let key = key.as_ref();
        if [API_KEY, API_SECRET, CALLBACK_URL].contains(&key) {
            self.reserved.push(key.to_owned());
        } else {
            self.body = self.body.configuration(key, value);
        }
        self
    }

    /// What the user is asked for, in the provider's words. The element's own default if not set.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Adds a parameter that an element wants in step 1, such as `siteAddress` or `subdomain`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// Sets the flow's `state` instead of 32 random bytes. It must be another one for every flow,
    /// and not to be guessed: it is what tells this user's callback from a forged one.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(Secret::new(state));
        self
    }

    /// How the authorization URL is asked for. [`OAuthUrlMethod::Get`] if not set.
    #[must_use]
    pub fn oauth_url_method(mut self, method: OAuthUrlMethod) -> Self {
        self.method = method;
        self
    }

    /// How long the user may take. An hour if not set.
    #[must_use]
    pub fn expires_after(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Gives the instance one more tag, another one for each flow, by which it is found again if
    /// the answer to its creation is lost: by [`create`](Connect::create) at once, and by
    /// [`Pending::reconcile`] at any time later. [`Pending::untagged`] takes it off again.
    #[must_use]
    pub fn recoverable(mut self) -> Self {
        self.recoverable = true;
        self
    }

    /// The element.
    pub fn element(&self) -> &ElementKey {
        &self.element
    }

    /// The first half: asks for the authorization URL. `entropy` becomes the `state`.
    ///
    /// # Errors
    /// Names everything that is missing or wrong, before anything is sent.
    pub fn begin<'a>(
        &'a self,
        platform: &'a Platform,
        entropy: &Entropy,
        now: SystemTime,
    ) -> Result<Begin<'a>, InvalidInput> {
        let mut inspection = self.inspect();
        if let Some(state) = &self.state {
            inspection.text("state", Some(state.expose()));
        }
        if let Some(scope) = &self.scope {
            inspection.text("scope", Some(scope));
        }
        for (index, (name, value)) in self.parameters.iter().enumerate() {
            let field = || format!("parameter {name:?}");
            let earlier = self.parameters.iter().take(index);
            if name.trim().is_empty() || STEP_1.contains(&name.as_str()) {
                inspection.note(field(), Fault::Reserved);
            } else if earlier.clone().any(|(other, _)| other == name) {
                inspection.note(field(), Fault::Repeated);
            } else {
                inspection.text(field(), Some(value.expose()));
            }
        }
        inspection.passed()?;
        Ok(Begin::new(platform, self, Pending::new(self, entropy, now)))
    }

    /// The second half: creates the instance with the user's consent.
    ///
    /// # Errors
    /// Names everything that is missing or wrong, before anything is sent: the code is not used
    /// up then.
    pub fn create<'a>(
        &'a self,
        platform: &'a Platform,
        granted: Granted,
    ) -> Result<Create<'a>, InvalidInput> {
        let mut inspection = self.inspect();
        if granted.element != self.element {
            inspection.note("element", Fault::Differs);
        }
        inspection.passed()?;
        Ok(Create::new(platform, self, granted))
    }

    /// The second half, from the callback on: reads it, and creates the instance if the user
    /// allowed it.
    ///
    /// # Errors
    /// When the callback is no answer to this flow, or something is missing or wrong; nothing is
    /// sent then.
    pub fn finish<'a>(
        &'a self,
        platform: &'a Platform,
        pending: &Pending,
        callback: &str,
        now: SystemTime,
    ) -> Result<Finish<'a>, Error> {
        Ok(match pending.returned(callback, now)? {
            Returned::Granted(granted) => Finish::Create(self.create(platform, granted)?),
            Returned::Denied(denied) => Finish::Denied(denied),
        })
    }

    fn inspect(&self) -> Inspection {
        let mut inspection = Inspection::default();
        inspection.path_segment("element", self.element.as_str());
        inspection.text(API_KEY, self.api_key.as_deref());
        inspection.text(API_SECRET, self.api_secret.as_ref().map(Secret::expose));
        inspection.url(CALLBACK_URL, self.callback_url.as_deref());
        inspection.text("name", self.body.name.as_deref());
        for tag in self.body.tags.iter().flatten() {
            inspection.text("tags", Some(tag));
        }
        for key in &self.reserved {
            inspection.note(format!("configuration {key:?}"), Fault::Reserved);
        }
        for (key, _) in self
            .body
            .configuration
            .iter()
            .flat_map(|entries| entries.iter())
        {
            inspection.text("configuration", Some(key));
        }
        inspection
    }

    pub(crate) fn own_state(&self) -> Option<&str> {
        self.state.as_ref().map(Secret::expose)
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    pub(crate) fn is_recoverable(&self) -> bool {
        self.recoverable
    }

    pub(crate) fn method(&self) -> OAuthUrlMethod {
        self.method
    }

    pub(crate) fn body(&self) -> &CreateInstance {
        &self.body
    }

    /// Step 1's parameters, in the documentation's order.
    pub(crate) fn step_1<'a>(&'a self, state: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        [
            ("apiKey", self.api_key.as_deref()),
            ("apiSecret", self.api_secret.as_ref().map(Secret::expose)),
            ("callbackUrl", self.callback_url.as_deref()),
            ("state", Some(state)),
            ("scope", self.scope.as_deref()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .chain(
            self.parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value.expose())),
        )
    }
}

const API_KEY: &str = "oauth.api.key";
const API_SECRET: &str = "oauth.api.secret";
const CALLBACK_URL: &str = "oauth.callback.url";
/// Parameters of step 1 that have a place of their own here.
const STEP_1: [&str; 5] = ["apiKey", "apiSecret", "callbackUrl", "state", "scope"];

#[cfg(test)]
mod tests;
