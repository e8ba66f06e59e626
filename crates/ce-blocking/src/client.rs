use std::sync::Arc;
use std::time::SystemTime;

use ce_core::model::Instance;
use ce_core::{
    AuthorizationGrant, AuthorizationRedirect, Call, CallExecution, Config, ConnectOutcome,
    ConnectRequest, Credentials, Entropy, Error, InvalidInput, Operation, Paged,
    PendingAuthorization,
};

#[cfg(feature = "ureq")]
use crate::build_error::BuildError;
use crate::driver::drive;
use crate::list_iter::ListIter;
use crate::trace::SpanName;
use crate::transport::Transport;
#[cfg(feature = "ureq")]
use crate::transport::ureq::UreqTransport;

/// A blocking client for the platform.
///
/// It is cheap to clone. All clones share one [`Transport`] and its connections.
/// What is missing from a [`ConnectRequest`] is named before anything is sent.
///
/// In async code a call blocks the runtime's thread: use `ce-async` there, or a thread of its own.
///
/// No call blocks for longer than its [`Limits`](ce_core::Limits) allow, with one exception: ureq limits
/// each read of a proxy's response to `CONNECT`, but not all of them together. A proxy that sends its
/// response byte by byte can block a call for longer.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Arc<dyn Transport>,
    config: Arc<Config>,
}

impl Client {
    /// Makes a client on the default transport, [`UreqTransport`].
    ///
    /// # Errors
    /// Returns a [`BuildError`] if the platform or a proxy needs a feature that is not enabled.
    #[cfg(feature = "ureq")]
    pub fn new(config: Config) -> Result<Self, BuildError> {
        let transport = UreqTransport::new(&config)?;
        Ok(Self::with_transport(config, transport))
    }

    /// Makes a client on any transport, for example an `Arc<dyn Transport>` or a [`UreqTransport`] that
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
    pub fn send<C: Call>(&self, call: C) -> Result<C::Output, Error> {
        let name = SpanName::Send(call.purpose());
        self.drive(CallExecution::new(&self.config, call), name)
    }

    /// Starts the flow: requests the URL to which the user is sent.
    ///
    /// Keep [`pending`](AuthorizationRedirect::pending) until the user is back. If the flow is
    /// [recoverable](ConnectRequest::recoverable), keep it until its instance is stored.
    ///
    /// # Errors
    /// Returns [`Error::InvalidInput`] if something is missing or wrong, before anything is sent. Whatever
    /// it is, nothing was created.
    pub fn begin(&self, connect: &ConnectRequest) -> Result<AuthorizationRedirect, Error> {
        let begin = connect.begin(&self.config, &Entropy::from_system()?, SystemTime::now())?;
        self.drive(begin, SpanName::Begin)
    }

    /// Finishes the flow: reads the callback, and creates the instance if the user allowed it.
    ///
    /// The callback is a whole URL, its path and query, or its query alone.
    /// A denial is not an error. Keep [`token.expose()`](ce_core::model::ElementToken::expose) of the instance;
    /// [`ElementToken::new`](ce_core::model::ElementToken::new) makes a token of it again.
    ///
    /// # Errors
    /// Returns [`Error::Callback`] if the callback does not answer this flow. It and
    /// [`Error::InvalidInput`] come before anything is sent, so that the code is not used up. After
    /// [`Error::OutcomeUnknown`] the instance may exist.
    pub fn finish(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
        callback: &str,
    ) -> Result<ConnectOutcome, Error> {
        let now = SystemTime::now();
        let finish = connect.finish(&self.config, pending, callback, now)?;
        self.drive(finish, SpanName::Finish)
    }

    /// Creates the instance from a callback that the application has read itself.
    ///
    /// # Errors
    /// As for [`finish`](Client::finish), but for the callback's.
    pub fn create(
        &self,
        connect: &ConnectRequest,
        grant: AuthorizationGrant,
    ) -> Result<Instance, Error> {
        self.drive(connect.create(&self.config, grant)?, SpanName::Create)
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
    pub fn provision(&self, connect: &ConnectRequest) -> Result<Instance, Error> {
        let entropy = Entropy::from_system()?;
        let pending = PendingAuthorization::new(connect, &entropy, SystemTime::now());
        self.provision_pending(connect, &pending)
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
    pub fn provision_pending(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
    ) -> Result<Instance, Error> {
        let provision = connect.provision(&self.config, pending)?;
        self.drive(provision, SpanName::Provision)
    }

    /// Returns an iterator over the items of a list, across all pages.
    ///
    /// ```
    /// # use ce_blocking::{Client, Error, calls::ListInstances};
    /// # fn list(client: &Client) -> Result<(), Error> {
    /// for instance in client.list(ListInstances::new().tag("customer-42")) {
    ///     println!("{}", instance?.id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list<C: Paged>(&self, call: C) -> ListIter<C> {
        ListIter::new(Arc::clone(&self.transport), Arc::clone(&self.config), call)
    }

    /// Searches for the instance of a [recoverable](ConnectRequest::recoverable) flow whose outcome is
    /// unknown, for as long as the platform may still be creating it.
    ///
    /// The creation must have ended, and this client must have the platform and the credentials that it was
    /// begun with, or the instance's absence proves nothing: see [`PendingAuthorization::reconcile`].
    ///
    /// # Errors
    /// Returns [`Error::NotCreated`] if there is no instance.
    pub fn reconcile(&self, pending: &PendingAuthorization) -> Result<Instance, Error> {
        self.drive(pending.reconcile(&self.config)?, SpanName::Reconcile)
    }

    /// Drives any [`Operation`] to its output.
    pub fn run<O: Operation>(&self, operation: O) -> O::Output {
        self.drive(operation, SpanName::Run)
    }

    fn drive<O: Operation>(&self, operation: O, name: SpanName) -> O::Output {
        drive(&*self.transport, operation, name)
    }
}
