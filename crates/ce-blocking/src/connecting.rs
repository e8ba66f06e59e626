//! Marks what fails before a connection stands, and veils what does stand.
//!
//! ureq's errors don't tell whether a request was sent: an unreachable host is the same error
//! before a connection stands and long after. Whether a one-time call may be repeated hangs on
//! that, so whatever fails while connecting is marked here, where it is certain.

use std::fmt;
use std::net::SocketAddr;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

use crate::veil::Veiled;

/// An agent that tells what failed before a connection stood.
pub(crate) fn agent(config: Config) -> ureq::Agent {
    let connector = Marking(DefaultConnector::default());
    ureq::Agent::with_parts(config, connector, Marking(DefaultResolver::default()))
}

/// An error from before a connection stood: nothing was sent.
#[derive(Debug)]
pub(crate) struct NotConnected(pub(crate) ureq::Error);

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotConnected {}

pub(crate) fn mark(error: ureq::Error) -> ureq::Error {
    ureq::Error::Other(Box::new(NotConnected(error)))
}

#[derive(Debug)]
struct Marking<T>(T);

fn port(uri: &Uri) -> Option<u16> {
    let default = || match uri.scheme_str()? {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    uri.port_u16().or_else(default)
}

impl Connector for Marking<DefaultConnector> {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let wire = self.0.connect(details, chained).map_err(mark)?;
        Ok(wire.map(|wire| Veiled::new(wire).boxed()))
    }
}

impl Resolver for Marking<DefaultResolver> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        // ureq looks names up for every request, on a thread for each. An address needs neither.
        let address = uri.host().map(|host| host.trim_matches(['[', ']']).parse());
        if let (Some(Ok(address)), Some(port)) = (address, port(uri)) {
            let mut addresses = self.0.empty();
            let address = SocketAddr::new(address, port);
            for wanted in config.ip_family().keep_wanted([address].into_iter()) {
                addresses.push(wanted);
            }
            if !addresses.is_empty() {
                return Ok(addresses);
            }
        }
        self.0.resolve(uri, config, timeout).map_err(mark)
    }
}
