use std::sync::Arc;
use std::time::SystemTime;

use ce_core::model::Instance;
use ce_core::{
    AuthorizationGrant, AuthorizationRedirect, Call, CallExecution, Config, ConnectOutcome,
    ConnectRequest, Credentials, Entropy, Error, InvalidInput, Operation, Paged,
    PendingAuthorization,
};

#[cfg(feature = "reqwest")]
use crate::build_error::BuildError;
use crate::driver::drive;
use crate::list_stream::ListStream;
use crate::trace::SpanName;
use crate::transport::Transport;
#[cfg(feature = "reqwest")]
use crate::transport::reqwest::ReqwestTransport;

/// An async client for the platform.
///
/// It is cheap to clone. All clones share one [`Transport`] and its connections.
/// What is missing from a [`ConnectRequest`] is named before anything is sent.
///
/// Every future can be dropped before it completes; what is lost is the answer. If it was creating an
/// instance, [`reconcile`](Client::reconcile) finds it, provided that the flow is
/// [recoverable](ConnectRequest::recoverable) and its [`PendingAuthorization`] was kept. Otherwise the
/// instance stays at the platform, and its token is lost.
///
/// # Runtimes
///
/// The default transport needs a tokio runtime with IO and time. A connection ends with the runtime
/// in which it was opened, so make a client in each runtime. A client that is shared by several, for
/// example a `static` one in `#[tokio::test]`s, meets connections whose runtime has ended: the attempt
/// fails with `runtime dropped the dispatch task` as the innermost source of the error, and the next one
/// opens a connection of its own, as calls that create something do at once. A future ends with the
/// runtime that polled it first: tokio panics if another goes on with it.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Arc<dyn Transport>,
    config: Arc<Config>,
}

impl Client {
    /// Makes a client on the default transport, [`ReqwestTransport`].
    ///
    /// # Errors
    /// Returns a [`BuildError`] if TLS can't be set up, for example because the operating system has
    /// no certificates, or if the platform or a proxy needs a feature that is not enabled.
    #[cfg(feature = "reqwest")]
    pub fn new(config: Config) -> Result<Self, BuildError> {
        let transport = ReqwestTransport::new(&config)?;
        Ok(Self::with_transport(config, transport))
    }

    /// Makes a client on any transport, for example an `Arc<dyn Transport>` or a [`ReqwestTransport`] that
    /// you have configured.
    pub fn with_transport(config: Config, transport: impl Transport + 'static) -> Self {
        Self {
            transport: Arc::new(transport),
            config: Arc::new(config),
        }
    }

    /// Returns a client with another configuration that shares this client's transport.
    ///
    /// The transport and its connections stay, so make the first client for the same kind of platform:
    /// one that was made for a platform on this machine uses neither a proxy nor certificates.
    #[must_use]
    pub fn with_config(&self, config: Config) -> Self {
        Self {
            transport: Arc::clone(&self.transport),
            config: Arc::new(config),
        }
    }

    /// Returns a client with other credentials that shares this client's transport.
    ///
    /// An application with many tenants makes one client and derives one for each tenant.
    ///
    /// # Errors
    /// Returns an [`InvalidInput`] if a secret is blank or can't be sent in a header.
    pub fn with_credentials(&self, credentials: Credentials) -> Result<Self, InvalidInput> {
        let config = Config::clone(&self.config).with_credentials(credentials)?;
        Ok(self.with_config(config))
    }

    /// Returns the configuration of this client.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the transport of this client, for example to wrap it in another one.
    pub fn transport(&self) -> &Arc<dyn Transport> {
        &self.transport
    }

    /// Sends a call: one of [`calls`](ce_core::calls), or one of your own.
    ///
    /// # Errors
    /// Returns an [`Error`], whose table says what may have been done and what to do next.
    pub async fn send<C: Call>(&self, call: C) -> Result<C::Output, Error> {
        let name = SpanName::Send(call.purpose());
        let execution = CallExecution::new(&self.config, call);
        self.drive(execution, name).await
    }

    /// Starts the flow: requests the URL to which the user is sent.
    ///
    /// Keep [`pending`](AuthorizationRedirect::pending) until the user is back. If the flow is
    /// [recoverable](ConnectRequest::recoverable), keep it until its instance is stored.
    ///
    /// # Errors
    /// Returns [`Error::InvalidInput`] if something is missing or wrong, before anything is sent. Whatever
    /// it is, nothing was created.
    pub async fn begin(&self, connect: &ConnectRequest) -> Result<AuthorizationRedirect, Error> {
        let begin = connect.begin(&self.config, &Entropy::from_system()?, SystemTime::now())?;
        self.drive(begin, SpanName::Begin).await
    }

