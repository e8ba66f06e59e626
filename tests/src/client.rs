use std::sync::Arc;

use ce_core::model::Instance;
use ce_core::{
    AuthorizationRedirect, Call, Config, ConnectOutcome, ConnectRequest, Credentials, Error,
    InvalidInput, Limits, Operation, PageToken, Paged, PendingAuthorization,
};

use crate::Fake;

/// Which of the two clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On reqwest.
    Async,
    /// On ureq.
    Blocking,
}

/// Either client. The blocking one simply blocks: every scenario's server has a thread of its own.
#[derive(Clone, Debug)]
pub enum AnyClient {
    /// On reqwest.
    Async(ce_async::Client),
    /// On ureq.
    Blocking(ce_blocking::Client),
}

/// Methods that both clients have alike.
macro_rules! alike {
    ($(
        $(#[$doc:meta])*
        $method:ident $(<$call:ident: $bound:ident>)? ($($argument:ident: $type:ty),*) -> $output:ty;
    )*) => { $(
        $(#[$doc])*
        pub async fn $method $(<$call: $bound>)? (&self, $($argument: $type),*) -> $output {
            match self {
                Self::Async(client) => client.$method($($argument),*).await,
                Self::Blocking(client) => client.$method($($argument),*),
            }
        }
    )* };
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Async, Self::Blocking];

    /// `async` or `blocking`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Async => "async",
            Self::Blocking => "blocking",
        }
    }

    /// A client for this platform.
    pub fn client(self, config: Config) -> AnyClient {
        match self {
            Self::Async => AnyClient::Async(on_reqwest(config)),
            Self::Blocking => AnyClient::Blocking(ce_blocking::Client::new(config).unwrap()),
        }
    }

    /// A client without a network.
    pub fn on(self, config: Config, transport: Arc<Fake>) -> AnyClient {
        match self {
            Self::Async => AnyClient::Async(ce_async::Client::with_transport(config, transport)),
            Self::Blocking => {
                AnyClient::Blocking(ce_blocking::Client::with_transport(config, transport))
            }
        }
    }

    /// A client that trusts this certificate alone, for a platform that may be behind the proxy at this URL.
    pub fn trusting(self, certificate: &[u8], proxy: Option<&str>, config: Config) -> AnyClient {
        match self {
            Self::Async => {
                use ce_async::reqwest::{Certificate, Proxy};
                let root = Certificate::from_der(certificate).unwrap();
                async_client(config, |http| {
                    let http = http.tls_certs_only([root.clone()]).no_proxy();
                    match proxy {
                        Some(url) => http.proxy(Proxy::all(url).unwrap()),
                        None => http,
                    }
                })
            }
            Self::Blocking => {
                use ce_blocking::ureq::{Proxy, tls::Certificate, tls::TlsConfig};
                let root = Certificate::from_der(certificate).to_owned();
                let tls = TlsConfig::builder().root_certs([root].into()).build();
                blocking_client(config, |http| {
                    let proxy = proxy.map(|url| Proxy::new(url).unwrap());
                    http.tls_config(tls.clone()).proxy(proxy)
                })
            }
        }
    }
}

/// The async client.
pub fn on_reqwest(config: Config) -> ce_async::Client {
    install_provider();
    ce_async::Client::new(config).unwrap()
}

/// Chooses the cryptography of TLS for this process. reqwest asks for it even where there is no TLS.
pub fn install_provider() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
}

/// An async client whose transport is configured further.
pub fn async_client(
    config: Config,
    configure: impl Fn(ce_async::reqwest::ClientBuilder) -> ce_async::reqwest::ClientBuilder,
) -> AnyClient {
    install_provider();
    let transport = ce_async::ReqwestTransport::with_client_builder(&config, configure).unwrap();
    AnyClient::Async(ce_async::Client::with_transport(config, transport))
}

type UreqConfig =
    ce_blocking::ureq::config::ConfigBuilder<ce_blocking::ureq::typestate::AgentScope>;

/// A blocking client whose transport is configured further.
pub fn blocking_client(config: Config, configure: impl Fn(UreqConfig) -> UreqConfig) -> AnyClient {
    install_provider();
    let transport = ce_blocking::UreqTransport::with_config_builder(&config, configure).unwrap();
    AnyClient::Blocking(ce_blocking::Client::with_transport(config, transport))
}

impl AnyClient {
    /// A client of another tenant, on the same transport.
    pub fn of_tenant(&self, credentials: Credentials) -> Result<Self, InvalidInput> {
        Ok(match self {
            Self::Async(client) => Self::Async(client.with_credentials(credentials)?),
            Self::Blocking(client) => Self::Blocking(client.with_credentials(credentials)?),
        })
    }

    /// A client with another configuration, on the same transport.
    pub fn configured(&self, config: Config) -> Self {
        match self {
            Self::Async(client) => Self::Async(client.with_config(config)),
            Self::Blocking(client) => Self::Blocking(client.with_config(config)),
        }
    }

    /// A client with other limits, on the same transport.
    pub fn within(&self, limits: Limits) -> Self {
        let config = match self {
            Self::Async(client) => client.config(),
            Self::Blocking(client) => client.config(),
        };
        self.configured(config.clone().with_limits(limits))
    }

    alike! {
        /// Sends a call.
        send<C: Call>(call: C) -> Result<C::Output, Error>;
        /// Drives an operation.
        run<O: Operation>(operation: O) -> O::Output;
        /// The flow's first half.
        begin(connect: &ConnectRequest) -> Result<AuthorizationRedirect, Error>;
        /// The flow's second half.
        finish(
            connect: &ConnectRequest, pending: &PendingAuthorization, callback: &str
        ) -> Result<ConnectOutcome, Error>;
        /// An instance without anybody's consent.
        provision(connect: &ConnectRequest) -> Result<Instance, Error>;
        /// The search for a lost instance.
        reconcile(pending: &PendingAuthorization) -> Result<Instance, Error>;
    }

    /// A list, gone through to its end.
    pub async fn list<C>(&self, call: C) -> Listed<C::Item>
    where
        C: Paged<Item: Send> + Send + Sync,
    {
        let (mut items, mut error) = (Vec::new(), None);
        let mut take = |result| match result {
            Ok(item) => items.push(item),
            Err(failed) => error = Some(failed),
        };
        let (resume, total) = match self {
            Self::Async(client) => {
                let mut listing = client.list(call);
                while let Some(result) = listing.next().await {
                    take(result);
                }
                (listing.resume_token().cloned(), listing.total())
            }
            Self::Blocking(client) => {
                let mut listing = client.list(call);
                listing.by_ref().for_each(take);
                (listing.resume_token().cloned(), listing.total())
            }
        };
        Listed {
            items,
            error,
            resume,
            total,
        }
    }
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

impl<T> Listed<T> {
    /// All items, or the error.
    pub fn all(self) -> Result<Vec<T>, Error> {
        self.error.map_or(Ok(self.items), Err)
    }
}

/// Makes two tests of each scenario: one with the async client, one with the blocking one.
#[macro_export]
macro_rules! on_both_clients {
    ($($scenario:ident),* $(,)?) => { $(
        mod $scenario {
            #[tokio::test]
            async fn with_the_async_client() {
                super::$scenario($crate::Kind::Async).await;
            }

            #[tokio::test]
            async fn with_the_blocking_client() {
                super::$scenario($crate::Kind::Blocking).await;
            }
        }
    )* };
}
