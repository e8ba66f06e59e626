use std::sync::Arc;
use std::time::{Instant, SystemTime};

use ce_core::model::Instance;
use ce_core::{
    AuthorizationGrant, AuthorizationRedirect, Call, CallExecution, Config, ConnectOutcome,
    ConnectRequest, Entropy, Error, Input, Operation, Paged, PendingAuthorization, Step,
};

use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

use crate::build_error::BuildError;
use crate::listing::Listing;
use crate::transport::ureq as transport;

/// The blocking client. Cheap to clone; all clones, on whatever threads, share their connections.
///
/// No call blocks for longer than its [`Limits`](ce_core::Limits) allow, with one exception: ureq
/// bounds each read of a proxy's answer to `CONNECT`, but not all of them together. A proxy that
/// sends its answer byte by byte can hold a call for longer.
#[derive(Clone, Debug)]
pub struct Client {
    agent: ureq::Agent,
    config: Arc<Config>,
}

impl Client {
    /// A client for this platform: TLS 1.2 or better, verified; no redirects; no compression. A
    /// proxy from the environment (`HTTPS_PROXY` …) is used, but not for this machine itself.
    ///
    /// It writes a warning into the log, once in a process, if ureq's records at TRACE are taken in:
    /// they show secrets.
    ///
    /// # Errors
    /// When the platform or the proxy needs what this crate was built without: TLS, or SOCKS.
    pub fn new(config: Config) -> Result<Self, BuildError> {
        Self::configured(config, |http| http)
    }

    /// The same, over an agent that you configure further: with a proxy, certificates, or a pool
    /// as you like them. Redirects and compression stay as they are, and how long anything may take
    /// is decided by the [`Limits`](ce_core::Limits) alone, whatever timeout you set.
    ///
    /// ureq's own features hold for all that use it in a program. With its feature `gzip` or
    /// `brotli` on, it decompresses an answer that is marked so, although none is asked for; the
    /// bound on an answer's size then holds for what comes out. Without, a body is read as it came.
    ///
    /// ```
    /// use ce_blocking::{Client, Credentials, Config, ureq};
    ///
    /// let credentials = Credentials::new("user secret", "organization secret");
    /// let config = Config::new("https://api.cloud-elements.com/elements/api-v2", credentials)?;
    /// let proxy = ureq::Proxy::new("http://proxy.example:3128")?;
    /// let client = Client::configured(config, |http| http.proxy(Some(proxy)))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Client::new).
    pub fn configured(
        config: Config,
        configure: impl FnOnce(ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope>,
    ) -> Result<Self, BuildError> {
        Ok(Self {
            agent: transport::agent(&config, configure)?,
            config: Arc::new(config),
        })
    }

    /// The platform that this client talks to.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Sends a call: any of [`calls`](ce_core::calls), or one of yours.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn send<C: Call>(&self, call: C) -> Result<C::Output, Error> {
        self.run(CallExecution::new(&self.config, call))
    }

    /// The first half of the flow: where to send the user, and what to keep meanwhile.
    ///
    /// # Errors
    /// See [`Error`]; everything that is missing is named before anything is sent.
    pub fn begin(&self, connect: &ConnectRequest) -> Result<AuthorizationRedirect, Error> {
        let begin = connect.begin(&self.config, &Entropy::from_system()?, SystemTime::now())?;
        self.run(begin)
    }

    /// The second half: reads the callback (a whole URL, its path and query, or its query) and
    /// creates the instance if the user allowed it.
    ///
    /// # Errors
    /// See [`Error`]. A denial is none.
    pub fn finish(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
        callback: &str,
    ) -> Result<ConnectOutcome, Error> {
        let now = SystemTime::now();
        self.run(connect.finish(&self.config, pending, callback, now)?)
    }

    /// Creates the instance, for an application that has read the callback itself.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn create(
        &self,
        connect: &ConnectRequest,
        granted: AuthorizationGrant,
    ) -> Result<Instance, Error> {
        self.run(connect.create(&self.config, granted)?)
    }

    /// Creates the instance of an element whose users need not be asked: basic and custom
    /// authentication, API keys, and refresh tokens obtained elsewhere.
    ///
    /// # Errors
    /// See [`Error`]; everything that is missing is named before anything is sent.
    pub fn provision(&self, connect: &ConnectRequest) -> Result<Instance, Error> {
        let pending =
            PendingAuthorization::new(connect, &Entropy::from_system()?, SystemTime::now());
        self.provision_pending(connect, &pending)
    }

    /// The same, for an application that has stored the [`PendingAuthorization`] before: should it not live to
    /// see the answer, [`reconcile`](Client::reconcile) finds what came of it.
    ///
    /// # Errors
    /// See [`Error`]; everything that is missing is named before anything is sent.
    pub fn provision_pending(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
    ) -> Result<Instance, Error> {
        self.run(connect.provision(&self.config, pending)?)
    }

    /// The items of a list, from page to page: an iterator, of which one page is held at a time.
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
    pub fn list<C: Paged>(&self, call: C) -> Listing<C> {
        Listing::new(self.clone(), call)
    }

    /// Looks for the instance of a [recoverable](ConnectRequest::recoverable) flow whose end nobody knows,
    /// for as long as the platform may still be creating it.
    ///
    /// # Errors
    /// [`Error::NotCreated`] when there is none; else see [`Error`].
    pub fn reconcile(&self, pending: &PendingAuthorization) -> Result<Instance, Error> {
        self.run(pending.reconcile(&self.config)?)
    }

    /// Drives anything that the core decides.
    pub fn run<P: Operation>(&self, mut operation: P) -> P::Output {
        let began = Instant::now();
        let mut input = Input::Start;
        loop {
            input = match operation.step(input, began.elapsed()) {
                Step::Send(attempt) => Input::Response(transport::send(&self.agent, attempt)),
                Step::Sleep(time) => {
                    std::thread::sleep(time);
                    Input::SleepFinished
                }
                Step::Done(output) => return output,
            };
        }
    }
}