    /// Finishes the flow: reads the callback, and creates the instance if the user allowed it.
    ///
    /// The callback is a whole URL, its path and query, or its query alone. Web frameworks cancel a
    /// handler when the browser disconnects. Spawn `finish`, so that the token is not lost.
    /// A denial is not an error. Keep [`token.expose()`](ce_core::model::ElementToken::expose) of the instance;
    /// [`ElementToken::new`](ce_core::model::ElementToken::new) makes a token of it again.
    ///
    /// # Errors
    /// Returns [`Error::Callback`] if the callback does not answer this flow. It and
    /// [`Error::InvalidInput`] come before anything is sent, so that the code is not used up. After
    /// [`Error::OutcomeUnknown`] the instance may exist.
    pub async fn finish(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
        callback: &str,
    ) -> Result<ConnectOutcome, Error> {
        let now = SystemTime::now();
        let finish = connect.finish(&self.config, pending, callback, now)?;
        self.drive(finish, SpanName::Finish).await
    }

    /// Creates the instance from a callback that the application has read itself.
    ///
    /// # Errors
    /// As for [`finish`](Client::finish), but for the callback's.
    pub async fn create(
        &self,
        connect: &ConnectRequest,
        grant: AuthorizationGrant,
    ) -> Result<Instance, Error> {
        self.drive(connect.create(&self.config, grant)?, SpanName::Create)
            .await
    }

    /// Creates an instance without a user's consent: with basic or custom authentication, an API key,
    /// or a refresh token obtained elsewhere.
    ///
    /// The flow is not kept, so [`reconcile`](Client::reconcile) can't find its instance; use
    /// [`provision_pending`](Client::provision_pending) where that matters. If the outcome of a
    /// [recoverable](ConnectRequest::recoverable) flow is unknown, the error has its
    /// [tag](ce_core::OutcomeUnknown::correlation_tag).
    ///
    /// # Errors
    /// Returns [`Error::InvalidInput`] if something is missing or wrong, before anything is sent. After
    /// [`Error::OutcomeUnknown`] the instance may exist.
    pub async fn provision(&self, connect: &ConnectRequest) -> Result<Instance, Error> {
        let entropy = Entropy::from_system()?;
        let pending = PendingAuthorization::new(connect, &entropy, SystemTime::now());
        self.provision_pending(connect, &pending).await
    }

    /// Creates an instance like [`provision`](Client::provision), from a [`PendingAuthorization`] that
    /// the application has stored.
    ///
    /// If the process ends meanwhile, or the outcome is unknown, [`reconcile`](Client::reconcile) finds the
    /// instance of a [recoverable](ConnectRequest::recoverable) flow. To provision the same flow again
    /// without that may create a second instance.
    ///
    /// # Errors
    /// As for [`provision`](Client::provision).
    pub async fn provision_pending(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
    ) -> Result<Instance, Error> {
        let provision = connect.provision(&self.config, pending)?;
        self.drive(provision, SpanName::Provision).await
    }

    /// Returns a stream over the items of a list, across all pages.
    ///
    /// ```
    /// # use ce_async::{Client, Error, calls::ListInstances};
    /// # async fn list(client: &Client) -> Result<(), Error> {
    /// let mut instances = client.list(ListInstances::new().tag("customer-42"));
    /// while let Some(instance) = instances.next().await {
    ///     println!("{}", instance?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list<'c, C: Paged + Send + Sync + 'c>(&self, call: C) -> ListStream<'c, C>
    where
        C::Item: Send,
    {
        ListStream::new(Arc::clone(&self.transport), Arc::clone(&self.config), call)
    }

    /// Searches for the instance of a [recoverable](ConnectRequest::recoverable) flow whose outcome is
    /// unknown, for as long as the platform may still be creating it.
    ///
    /// The creation must have ended, and this client must have the platform and the credentials that it was
    /// begun with, or the instance's absence proves nothing: see [`PendingAuthorization::reconcile`].
    ///
    /// # Errors
    /// Returns [`Error::NotCreated`] if there is no instance.
    pub async fn reconcile(&self, pending: &PendingAuthorization) -> Result<Instance, Error> {
        let reconcile = pending.reconcile(&self.config)?;
        self.drive(reconcile, SpanName::Reconcile).await
    }

    /// Drives any [`Operation`] to its output.
    pub async fn run<O: Operation>(&self, operation: O) -> O::Output {
        self.drive(operation, SpanName::Run).await
    }

    async fn drive<O: Operation>(&self, operation: O, name: SpanName) -> O::Output {
        drive(&*self.transport, operation, name).await
    }
}
