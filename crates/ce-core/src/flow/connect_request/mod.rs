mod operations;
#[cfg(test)]
mod tests;
mod validation;

use std::time::Duration;

use ce_model::{
    AuthenticationScheme, CreateInstance, ElementKey, Events, InstanceId, Json, Secret,
};

use crate::flow::OAuthUrlMethod;
use crate::flow::provider_data::ProviderData;

/// What is to be connected: an element, the application that the provider knows, and the instance
/// that shall come of it.
///
/// An application describes it in both of its handlers: the one that sends the user away and the
/// one to which the user comes back. Nothing of it need be stored between.
///
/// ```
/// use ce_core::ConnectRequest;
///
/// let connect = ConnectRequest::new("instagram")
///     .api_key("client id, from the provider")
///     .api_secret("client secret, from the provider")
///     .callback_url("https://app.example/callback")
///     .name("Ann's photos")
///     .tag("customer-42");
/// assert!(!format!("{connect:?}").contains("client secret"));
/// ```
#[derive(Clone, Debug)]
pub struct ConnectRequest {
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
    scheme: AuthenticationScheme,
    provider_data: ProviderData,
    instance: Option<InstanceId>,
    lifetime: Duration,
    recoverable: bool,
    /// Entries that were given as further configuration, but have a place of their own.
    reserved: Vec<String>,
    /// Entries that were given more than once.
    repeated: Vec<String>,
}

impl ConnectRequest {
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
            scheme: AuthenticationScheme::default(),
            provider_data: ProviderData::default(),
            instance: None,
            lifetime: Duration::from_secs(3600),
            recoverable: false,
            reserved: Vec::new(),
            repeated: Vec::new(),
        }
    }

    /// How the element authenticates its users: OAuth 2 if not set. `GET /elements/{keyOrId}`
    /// tells; see [`preflight`](ConnectRequest::preflight).
    ///
    /// With OAuth 1.0a the flow is the same for the application; a request token is got on the way.
    /// Basic, API key and custom take no consent: [`provision`](ConnectRequest::provision).
    #[must_use]
    pub fn authentication(mut self, scheme: AuthenticationScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// The account's access was granted elsewhere, and this is the refresh token of it: no consent
    /// is needed any more, so [`provision`](ConnectRequest::provision).
    #[must_use]
    pub fn refresh_token(mut self, token: impl Into<String>) -> Self {
        let configuration = self.body.configuration.as_ref();
        let given = configuration.is_some_and(|given| given.get(REFRESH_TOKEN).is_some());
        if given && self.body.external_authentication.is_none() {
            self.repeated.push(REFRESH_TOKEN.to_owned());
        }
        self.body.external_authentication = Some("initial".to_owned());
        let token = Secret::new(token);
        self.body = self.body.configuration(REFRESH_TOKEN, token.expose());
        self
    }

    /// Authorizes this instance again instead of creating another: the same flow, and the same id
    /// and token at its end. The [`PendingAuthorization`](crate::PendingAuthorization) remembers it.
    ///
    /// Of this description it takes on the name; its tags and configuration stay as they are. For
    /// elements whose users are asked: what others are configured with is changed by
    /// [`PatchInstance`](crate::calls::PatchInstance).
    #[must_use]
    pub fn reauthorize(mut self, instance: impl Into<InstanceId>) -> Self {
        self.instance = Some(instance.into());
        self
    }

    /// The key that the provider gave the application (OAuth: client identifier). Required with
    /// OAuth.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        let key = key.into();
        self.body = self.body.configuration(API_KEY, key.as_str());
        self.api_key = Some(key);
        self
    }

    /// The secret that the provider gave the application (OAuth: client secret). Required
    /// with OAuth.
    #[must_use]
    pub fn api_secret(mut self, secret: impl Into<String>) -> Self {
        let secret = Secret::new(secret);
        self.body = self.body.configuration(API_SECRET, secret.expose());
        self.api_secret = Some(secret);
        self
    }

    /// Where the provider sends the user back to, as it is registered with the provider
    /// (OAuth: redirection URI). Required where the user is sent there; absolute, `http` or `https`.
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
            let configuration = self.body.configuration.as_ref();
            if configuration.is_some_and(|given| given.get(key).is_some()) {
                self.repeated.push(key.to_owned());
            }
            self.body = self.body.configuration(key, value);
        }
        self
    }

    /// Has changes at the provider reported to the application.
    #[must_use]
    pub fn events(mut self, events: Events) -> Self {
        self.body = self.body.events(events);
        self
    }

    /// Has the platform read the provider's objects as soon as the instance exists.
    #[must_use]
    pub fn retrieve_objects_after_instantiation(mut self, retrieve: bool) -> Self {
        self.body.retrieve_objects_after_instantiation = Some(retrieve);
        self
    }

    /// What of the callback's parameters goes to the platform besides the code. The documented
    /// names if not set.
    #[must_use]
    pub fn provider_data(mut self, provider_data: ProviderData) -> Self {
        self.provider_data = provider_data;
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
    /// the answer to its creation is lost: by [`create`](ConnectRequest::create) at once, and by
    /// [`PendingAuthorization::reconcile`](crate::PendingAuthorization::reconcile) at any time later. [`PendingAuthorization::untagged`](crate::PendingAuthorization::untagged) takes it off again.
    #[must_use]
    pub fn recoverable(mut self) -> Self {
        self.recoverable = true;
        self
    }

    /// The element.
    pub fn element(&self) -> &ElementKey {
        &self.element
    }

    /// Has the user to be sent to the provider's page ([`begin`](ConnectRequest::begin))? If not, the
    /// instance is created at once ([`provision`](ConnectRequest::provision)).
    pub fn needs_consent(&self) -> bool {
        self.scheme.needs_consent() && self.body.external_authentication.is_none()
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

    pub(crate) fn scheme(&self) -> &AuthenticationScheme {
        &self.scheme
    }

    pub(crate) fn instance(&self) -> Option<InstanceId> {
        self.instance
    }

    pub(crate) fn wanted_provider_data(&self) -> &ProviderData {
        &self.provider_data
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
const REFRESH_TOKEN: &str = "oauth.user.refresh_token";
