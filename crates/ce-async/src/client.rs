use std::sync::Arc;
use std::time::{Instant, SystemTime};

use ce_core::model::Instance;
use ce_core::{
    Call, Connect, Entropy, Error, Event, Exchange, Finished, Granted, Pending, Platform,
    Procedure, Redirect, Returned, Step,
};

use crate::carry::carry;

/// The async client. Cheap to clone; all clones share their connections.
///
/// It needs a tokio runtime with timers and IO, as reqwest does. Every future may be dropped
/// half-way; what one has left that was creating an instance, [`reconcile`](Client::reconcile) finds.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    platform: Arc<Platform>,
}

/// The HTTP client could not be made: its TLS could not be set up.
#[derive(Debug)]
pub struct BuildError(Box<dyn std::error::Error + Send + Sync>);

impl std::fmt::Display for BuildError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TLS could not be set up: {}", self.0)
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

impl Client {
    /// A client for this platform: TLS 1.2 or better, verified; no redirects; no compression. A
    /// proxy from the environment (`HTTPS_PROXY` …) is used, but not for this machine itself.
    ///
    /// # Errors
    /// When TLS can't be set up, such as when the system's certificates can't be read.
    pub fn new(platform: Platform) -> Result<Self, BuildError> {
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("ce-async/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(platform.bounds().connect_timeout);
        if platform.is_loopback() {
            http = http.no_proxy();
        }
        #[cfg(feature = "rustls")]
        {
            let tls = crate::tls::config(platform.is_encrypted())
                .map_err(|error| BuildError(error.into()))?;
            http = http.tls_backend_preconfigured(tls);
        }
        #[cfg(all(feature = "native-tls", not(feature = "rustls")))]
        {
            http = http.tls_version_min(reqwest::tls::Version::TLS_1_2);
        }
        #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
        if platform.is_encrypted() {
            return Err(BuildError("ce-async was built without TLS".into()));
        }
        let http = http.build().map_err(|error| BuildError(error.into()))?;
        Ok(Self::with_http(platform, http))
    }

    /// A client over a reqwest client of yours: for a proxy, certificates or a pool of your own.
    ///
    /// It must not follow redirects (`redirect::Policy::none()`), since requests carry secrets; a
    /// redirect that it has followed is reported as an error. Its connect timeout is its own; the
    /// other [`Limits`](ce_core::Limits) hold.
    pub fn with_http(platform: Platform, http: reqwest::Client) -> Self {
        Self {
            http,
            platform: Arc::new(platform),
        }
    }

    /// The platform that this client talks to.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// Sends a call: any of [`calls`](ce_core::calls), or one of yours.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn send<C: Call>(&self, call: C) -> Result<C::Answer, Error> {
        self.run(Exchange::new(&self.platform, call)).await
    }

    /// The first half of the flow: where to send the user, and what to keep meanwhile.
    ///
    /// # Errors
    /// See [`Error`]; everything that is missing is named before anything is sent.
    pub async fn begin(&self, connect: &Connect) -> Result<Redirect, Error> {
        let begin = connect.begin(&self.platform, &Entropy::from_system()?, SystemTime::now())?;
        self.run(begin).await
    }

    /// The second half: reads the callback (a whole URL, its path and query, or its query) and
    /// creates the instance if the user allowed it.
    ///
    /// # Errors
    /// See [`Error`]. A denial is none.
    pub async fn finish(
        &self,
        connect: &Connect,
        pending: &Pending,
        callback: &str,
    ) -> Result<Finished, Error> {
        match pending.returned(callback, SystemTime::now())? {
            Returned::Granted(granted) => {
                self.create(connect, granted).await.map(Finished::Connected)
            }
            Returned::Denied(denied) => Ok(Finished::Denied(denied)),
        }
    }

    /// Creates the instance, for an application that has read the callback itself.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create(&self, connect: &Connect, granted: Granted) -> Result<Instance, Error> {
        self.run(connect.create(&self.platform, granted)?).await
    }

    /// Looks for the instance of a [recoverable](Connect::recoverable) flow whose end nobody knows,
    /// for as long as the platform may still be creating it.
    ///
    /// # Errors
    /// [`Error::NotCreated`] when there is none; else see [`Error`].
    pub async fn reconcile(&self, pending: &Pending) -> Result<Instance, Error> {
        self.run(pending.reconcile(&self.platform)?).await
    }

    /// Drives anything that the core decides.
    pub async fn run<P: Procedure>(&self, mut procedure: P) -> P::Output {
        let began = Instant::now();
        let mut event = Event::Begin;
        loop {
            event = match procedure.step(event, began.elapsed()) {
                Step::Send(attempt) => Event::Answered(carry(&self.http, attempt).await),
                Step::Wait(time) => {
                    tokio::time::sleep(time).await;
                    Event::Waited
                }
                Step::Done(output) => return output,
            };
        }
    }
}
