//! Marks what fails before a connection stands, and veils what does stand.
//!
//! ureq's errors don't tell whether a request was sent: an unreachable host is the same error
//! before a connection stands and long after. Whether a one-time call may be repeated hangs on
//! that, so whatever fails while connecting is marked here, where it is certain.
//!
//! Through a proxy ureq connects twice, the one within the other: to the proxy, and through it.

use std::fmt;
use std::net::SocketAddr;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

use crate::tunnel::Tunnel;
use crate::veil::Veiled;

/// An agent that tells what failed before a connection stood.
pub(crate) fn agent(config: Config) -> ureq::Agent {
    let connector = Connecting {
        connector: DefaultConnector::default(),
        has_proxy: config.proxy().is_some(),
    };
    ureq::Agent::with_parts(config, connector, Resolving(DefaultResolver::default()))
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

/// Marks an error, once: the name of a proxy is looked up while connecting.
pub(crate) fn mark(error: ureq::Error) -> ureq::Error {
    match error {
        ureq::Error::Other(inner) if inner.is::<NotConnected>() => ureq::Error::Other(inner),
        error => ureq::Error::Other(Box::new(NotConnected(error))),
    }
}

#[derive(Debug)]
struct Connecting {
    connector: DefaultConnector,
    has_proxy: bool,
}

#[derive(Debug)]
struct Resolving(DefaultResolver);

fn port(uri: &Uri) -> Option<u16> {
    let default = || match uri.scheme_str()? {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    uri.port_u16().or_else(default)
}

impl Connecting {
    /// Is this the connection to the proxy itself? ureq makes it as if there were no proxy.
    fn is_to_proxy(&self, details: &ConnectionDetails) -> bool {
        self.has_proxy && details.config.proxy().is_none()
    }
}

impl Connector for Connecting {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        if self.is_to_proxy(details) {
            // It is marked and veiled as a part of the connection through it. What goes over it
            // first is ureq's own request to the proxy, of which nothing is veiled.
            let wire = self.connector.connect(details, chained)?;
            return Ok(wire.map(|wire| Tunnel::new(wire, details).boxed()));
        }
        let wire = self.connector.connect(details, chained).map_err(mark)?;
        Ok(wire.map(|wire| Veiled::new(wire).boxed()))
    }
}

impl Resolver for Resolving {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_twice_is_marked_once() {
        let marked = mark(mark(ureq::Error::Timeout(ureq::Timeout::Connect)));
        let ureq::Error::Other(marked) = marked else {
            panic!("{marked:?}")
        };
        let NotConnected(inner) = *marked.downcast().unwrap();
        assert!(matches!(inner, ureq::Error::Timeout(_)), "{inner:?}");
    }
}
