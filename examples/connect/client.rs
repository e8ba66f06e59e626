//! Either client, with the methods that the job needs.

use ce_async::model::Instance;
use ce_async::{
    AuthorizationRedirect, Call, Config, ConnectOutcome, ConnectRequest, Error,
    PendingAuthorization, ReqwestTransport,
};
use ce_blocking::UreqTransport;
use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;
use crate::options::ClientKind;
use crate::shown::Shown;

pub enum Client {
    Async(Runtime, ce_async::Client),
    Blocking(ce_blocking::Client),
}

/// Calls a method that both clients have.
macro_rules! either {
    ($client:ident.$method:ident($($argument:expr),*)) => {
        match $client {
            Self::Async(runtime, client) => runtime.block_on(client.$method($($argument),*)),
            Self::Blocking(client) => client.$method($($argument),*),
        }
    };
}

impl Client {
    pub fn new(kind: ClientKind, config: Config) -> Result<Self, Failure> {
        Ok(match kind {
            ClientKind::Async => {
                let runtime = Builder::new_current_thread().enable_all().build();
                let transport = ReqwestTransport::new(&config)?;
                let client = ce_async::Client::with_transport(config, Shown(transport));
                Self::Async(runtime?, client)
            }
            ClientKind::Blocking => {
                let transport = UreqTransport::new(&config)?;
                let client = ce_blocking::Client::with_transport(config, Shown(transport));
                Self::Blocking(client)
            }
        })
    }

    pub fn send<C: Call>(&self, call: C) -> Result<C::Output, Error> {
        either!(self.send(call))
    }

    pub fn begin(&self, connect: &ConnectRequest) -> Result<AuthorizationRedirect, Error> {
        either!(self.begin(connect))
    }

    pub fn finish(
        &self,
        connect: &ConnectRequest,
        pending: &PendingAuthorization,
        callback: &str,
    ) -> Result<ConnectOutcome, Error> {
        either!(self.finish(connect, pending, callback))
    }

    pub fn provision(&self, connect: &ConnectRequest) -> Result<Instance, Error> {
        either!(self.provision(connect))
    }
}
