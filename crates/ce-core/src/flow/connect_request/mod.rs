mod oauth_proxy;
#[cfg(test)]
mod tests;
mod validation;

use std::fmt;
use std::time::Duration;

use ce_model::{AuthenticationScheme, ElementKey, Events, InstanceId, Json, Object, Secret};

use crate::flow::{OAuthUrlMethod, ProviderData};
use crate::wire::redact_url;
use oauth_proxy::OAuthProxy;

/// What to connect: an element, the application that the provider knows, and the instance to create.
///
/// An application builds it in both of its handlers, the one that sends the user away and the one for
/// the callback. Nothing of it has to be stored in between.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until an operation is made of it"]
pub struct ConnectRequest {
    pub(super) element: ElementKey,
    pub(super) scheme: AuthenticationScheme,
    pub(super) instance: Option<InstanceId>,
    api_key: Option<String>,
    api_secret: Option<Secret>,
    callback_url: Option<CallbackUrl>,
    refresh_token: Option<Secret>,
    pub(super) name: Option<String>,
    pub(super) tags: Vec<String>,
    /// As given, so that an entry that is given again is found.
    configuration: Vec<(String, Json)>,
    events: Object,
    pub(super) retrieve_objects: Option<bool>,
    pub(super) provider_data: ProviderData,
    scope: Option<String>,
    pub(super) oauth_proxy: Option<OAuthProxy>,
    parameters: Vec<(String, Secret)>,
    pub(super) state: Option<Secret>,
    pub(super) accepts_no_state: bool,
    pub(super) oauth_url_method: OAuthUrlMethod,
    pub(super) lifetime: Duration,
    pub(super) recoverable: bool,
}

/// `Debug` shows it without user and query, which may hold secrets.
#[derive(Clone)]
struct CallbackUrl(String);

impl CallbackUrl {
    fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&redact_url(&self.0))
    }
}

impl ConnectRequest {
    /// A request to connect an account at the provider behind this element.
    pub fn new(element: impl Into<ElementKey>) -> Self {
        Self {
            element: element.into(),
            scheme: AuthenticationScheme::default(),
            instance: None,
            api_key: None,
            api_secret: None,
            callback_url: None,
            refresh_token: None,
            name: None,
            tags: Vec::new(),
            configuration: Vec::new(),
            events: Object::new(),
            retrieve_objects: None,
            provider_data: ProviderData::default(),
            scope: None,
            oauth_proxy: None,
            parameters: Vec::new(),
            state: None,
            accepts_no_state: false,
            oauth_url_method: OAuthUrlMethod::default(),
            lifetime: Duration::from_secs(3600),
            recoverable: false,
        }
    }

    /// Sets how the element authenticates its users. Default: OAuth 2.
    ///
    /// The platform says which it is, see [`preflight`](ConnectRequest::preflight). With OAuth 1.0a
    /// the flow is the same for the application. With basic and custom authentication and API keys no
    /// user has to consent: use [`provision`](ConnectRequest::provision).
    pub fn authentication(mut self, scheme: AuthenticationScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sets the refresh token of an account to which access was granted elsewhere.
    ///
    /// No user has to consent then: use [`provision`](ConnectRequest::provision).
    pub fn refresh_token(mut self, token: impl Into<String>) -> Self {
        self.refresh_token = Some(Secret::new(token));
        self
    }

    /// Authorizes this existing instance again instead of creating another. Its id and token stay.
    ///
    /// The flow is the same, and its [`PendingAuthorization`](crate::PendingAuthorization) remembers
    /// the instance. Only the name of this request is applied: tags and configuration stay as they
    /// are. It is for elements whose users consent; for others,
    /// [`PatchInstance`](crate::calls::PatchInstance) changes the configuration.
    pub fn reauthorize(mut self, instance: impl Into<InstanceId>) -> Self {
        self.instance = Some(instance.into());
        self
    }

    /// Sets the key that the provider gave the application (OAuth: client identifier). Required with
    /// OAuth.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// Sets the secret that the provider gave the application (OAuth: client secret). Required with
    /// OAuth.
    pub fn api_secret(mut self, secret: impl Into<String>) -> Self {
        self.api_secret = Some(Secret::new(secret));
        self
    }

    /// Sets where the provider sends the user back to (OAuth: redirection URI), as it is registered
    /// with the provider. Required if a user has to consent.
    ///
    /// It is an absolute URL, `http` or `https`; one with a scheme of the application's own, such as
    /// `com.example.app:/callback` (RFC 8252, section 7.1); or a host without a scheme, such as
    /// `www.mycoolapp.com/auth`, since the platform's documentation has such. It has no fragment
    /// (RFC 6749, section 3.1.2).
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(CallbackUrl(url.into()));
        self
    }

    /// Sets the name of the instance. Required.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds a tag, by which [`ListInstances`](crate::calls::ListInstances) finds the instance.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Adds an entry to the instance's configuration. API key, API secret and callback URL have
    /// methods of their own.
    pub fn configuration(mut self, key: impl AsRef<str>, value: impl Into<Json>) -> Self {
        let entry = (key.as_ref().to_owned(), value.into());
        self.configuration.push(entry);
        self
    }

