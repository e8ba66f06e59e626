//! What is done with a description: the two halves of the flow, and the whole of it where no user
//! has to be asked.

use std::time::SystemTime;

use super::ConnectRequest;
use crate::config::Config;
use crate::error::Error;
use crate::error::InvalidInput;
use crate::flow::Entropy;
use crate::flow::GetPreflight;
use crate::flow::PendingAuthorization;
use crate::flow::{AuthorizationGrant, CallbackOutcome};
use crate::flow::{Begin, Create, Finish};

impl ConnectRequest {
    /// The first half: asks for the authorization URL. `entropy` becomes the `state`.
    ///
    /// # Errors
    /// Names everything that is missing or wrong, before anything is sent.
    pub fn begin<'a>(
        &'a self,
        config: &'a Config,
        entropy: &Entropy,
        now: SystemTime,
    ) -> Result<Begin<'a>, InvalidInput> {
        self.inspect_beginning()?;
        Ok(Begin::new(
            config,
            self,
            PendingAuthorization::new(self, entropy, now),
        ))
    }

    /// The second half: creates the instance with the user's consent.
    ///
    /// # Errors
    /// Names everything that is missing or wrong, before anything is sent: the code is not used
    /// up then.
    pub fn create<'a>(
        &'a self,
        config: &'a Config,
        granted: AuthorizationGrant,
    ) -> Result<Create<'a>, InvalidInput> {
        self.inspect_creation(&granted)?;
        Ok(Create::new(config, self, granted))
    }

    /// The whole of it where no user has to be asked: basic and custom authentication, API keys, and
    /// [refresh tokens](ConnectRequest::refresh_token) obtained elsewhere.
    ///
    /// Store the [`PendingAuthorization`] first, and a process that dies on the way leaves nothing behind that
    /// [`reconcile`](PendingAuthorization::reconcile) doesn't find (if the flow is
    /// [recoverable](ConnectRequest::recoverable)).
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use ce_core::model::AuthenticationScheme;
    /// use ce_core::{ConnectRequest, Credentials, Entropy, PendingAuthorization, Config};
    ///
    /// let connect = ConnectRequest::new("closeio")
    ///     .authentication(AuthenticationScheme::Basic)
    ///     .configuration("username", "ann")
    ///     .configuration("password", "secret")
    ///     .name("Ann's sales")
    ///     .recoverable();
    /// let pending = PendingAuthorization::new(&connect, &Entropy::from_system()?, SystemTime::now());
    /// let config = Config::new("https://a.example", Credentials::new("u", "o"))?;
    /// let provision = connect.provision(&config, &pending)?;
    /// # Ok::<(), ce_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Names everything that is missing or wrong, before anything is sent.
    pub fn provision<'a>(
        &'a self,
        config: &'a Config,
        pending: &PendingAuthorization,
    ) -> Result<Create<'a>, InvalidInput> {
        let granted = pending.without_consent();
        self.inspect_provision(&granted)?;
        Ok(Create::new(config, self, granted))
    }

    /// The call that asks the platform what the element needs, and says what of it is missing here:
    /// before a user is sent anywhere.
    ///
    /// It knows the entries of the configuration, and what every instance needs. It doesn't know
    /// which [parameters](ConnectRequest::parameter) an element wants when it is asked for the
    /// authorization URL, such as Shopify's `siteAddress`: the platform lists them nowhere, and
    /// refuses to give the URL when one is missing.
    ///
    /// ```
    /// use ce_core::{ConnectRequest, Preflight};
    ///
    /// # let element = serde_json::from_str(r#"{
    /// #     "authentication": {"type": "oauth2"},
    /// #     "configuration": [{"key": "shopify.site.address", "required": true}]
    /// # }"#)?;
    /// let connect = ConnectRequest::new("shopify")
    ///     .api_key("client id")
    ///     .api_secret("client secret")
    ///     .callback_url("https://app.example/callback")
    ///     .name("Ann's shop");
    /// // What `client.send(connect.preflight())` answers:
    /// let preflight = Preflight::new(&connect, &element);
    /// assert_eq!(preflight.missing(), ["shopify.site.address"]); // but not the siteAddress
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn preflight(&self) -> GetPreflight<'_> {
        GetPreflight::new(self)
    }

    /// The second half, from the callback on: reads it, and creates the instance if the user
    /// allowed it.
    ///
    /// # Errors
    /// When the callback is no answer to this flow, or something is missing or wrong; nothing is
    /// sent then.
    pub fn finish<'a>(
        &'a self,
        config: &'a Config,
        pending: &PendingAuthorization,
        callback: &str,
        now: SystemTime,
    ) -> Result<Finish<'a>, Error> {
        Ok(match pending.read_callback(callback, now)? {
            CallbackOutcome::Granted(granted) => Finish::Create(self.create(config, granted)?),
            CallbackOutcome::Denied(denied) => Finish::Denied(denied),
        })
    }
}
