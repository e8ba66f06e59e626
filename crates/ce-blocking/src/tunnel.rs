use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, NextTimeout, Transport, time};

/// A connection to a proxy, which has the time for connecting and no more to open the tunnel.
///
/// ureq gives each read of the proxy's answer that time anew, so a proxy that trickles would hold a
/// call for as long as it likes.
#[derive(Debug)]
pub(crate) struct Tunnel {
    wire: Box<dyn Transport>,
    state: State,
    /// When it is to be open.
    until: Option<Instant>,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Asking,
    Answering,
    Open,
}

impl Tunnel {
    pub(crate) fn new(wire: Box<dyn Transport>, details: &ConnectionDetails) -> Self {
        let until = match (details.now, details.timeout.after) {
            (time::Instant::Exact(began), time::Duration::Exact(after)) => began.checked_add(after),
            _ => None,
        };
        Self {
            wire,
            state: State::Asking,
            until,
        }
    }
}

impl Transport for Tunnel {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.wire.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        // Through a tunnel it is the client who speaks first.
        if self.state == State::Answering {
            self.state = State::Open;
        }
        self.wire.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, mut timeout: NextTimeout) -> Result<bool, Error> {
        if self.state == State::Asking {
            self.state = State::Answering;
        }
        if let (State::Answering, Some(until)) = (&self.state, self.until) {
            let left = until.saturating_duration_since(Instant::now());
            timeout.after = timeout.after.min(left.into());
        }
        self.wire.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.wire.is_open()
    }

    fn is_tls(&self) -> bool {
        self.wire.is_tls()
    }
}