    /// Has changes at the provider reported to the application.
    pub fn events(mut self, events: Events) -> Self {
        let entries = events.entries();
        let entries = entries.iter().map(|(key, value)| (key, value.clone()));
        self.events.extend(entries);
        self
    }

    /// Sets whether the platform reads the provider's objects as soon as the instance exists.
    pub fn retrieve_objects_after_instantiation(mut self, retrieve: bool) -> Self {
        self.retrieve_objects = Some(retrieve);
        self
    }

    /// Sets which of the callback's parameters the platform gets besides the code. Default:
    /// [`ProviderData::Documented`].
    pub fn provider_data(mut self, provider_data: ProviderData) -> Self {
        self.provider_data = provider_data;
        self
    }

    /// Sets the scope that the user is asked for, in the provider's words. Default: the element's own.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Adds a parameter that the element requires for its authorization URL, such as `siteAddress` or
    /// `subdomain`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), Secret::new(value)));
        self
    }

    /// Sets the flow's `state`. Default: 32 random bytes.
    ///
    /// It must differ for every flow and be unpredictable, since it tells a callback of the user from
    /// a forged one. It may hold ASCII letters, digits, `-._~` (RFC 3986: unreserved characters), and
    /// `:/?=`. These come back the same from a provider that percent-encodes and from one that does
    /// not; a `+`, for example, comes back as a blank.
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
    pub fn dangerously_accept_callbacks_without_state(mut self) -> Self {
        self.accepts_no_state = true;
        self
    }

    /// Sets how to ask for the authorization URL. Default: [`OAuthUrlMethod::Get`].
    pub fn oauth_url_method(mut self, method: OAuthUrlMethod) -> Self {
        self.oauth_url_method = method;
        self
    }

    /// Sets how long the user may take, to the end of the year 9999 at most. Default: one hour.
    pub fn expires_after(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Gives the instance one more tag, unique to the flow, by which it is found if the response to
    /// its creation is lost. It counts on the request that the flow begins with: the flow remembers the tag.
    ///
    /// [`finish`](ConnectRequest::finish) looks for it at once, and
    /// [`PendingAuthorization::reconcile`](crate::PendingAuthorization::reconcile) at any time later.
    /// [`PendingAuthorization::untagged`](crate::PendingAuthorization::untagged) removes the tag.
    pub fn recoverable(mut self) -> Self {
        self.recoverable = true;
        self
    }

    /// Returns `true` if the user must authorize in a browser ([`begin`](ConnectRequest::begin)), and
    /// `false` if the instance is created at once ([`provision`](ConnectRequest::provision)).
    pub fn needs_consent(&self) -> bool {
        self.scheme.needs_consent() && !self.is_authorized_elsewhere()
    }

    /// Returns `true` if there is a refresh token, to which no user has to consent.
    pub(super) fn is_authorized_elsewhere(&self) -> bool {
        self.refresh_token.is_some()
    }

    /// Every entry of the instance's configuration.
    pub(super) fn entries(&self) -> Object {
        let mut entries: Object = given([
            (API_KEY, self.api_key.as_deref()),
            (API_SECRET, exposed(&self.api_secret)),
            (
                CALLBACK_URL,
                self.callback_url.as_ref().map(CallbackUrl::as_str),
            ),
            (REFRESH_TOKEN, exposed(&self.refresh_token)),
        ])
        .collect();
        entries.extend(self.events.iter().map(|(key, value)| (key, value.clone())));
        entries.extend(self.configuration.iter().cloned());
        entries
    }

    /// The parameters of step 1, in the documentation's order.
    pub(super) fn step_1<'a>(
        &'a self,
        state: &'a str,
        token: Option<&'a Secret>,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let proxy = self.oauth_proxy.as_ref();
        let own = [
            ("isOauthProxy", proxy.map(|_| "true")),
            ("oauthProxyName", proxy.map(OAuthProxy::name)),
            ("apiKey", self.api_key.as_deref()),
            ("apiSecret", exposed(&self.api_secret)),
            (
                "callbackUrl",
                self.callback_url.as_ref().map(CallbackUrl::as_str),
            ),
            ("state", Some(state)),
            ("scope", self.scope.as_deref()),
            ("requestToken", token.map(Secret::expose)),
        ];
        let further = self.parameters.iter();
        given(own).chain(further.map(|(name, value)| (name.as_str(), value.expose())))
    }
}

/// Those that have a value.
fn given<'a, const N: usize>(
    all: [(&'a str, Option<&'a str>); N],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    all.into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
}

fn exposed(secret: &Option<Secret>) -> Option<&str> {
    secret.as_ref().map(Secret::expose)
}

const API_KEY: &str = "oauth.api.key";
const API_SECRET: &str = "oauth.api.secret";
const CALLBACK_URL: &str = "oauth.callback.url";
const REFRESH_TOKEN: &str = "oauth.user.refresh_token";
