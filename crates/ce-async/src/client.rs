use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use ce_core::model::Instance;
use ce_core::{
    AuthorizationGrant, AuthorizationRedirect, Call, CallExecution, Config, ConnectOutcome,
    ConnectRequest, Entropy, Error, Input, Operation, Paged, PendingAuthorization, Step,
};

use reqwest::ClientBuilder;

use crate::carry::carry;
use crate::listing::Listing;

/// The async client. Cheap to clone; all clones share their connections.
///
/// It needs a tokio runtime with timers and IO, as reqwest does. Every future may be dropped
/// half-way; what one has left that was creating an instance, [`reconcile`](Client::reconcile) finds.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    config: Arc<Config>,
}

/// Longer than any attempt: a timeout that is none.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The platform is spoken to over TLS, and this crate was built without.
    #[error("ce-async was built without TLS: switch a feature on, rustls or native-tls")]
    NoTls,
    /// TLS could not be set up, such as when the system's certificates can't be read.
    #[error("TLS could not be set up: {0}")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// reqwest refused its configuration.
    #[error("the HTTP client could not be set up: {0}")]
    Http(#[source] reqwest::Error),
}

impl Client {
    /// A client for this platform: TLS 1.2 or better, verified; no redirects; no compression. A
    /// proxy from the environment (`HTTPS_PROXY` …) is used, but not for this machine itself.
    ///
    /// # Errors
    /// When TLS can't be set up, such as when the system's certificates can't be read.
    pub fn new(config: Config) -> Result<Self, BuildError> {
        Self::over(config, |http| http)
    }

    /// The same, over a reqwest client that you configure further: with a proxy, a pool, or
    /// certificates as you like them. Redirects and compression stay as they are, and how long
    /// anything may take is decided by the [`Limits`](ce_core::Limits) alone, whatever timeout you
    /// set.
    ///
    /// With the feature `rustls` the TLS configuration is set whole, so certificates of yours go
    /// into one of your own: `http.tls_backend_preconfigured(rustls::ClientConfig)`.
    ///
    /// ```
    /// use ce_async::{Client, Credentials, Config, reqwest};
    ///
    /// let credentials = Credentials::new("user secret", "organization secret");
    /// let config = Config::new("https://api.cloud-elements.com/elements/api-v2", credentials)?;
    /// let proxy = reqwest::Proxy::https("http://proxy.example:3128")?;
    /// let client = Client::configured(config, |http| http.proxy(proxy))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Client::new), and when reqwest refuses what you configured.
    pub fn configured(
        config: Config,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, BuildError> {
        // One that is set can't be taken back, nor be seen. Each costs a request a timer, so that
        // `new` sets none.
        Self::over(config, |http| {
            configure(http).timeout(A_YEAR).read_timeout(A_YEAR)
        })
    }

    fn over(
        config: Config,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, BuildError> {
        if config.is_encrypted() && !cfg!(any(feature = "rustls", feature = "native-tls")) {
            return Err(BuildError::NoTls);
        }
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("ce-async/", env!("CARGO_PKG_VERSION")))
            // Sooner than any usual gateway closes it: a connection that is closed while a request
            // is on its way leaves the outcome unknown.
            .pool_idle_timeout(Duration::from_secs(15));
        if config.is_loopback() {
            http = http.no_proxy();
        }
        #[cfg(feature = "rustls")]
        {
            let tls = crate::tls::config(config.is_encrypted());
            let tls = tls.map_err(|error| BuildError::Tls(error.into()))?;
            http = http.tls_backend_preconfigured(tls);
        }
        #[cfg(all(feature = "native-tls", not(feature = "rustls")))]
        {
            http = http.tls_version_min(reqwest::tls::Version::TLS_1_2);
        }
        // Last, so that nothing can change it: requests carry secrets, and may be worth one
        // attempt.
        let http = configure(http)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            // Whatever features of reqwest an application switches on.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .connect_timeout(config.connect_timeout());
        Ok(Self {
            http: http.build().map_err(BuildError::Http)?,
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
    pub async fn send<C: Call>(&self, call: C) -> Result<C::Output, Error> {
        self.run(CallExecution::new(&self.config, call)).await
    }

    /// The first half of the flow: where to send the user, and what to keep meanwhile.
    ///
    /// # Errors
    /// See [`Error`]; everything that is missing is named before anything is sent.
    pub async fn begin(&self, connect: &ConnectRequest) -> Result<AuthorizationRedirect, Error> {
        let begin = connect.begin(&self.config, &Entropy::from_system()?, SystemTime::now())?;
        self.run(begin).await
    }

    /// The second half: reads the callback (a whole URL, its path and query, or its query) and
    /// creates the instance if the user allowed it.
    ///
    /// # Errors
    /// See [`Error`]. A denial is none.
    pub async fn finish(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
        callback: &str,
    ) -> Result<ConnectOutcome, Error> {
        let now = SystemTime::now();
        self.run(connect.finish(&self.config, pending, callback, now)?)
            .await
    }

    /// Creates the instance, for an application that has read the callback itself.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create(
        &self,
        connect: &ConnectRequest,
        granted: AuthorizationGrant,
    ) -> Result<Instance, Error> {
        self.run(connect.create(&self.config, granted)?).await
    }

    /// Creates the instance of an element whose users need not be asked: basic and custom
    /// authentication, API keys, and refresh tokens obtained elsewhere.
    ///
    /// # Errors
    /// See [`Error`]; everything that is missing is named before anything is sent.
    pub async fn provision(&self, connect: &ConnectRequest) -> Result<Instance, Error> {
        let pending =
            PendingAuthorization::new(connect, &Entropy::from_system()?, SystemTime::now());
        self.provision_pending(connect, &pending).await
    }

    /// The same, for an application that has stored the [`PendingAuthorization`] before: should it not live to
    /// see the answer, [`reconcile`](Client::reconcile) finds what came of it.
    ///
    /// # Errors
    /// See [`Error`]; everything that is missing is named before anything is sent.
    pub async fn provision_pending(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
    ) -> Result<Instance, Error> {
        self.run(connect.provision(&self.config, pending)?).await
    }

    /// The items of a list, from page to page: a `Stream`, of which one page is held at a time.
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
    pub fn list<'c, C: Paged + Send + Sync + 'c>(&self, call: C) -> Listing<'c, C>
    where
        C::Item: Send,
    {
        Listing::new(self.clone(), call)
    }

    /// Looks for the instance of a [recoverable](ConnectRequest::recoverable) flow whose end nobody knows,
    /// for as long as the platform may still be creating it.
    ///
    /// # Errors
    /// [`Error::NotCreated`] when there is none; else see [`Error`].
    pub async fn reconcile(&self, pending: &PendingAuthorization) -> Result<Instance, Error> {
        self.run(pending.reconcile(&self.config)?).await
    }

    /// Drives anything that the core decides.
    pub async fn run<P: Operation>(&self, mut operation: P) -> P::Output {
        let began = Instant::now();
        let mut input = Input::Start;
        loop {
            input = match operation.step(input, began.elapsed()) {
                Step::Send(attempt) => Input::Response(carry(&self.http, attempt).await),
                Step::Sleep(time) => {
                    tokio::time::sleep(time).await;
                    Input::SleepFinished
                }
                Step::Done(output) => return output,
            };
        }
    }
}
