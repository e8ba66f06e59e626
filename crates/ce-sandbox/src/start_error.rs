use std::io;
use std::net::SocketAddr;

use crate::catalogue::CatalogueError;

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Nobody can listen on that address and port; most often because somebody else does.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// A secret that could not stand in an `Authorization` header.
    #[error(
        "the {which} secret is no use in an Authorization header: \
         it has to be visible ASCII without spaces and commas, and not empty"
    )]
    Secret {
        /// Whose secret: `user` or `organization`.
        which: &'static str,
    },
    /// The operating system gave no thread, or nothing to wait for its sockets with.
    #[error("cannot start the sandbox's server: {0}")]
    Server(#[source] io::Error),
    /// The built-in catalogue cannot be read: a defect of this crate.
    #[error("the built-in catalogue is broken: {0}")]
    Catalogue(#[source] CatalogueError),
}
