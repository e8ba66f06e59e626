use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use super::app::App;
use super::connection;
use crate::faults::PortCommand;

/// How often a port that somebody else has is tried again, and how long to wait in between: ten
/// seconds in all.
const ATTEMPTS: usize = 1000;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(10);

/// How many connections may wait until they are accepted.
const BACKLOG: u32 = 1024;

/// Accepts connections, or sees to it that they are refused.
pub(crate) struct Listener {
    address: SocketAddr,
    app: Arc<App>,
    commands: UnboundedReceiver<PortCommand>,
    state: State,
}

enum State {
    Open {
        listener: TcpListener,
        /// Tells the connections that were accepted here to end; they let go of their receivers
        /// once they have, or will with the answer that they are at.
        closing: watch::Sender<()>,
    },
    Closed {
        /// A socket that has the port and does not listen. While there is one, connections are
        /// refused, and nobody else can get the port: neither to listen, nor for a connection of
        /// their own, which could then even be one to itself.
        held: Option<TcpSocket>,
        /// When it opens by itself.
        until: Option<Instant>,
    },
}

impl Listener {
    /// A listener that is open, or already closed if the rules have it so.
    pub(crate) async fn new(
        listener: TcpListener,
        app: Arc<App>,
        commands: UnboundedReceiver<PortCommand>,
    ) -> io::Result<Self> {
        let mut listener = Self {
            address: listener.local_addr()?,
            app,
            commands,
            state: State::open(listener),
        };
        listener.settle().await;
        Ok(listener)
    }

    pub(crate) async fn run(mut self) {
        while let Some(command) = self.serve().await {
            match command {
                PortCommand::Settle(_done) => self.settle().await,
                PortCommand::Pause {
                    closed_for,
                    generation,
                    done: _done,
                } => {
                    if self.app.faults.plan().generation() == generation {
                        self.pause(closed_for).await;
                    }
                }
            }
        }
    }

    /// Accepts connections, if it is open, up to the next command. A pause that ends meanwhile is part of
    /// waiting.
    async fn serve(&mut self) -> Option<PortCommand> {
        loop {
            match &self.state {
                State::Open { listener, closing } => {
                    let next = poll_fn(|context| match self.commands.poll_recv(context) {
                        Poll::Ready(command) => Poll::Ready(Err(command)),
                        Poll::Pending => listener.poll_accept(context).map(Ok),
                    });
                    match next.await {
                        Err(command) => return command,
                        Ok(Ok((stream, _))) => {
                            // Answers are small and awaited: never hold one back for the next.
                            let _ = stream.set_nodelay(true);
                            let app = Arc::clone(&self.app);
                            tokio::spawn(connection::serve(stream, app, closing.subscribe()));
                        }
                        // Out of file descriptors, mostly: wait until some connection ends.
                        Ok(Err(_)) => sleep(BETWEEN_ATTEMPTS).await,
                    }
                }
                State::Closed { until: None, .. } => return self.commands.recv().await,
                State::Closed {
                    until: Some(until), ..
                } => match timeout_at(*until, self.commands.recv()).await {
                    Ok(command) => return command,
                    Err(_) => self.open().await,
                },
            }
        }
    }

    async fn settle(&mut self) {
        let is_closed = self.app.faults.plan().closes_the_port();
        match is_closed {
            true => self.close(None).await,
            false => self.open().await,
        }
    }

    async fn pause(&mut self, closed_for: Duration) {
        let now = Instant::now();
        let until = match self.state {
            // Another pause is on; the later end counts.
            State::Closed { until, .. } => until,
            State::Open { .. } => Some(now),
        };
        // Without an end it waits for other rules, as it does if the end lies too far ahead.
        let until = until.and_then(|until| Some(until.max(now.checked_add(closed_for)?)));
        self.close(until).await;
    }

    /// Returns once connections are refused and those that waited for a request are gone.
    async fn close(&mut self, until: Option<Instant>) {
        let closed = |held| State::Closed { held, until };
        match std::mem::replace(&mut self.state, closed(None)) {
            State::Closed { held, .. } => self.state = closed(held),
            State::Open { listener, closing } => {
                drop(listener);
                // If somebody else was faster, they refuse or accept until they are gone.
                self.state = closed(hold(self.address).ok());
                closing.send_replace(());
                closing.closed().await;
            }
        }
    }

    /// Returns once connections are accepted, unless somebody else has the port and keeps it.
    async fn open(&mut self) {
        for _ in 0..ATTEMPTS {
            let State::Closed { held, until } = &mut self.state else {
                return;
            };
            *until = None;
            let listener = match held.take() {
                Some(held) => held.listen(BACKLOG),
                None => hold(self.address).and_then(|held| held.listen(BACKLOG)),
            };
            match listener {
                Ok(listener) => self.state = State::open(listener),
                Err(_) => sleep(BETWEEN_ATTEMPTS).await,
            }
        }
    }
}

impl State {
    fn open(listener: TcpListener) -> Self {
        let (closing, _) = watch::channel(());
        Self::Open { listener, closing }
    }
}

/// Takes the port without listening on it.
fn hold(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // Connections that are just ending must not stand in the way; elsewhere they do not, and the
    // option means something else.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}
