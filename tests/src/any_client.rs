use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use ce_core::model::Instance;
use ce_core::{
    AuthorizationRedirect, Call, Config, ConnectOutcome, ConnectRequest, Credentials, Error,
    InvalidInput, Operation, PageToken, Paged, PendingAuthorization,
};

use ce_async::ReqwestTransport;
use ce_async::reqwest::ClientBuilder;
use ce_blocking::UreqTransport;
use ce_blocking::ureq::config::ConfigBuilder;
use ce_blocking::ureq::typestate::AgentScope;
use rustls::pki_types::CertificateDer;

use crate::Fake;

/// Either client. The blocking one simply blocks: every scenario's server has a thread of its own.
pub trait AnyClient: Sized {
    /// A client for this platform.
    fn of(config: Config) -> Self;

    /// A client without a network.
    fn on(config: Config, transport: Arc<Fake>) -> Self;

    /// A client of another tenant, on the same transport.
    fn of_tenant(&self, credentials: Credentials) -> Result<Self, InvalidInput>;

    /// A client with another configuration, on the same transport.
    fn configured(&self, config: Config) -> Self;

    /// Whether both are on one transport.
    fn shares_transport(&self, other: &Self) -> bool;

    /// A client for a platform behind the proxy at this URL, which trusts these alone.
    fn through(proxy: &str, trusted: &[CertificateDer<'static>], config: Config) -> Self;

    /// A client of an application that leaves no time for anything.
    fn hurried(config: Config) -> Self;

    /// Sends a call.
    fn send<C: Call>(&self, call: C) -> impl Future<Output = Result<C::Output, Error>>;

    /// Drives an operation.
    fn run<O: Operation>(&self, operation: O) -> impl Future<Output = O::Output>;

    /// The flow's first half.
    fn begin(
        &self,
        connect: &ConnectRequest,
    ) -> impl Future<Output = Result<AuthorizationRedirect, Error>>;

    /// The flow's second half.
    fn finish(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
        callback: &str,
    ) -> impl Future<Output = Result<ConnectOutcome, Error>>;

    /// An instance without anybody's consent.
    fn provision(&self, connect: &ConnectRequest) -> impl Future<Output = Result<Instance, Error>>;

    /// The search for a lost instance.
    fn reconcile(
        &self,
        pending: &PendingAuthorization,
    ) -> impl Future<Output = Result<Instance, Error>>;

    /// A list, gone through to its end.
    fn list<C>(&self, call: C) -> impl Future<Output = Listed<C::Item>>
    where
        C: Paged + Send + Sync,
        C::Item: Send;
}

/// What a listing came to.
#[derive(Debug)]
pub struct Listed<T> {
    /// The items, up to the end or the error.
    pub items: Vec<T>,
    /// What it ended with, unless it was the end.
    pub error: Option<Error>,
    /// Where to go on.
    pub resume: Option<PageToken>,
    /// How many there are, by the platform's account.
    pub total: Option<u64>,
}

/// An async client whose transport is configured further.
pub fn async_client(
    config: Config,
    configure: impl Fn(ClientBuilder) -> ClientBuilder,
) -> ce_async::Client {
    let transport = ReqwestTransport::with_client_builder(&config, configure).unwrap();
    ce_async::Client::with_transport(config, transport)
}

/// A blocking client whose transport is configured further.
pub fn blocking_client(
    config: Config,
    configure: impl FnOnce(ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope>,
) -> ce_blocking::Client {
    let transport = UreqTransport::with_config_builder(&config, configure).unwrap();
    ce_blocking::Client::with_transport(config, transport)
}

/// What both clients call alike.
macro_rules! by_the_same_names {
    () => {
        fn of(config: Config) -> Self {
            Self::new(config).unwrap()
        }

        fn on(config: Config, transport: Arc<Fake>) -> Self {
            Self::with_transport(config, transport)
        }

        fn of_tenant(&self, credentials: Credentials) -> Result<Self, InvalidInput> {
            self.with_credentials(credentials)
        }

        fn configured(&self, config: Config) -> Self {
            self.with_config(config)
        }

        fn shares_transport(&self, other: &Self) -> bool {
            Arc::ptr_eq(self.transport(), other.transport())
        }
    };
}

impl AnyClient for ce_async::Client {
    by_the_same_names!();

    fn through(proxy: &str, trusted: &[CertificateDer<'static>], config: Config) -> Self {
        let roots = trusted
            .iter()
            .map(|root| ce_async::reqwest::Certificate::from_der(root).unwrap());
        let roots: Vec<_> = roots.collect();
        async_client(config, |http| {
            http.tls_certs_only(roots.clone())
                .proxy(ce_async::reqwest::Proxy::all(proxy).unwrap())
        })
    }

    fn hurried(config: Config) -> Self {
        let none = Duration::ZERO;
        async_client(config, |http| {
            http.timeout(none).read_timeout(none).connect_timeout(none)
        })
    }

    async fn send<C: Call>(&self, call: C) -> Result<C::Output, Error> {
        self.send(call).await
    }

    async fn run<O: Operation>(&self, operation: O) -> O::Output {
        self.run(operation).await
    }

    async fn begin(&self, connect: &ConnectRequest) -> Result<AuthorizationRedirect, Error> {
        self.begin(connect).await
    }

    async fn finish(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
        callback: &str,
    ) -> Result<ConnectOutcome, Error> {
        self.finish(connect, pending, callback).await
    }

    async fn provision(&self, connect: &ConnectRequest) -> Result<Instance, Error> {
        self.provision(connect).await
    }

    async fn reconcile(&self, pending: &PendingAuthorization) -> Result<Instance, Error> {
        self.reconcile(pending).await
    }

    async fn list<C>(&self, call: C) -> Listed<C::Item>
    where
        C: Paged + Send + Sync,
        C::Item: Send,
    {
        let mut listing = self.list(call);
        let (mut items, mut error) = (Vec::new(), None);
        while let Some(item) = listing.next().await {
            match item {
                Ok(item) => items.push(item),
                Err(failed) => error = Some(failed),
            }
        }
        Listed {
            items,
            error,
            resume: listing.resume_token().cloned(),
            total: listing.total(),
        }
    }
}

impl AnyClient for ce_blocking::Client {
    by_the_same_names!();

    fn through(proxy: &str, trusted: &[CertificateDer<'static>], config: Config) -> Self {
        use ce_blocking::ureq::tls::{Certificate, TlsConfig};

        let roots = trusted
            .iter()
            .map(|root| Certificate::from_der(root).to_owned());

        let tls = TlsConfig::builder()
            .root_certs(roots.collect::<Vec<_>>().into())
            .build();
        let proxy = ce_blocking::ureq::Proxy::new(proxy).unwrap();
        blocking_client(config, |config| config.tls_config(tls).proxy(Some(proxy)))
    }

    fn hurried(config: Config) -> Self {
        let none = Some(Duration::ZERO);
        blocking_client(config, |config| {
            config
                .timeout_global(none)
                .timeout_per_call(none)
                .timeout_per_read(none)
                .timeout_per_write(none)
                .timeout_resolve(none)
                .timeout_connect(none)
                .timeout_send_request(none)
                .timeout_await_100(none)
                .timeout_send_body(none)
                .timeout_recv_response(none)
                .timeout_recv_body(none)
        })
    }

    async fn send<C: Call>(&self, call: C) -> Result<C::Output, Error> {
        self.send(call)
    }

    async fn run<O: Operation>(&self, operation: O) -> O::Output {
        self.run(operation)
    }

    async fn begin(&self, connect: &ConnectRequest) -> Result<AuthorizationRedirect, Error> {
        self.begin(connect)
    }

    async fn finish(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
        callback: &str,
    ) -> Result<ConnectOutcome, Error> {
        self.finish(connect, pending, callback)
    }

    async fn provision(&self, connect: &ConnectRequest) -> Result<Instance, Error> {
        self.provision(connect)
    }

    async fn reconcile(&self, pending: &PendingAuthorization) -> Result<Instance, Error> {
        self.reconcile(pending)
    }

    async fn list<C>(&self, call: C) -> Listed<C::Item>
    where
        C: Paged + Send + Sync,
        C::Item: Send,
    {
        let mut listing = self.list(call);
        let (mut items, mut error) = (Vec::new(), None);
        for item in listing.by_ref() {
            match item {
                Ok(item) => items.push(item),
                Err(failed) => error = Some(failed),
            }
        }
        Listed {
            items,
            error,
            resume: listing.resume_token().cloned(),
            total: listing.total(),
        }
    }
}

/// Makes two tests of each scenario: one with the async client, one with the blocking one.
#[macro_export]
macro_rules! on_both_clients {
    ($($scenario:ident),* $(,)?) => { $(
        mod $scenario {
            #[tokio::test]
            async fn with_the_async_client() {
                super::$scenario::<ce_async::Client>().await;
            }

            #[tokio::test]
            async fn with_the_blocking_client() {
                super::$scenario::<ce_blocking::Client>().await;
            }
        }
    )* };
}
