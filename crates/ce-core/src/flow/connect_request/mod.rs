#[cfg(test)]
mod tests;
mod validation;

use std::time::Duration;

use ce_model::{
    AuthenticationScheme, CreateInstance, ElementKey, Events, InstanceId, Json, Secret,
};

use crate::flow::{OAuthUrlMethod, ProviderData};

/// What to connect: an element, the application that the provider knows, and the instance to create.
///
/// An application builds it in both of its handlers, the one that sends the user away and the one for
/// the callback. Nothing of it has to be stored in between.
///
/// ```
/// use ce_core::ConnectRequest;
///
/// let request = ConnectRequest::new("instagram")
///     .api_key("client id, from the provider")
///     .api_secret("client secret, from the provider")
///     .callback_url("https://app.example/callback")
///     .name("Ann's photos")
///     .tag("customer-42");
/// assert!(!format!("{request:?}").contains("client secret"));
/// ```
#[derive(Clone, Debug)]
pub struct ConnectRequest {
    element: ElementKey,
    /// The body of step 2, without `providerData`.
    body: CreateInstance,
    api_key: Option<String>,
    api_secret: Option<Secret>,
    callback_url: Option<String>,
    pub(super) state: Option<Secret>,
    scope: Option<String>,
    parameters: Vec<(String, Secret)>,
    pub(super) oauth_url_method: OAuthUrlMethod,
    pub(super) scheme: AuthenticationScheme,
    provider_data: ProviderData,
    pub(super) instance: Option<InstanceId>,
    pub(super) lifetime: Duration,
    pub(super) recoverable: bool,
    pub(super) accepts_no_state: bool,
    /// Configuration entries that another method sets.
    reserved: Vec<String>,
    /// Configuration entries that were given more than once.
    repeated: Vec<String>,
}

impl ConnectRequest {
    /// A request to connect an account at the provider behind this element.
    pub fn new(element: impl Into<ElementKey>) -> Self {
        Self {
            element: element.into(),
            body: CreateInstance::default(),
            api_key: None,
            api_secret: None,
            callback_url: None,
            state: None,
            scope: None,
            parameters: Vec::new(),
            oauth_url_method: OAuthUrlMethod::default(),
            scheme: AuthenticationScheme::default(),
            provider_data: ProviderData::default(),
            instance: None,
            lifetime: Duration::from_secs(3600),
            recoverable: false,
            accepts_no_state: false,
            reserved: Vec::new(),
            repeated: Vec::new(),
        }
    }

    /// Sets how the element authenticates its users. Default: OAuth 2.
    ///
    /// The platform says which it is, see [`preflight`](ConnectRequest::preflight). With OAuth 1.0a
    /// the flow is the same for the application. With basic and custom authentication and API keys no
    /// user has to consent: use [`provision`](ConnectRequest::provision).
    #[must_use]
    pub fn authentication(mut self, scheme: AuthenticationScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sets the refresh token of an account to which access was granted elsewhere.
    ///
    /// No user has to consent then: use [`provision`](ConnectRequest::provision).
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

    /// Authorizes this existing instance again instead of creating another. Its id and token stay.
    ///
    /// The flow is the same, and its [`PendingAuthorization`](crate::PendingAuthorization) remembers
    /// the instance. Only the name of this request is applied: tags and configuration stay as they
    /// are. It is for elements whose users consent; for others,
    /// [`PatchInstance`](crate::calls::PatchInstance) changes the configuration.
    #[must_use]
    pub fn reauthorize(mut self, instance: impl Into<InstanceId>) -> Self {
        self.instance = Some(instance.into());
        self
    }

    /// Sets the key that the provider gave the application (OAuth: client identifier). Required with
    /// OAuth.
    #[must_use]
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        let key = key.into();
        self.body = self.body.configuration(API_KEY, key.as_str());
        self.api_key = Some(key);
        self
    }

    /// Sets the secret that the provider gave the application (OAuth: client secret). Required with
    /// OAuth.
    #[must_use]
    pub fn api_secret(mut self, secret: impl Into<String>) -> Self {
        let secret = Secret::new(secret);
        self.body = self.body.configuration(API_SECRET, secret.expose());
        self.api_secret = Some(secret);
        self
    }

