//! Either client, with one method: both run any operation of the core.

use ce_async::core::{Call, CallExecution, Operation};
use ce_async::{Config, Error};
use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;
use crate::options::ClientKind;
use crate::story::Shown;

pub enum Client {
    Async(Runtime, ce_async::Client),
    Blocking(ce_blocking::Client),
}

impl Client {
    pub fn new(kind: ClientKind, config: Config) -> Result<Self, Failure> {
        Ok(match kind {
            ClientKind::Async => {
                let runtime = Builder::new_current_thread().enable_all().build();
                let client = ce_async::Client::new(config).map_err(Failure::network)?;
                Self::Async(runtime.map_err(Failure::network)?, client)
            }
            ClientKind::Blocking => {
                Self::Blocking(ce_blocking::Client::new(config).map_err(Failure::network)?)
            }
        })
    }

    pub fn config(&self) -> &Config {
        match self {
            Self::Async(_, client) => client.config(),
            Self::Blocking(client) => client.config(),
        }
    }

    pub fn run<O: Operation>(&self, operation: O) -> O::Output {
        match self {
            Self::Async(runtime, client) => runtime.block_on(client.run(operation)),
            Self::Blocking(client) => client.run(operation),
        }
    }

    /// Sends a call, and shows its requests and responses.
    pub fn send<C: Call>(&self, call: C) -> Result<C::Output, Error> {
        self.run(Shown(CallExecution::new(self.config(), call)))
    }
}
