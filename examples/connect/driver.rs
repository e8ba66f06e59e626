//! Either client, behind one verb: both drive whatever the core decides.

use ce_async::Config;
use ce_async::core::Operation;

use crate::failure::Failure;
use crate::options::ClientKind;

pub enum Driver {
    Async(tokio::runtime::Runtime, ce_async::Client),
    Blocking(ce_blocking::Client),
}

impl Driver {
    pub fn new(kind: ClientKind, config: Config) -> Result<Self, Failure> {
        Ok(match kind {
            ClientKind::Async => {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map_err(Failure::network)?;
                let client = ce_async::Client::new(config).map_err(not_made)?;
                Self::Async(runtime, client)
            }
            ClientKind::Blocking => {
                Self::Blocking(ce_blocking::Client::new(config).map_err(not_made)?)
            }
        })
    }

    pub fn config(&self) -> &Config {
        match self {
            Self::Async(_, client) => client.config(),
            Self::Blocking(client) => client.config(),
        }
    }

    pub fn run<P: Operation>(&self, operation: P) -> P::Output {
        match self {
            Self::Async(runtime, client) => runtime.block_on(client.run(operation)),
            Self::Blocking(client) => client.run(operation),
        }
    }
}

/// Why the client was not made, with every source.
fn not_made(error: impl std::error::Error) -> Failure {
    let mut sentence = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        sentence.push_str(&format!(": {error}"));
        source = error.source();
    }
    Failure::network(sentence)
}
