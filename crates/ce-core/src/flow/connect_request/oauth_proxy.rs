//! The platform's OAuth proxy, for providers that allow an application one callback URL only.

use std::borrow::Cow;

use super::validation::{OF_PROXY, is_returned_intact};
use super::{CallbackUrl, ConnectRequest};
use crate::error::{FieldErrorKind, FieldErrors};
use crate::flow::callback::PROXIED_STATE;

/// What a flow needs to go through the proxy.
#[derive(Clone, Debug)]
pub(in crate::flow) struct OAuthProxy {
    name: String,
    /// Where the proxy sends the user on to.
    callback_url: CallbackUrl,
}

impl OAuthProxy {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn check(&self, errors: &mut FieldErrors) {
        let field = "callback URL behind the OAuth proxy";
        errors.text("name of the OAuth proxy", Some(&self.name));
        errors.callback_url(field, Some(self.callback_url.as_str()));
        if !is_returned_intact(self.callback_url.as_str()) {
            errors.push(field, FieldErrorKind::NotReturnedIntact);
        }
    }
}

impl ConnectRequest {
    /// Has the user come back through the platform's OAuth proxy, for a provider that allows an
    /// application one callback URL only.
    ///
    /// `name` is the proxy's, and [`callback_url`](ConnectRequest::callback_url) its URL.
    /// `own_callback_url` is the application's, to which the proxy sends the user on. It has no query,
    /// and holds the characters that a [state](ConnectRequest::state) may hold.
    ///
    /// The platform wants that URL as the `state`, so the flow's own state goes into its query, as
    /// `proxied_state`, and is what the callback is recognized by. What is registered at the proxy
    /// must match the URL with that query; it may be a regular expression. Nothing else differs for
    /// the application.
    ///
    /// By hand it is the parameters `isOauthProxy` and `oauthProxyName`, and a `state` that is the
    /// application's own URL with a random part in its query: the callback is recognized by that query.
    ///
    /// Source: the platform's guide to the OAuth proxy. Its sample sends `callbackProxy=true` too,
    /// and does not say what for: [`parameter`](ConnectRequest::parameter) adds it.
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use ce_core::{CallbackOutcome, ConnectRequest, Entropy, PendingAuthorization};
    ///
    /// let request = ConnectRequest::new("box")
    ///     .api_key("client id")
    ///     .api_secret("client secret")
    ///     .callback_url("https://proxy.example/oauth/Ann") // as the platform shows it
    ///     .oauth_proxy("Ann", "https://app.example/callback")
    ///     .name("Ann's files");
    ///
    /// // `begin` makes it, with the URL to send the user to.
    /// let pending = PendingAuthorization::new(&request, &Entropy::from_system()?, SystemTime::now());
    ///
    /// // The proxy sends the user on to the application's URL.
    /// let state = pending.expose_state();
    /// let callback = format!("/callback?proxied_state={state}&code=abc&state=the-proxy's");
    /// assert_eq!(PendingAuthorization::state_of_callback(&callback).as_deref(), Some(state));
    /// let outcome = pending.read_callback(&callback, SystemTime::now())?;
    /// assert!(matches!(outcome, CallbackOutcome::Granted(_)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn oauth_proxy(
        mut self,
        name: impl Into<String>,
        own_callback_url: impl Into<String>,
    ) -> Self {
        self.oauth_proxy = Some(OAuthProxy {
            name: name.into(),
            callback_url: CallbackUrl(own_callback_url.into()),
        });
        self
    }

    /// Returns `true` if the user comes back through the proxy, whether by
    /// [`oauth_proxy`](ConnectRequest::oauth_proxy) or by the platform's own parameters.
    pub(in crate::flow) fn is_proxied(&self) -> bool {
        let mut names = self.parameters.iter().map(|(name, _)| name.as_str());
        self.oauth_proxy.is_some() || names.any(|name| OF_PROXY.contains(&name))
    }

    /// The `state` of step 1: the flow's own, or the URL that brings it back through the proxy.
    pub(in crate::flow) fn sent_state<'a>(&self, own: &'a str) -> Cow<'a, str> {
        match &self.oauth_proxy {
            None => own.into(),
            Some(proxy) => format!("{}?{PROXIED_STATE}={own}", proxy.callback_url.as_str()).into(),
        }
    }
}