    /// Sets where the provider sends the user back to (OAuth: redirection URI), as it is registered
    /// with the provider. Required if a user has to consent; absolute, `http` or `https`.
    #[must_use]
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.body = self.body.configuration(CALLBACK_URL, url.as_str());
        self.callback_url = Some(url);
        self
    }

    /// Sets the name of the instance. Required.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.body.name = Some(name.into());
        self
    }

    /// Adds a tag, by which [`ListInstances`](crate::calls::ListInstances) finds the instance.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.body = self.body.tag(tag);
        self
    }

    /// Adds an entry to the instance's configuration. API key, API secret and callback URL have
    /// methods of their own.
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

    /// Sets whether the platform reads the provider's objects as soon as the instance exists.
    #[must_use]
    pub fn retrieve_objects_after_instantiation(mut self, retrieve: bool) -> Self {
        self.body.retrieve_objects_after_instantiation = Some(retrieve);
        self
    }

    /// Sets which of the callback's parameters the platform gets besides the code. Default:
    /// [`ProviderData::Documented`].
    #[must_use]
    pub fn provider_data(mut self, provider_data: ProviderData) -> Self {
        self.provider_data = provider_data;
        self
    }

    /// Sets the scope that the user is asked for, in the provider's words. Default: the element's own.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Adds a parameter that the element requires for its authorization URL, such as `siteAddress` or
    /// `subdomain`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// Sets the flow's `state`. Default: 32 random bytes.
    ///
    /// It must differ for every flow and be unpredictable, since it tells a callback of the user from
    /// a forged one. It may hold ASCII letters, digits, `-._~` (RFC 3986: unreserved characters), and
    /// `:/?=`. These come back the same from a provider that percent-encodes and from one that does
    /// not; a `+`, for example, comes back as a blank. That is enough for the platform's OAuth proxy
    /// (`isOauthProxy`), whose `state` is the application's own callback URL: put the random part into
    /// its query, as in `https://app.example/callback?flow=9Xk2…`.
    #[must_use]
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.state = Some(Secret::new(state));
        self
    }

    /// Accepts a callback without a `state`, for a provider that returns none. **The user is not
    /// protected from forged callbacks then**: an attacker can have the user's browser finish the flow
    /// with the attacker's code, so that the attacker's account is connected.
    ///
    /// A callback with another `state` is still refused. OAuth 1.0a does not need this: the request
    /// token recognizes the callback.
    #[must_use]
    pub fn dangerously_accept_callbacks_without_state(mut self) -> Self {
        self.accepts_no_state = true;
        self
    }

    /// Sets how to ask for the authorization URL. Default: [`OAuthUrlMethod::Get`].
    #[must_use]
    pub fn oauth_url_method(mut self, method: OAuthUrlMethod) -> Self {
        self.oauth_url_method = method;
        self
    }

    /// Sets how long the user may take. Default: one hour.
    #[must_use]
    pub fn expires_after(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Gives the instance one more tag, unique to the flow, by which it is found if the response to
    /// its creation is lost.
    ///
    /// [`create`](ConnectRequest::create) looks for it at once, and
    /// [`PendingAuthorization::reconcile`](crate::PendingAuthorization::reconcile) at any time later.
    /// [`PendingAuthorization::untagged`](crate::PendingAuthorization::untagged) removes the tag.
    #[must_use]
    pub fn recoverable(mut self) -> Self {
        self.recoverable = true;
        self
    }

    /// The element.
    pub fn element(&self) -> &ElementKey {
        &self.element
    }

    /// Returns `true` if the user must authorize in a browser ([`begin`](ConnectRequest::begin)), and
    /// `false` if the instance is created at once ([`provision`](ConnectRequest::provision)).
    pub fn needs_consent(&self) -> bool {
        self.scheme.needs_consent() && self.body.external_authentication.is_none()
    }

    pub(crate) fn wanted_provider_data(&self) -> &ProviderData {
        &self.provider_data
    }

    pub(crate) fn body(&self) -> &CreateInstance {
        &self.body
    }

    /// The parameters of step 1, in the documentation's order.
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
