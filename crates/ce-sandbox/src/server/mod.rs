//! The thread that serves, its listener, and its connections.

mod app;
mod connection;
mod listener;
mod request_body;
mod socket;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

pub(crate) use app::{App, Observer};
use listener::Listener;

use crate::events::deliver;
use crate::faults::PortCommand;

/// The thread that serves. Dropping it ends the thread, and with it every connection.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    app: Arc<App>,
}

impl Server {
    /// Returns once connections are accepted, or refused if that is what the rules have.
    pub(crate) fn start(
        listener: TcpListener,
        app: Arc<App>,
        commands: UnboundedReceiver<PortCommand>,
    ) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (report, reported) = mpsc::sync_channel(1);
        let served = Arc::clone(&app);
        let store = Arc::clone(&app.store);
        // The runtime is made, used and dropped on the one thread: a runtime must not be dropped
        // where async code runs, and that is where a test may well drop its sandbox.
        let thread = thread::Builder::new()
            .name("ce-sandbox".to_owned())
            .spawn(move || {
                let (runtime, listener) = match prepare(listener, served, commands) {
                    Ok(prepared) => prepared,
                    Err(error) => return drop(report.send(Err(error))),
                };
                runtime.spawn(listener.run());
                runtime.spawn(deliver(store));
                let _ = report.send(Ok(()));
                // Ends with an error when the sender is gone, which means the same.
                let _ = runtime.block_on(stopped);
                // Here the runtime is dropped, and every task with its socket.
            })?;
        let server = Self {
            stop: Some(stop),
            thread: Some(thread),
            app,
        };
        let ended = |_| io::Error::other("the server's thread ended at once");
        reported.recv().map_err(ended)?.map(|()| server)
    }

    /// Has the port open or closed as the rules that stand now have it, and waits until it is.
    pub(crate) fn settle(&self) {
        let (done, is_done) = mpsc::sync_channel(0);
        let command = PortCommand::Settle(done);
        // It is answered by dropping the sender.
        if self.app.faults.port.send(command).is_ok() && !self.is_this_thread() {
            let _ = is_done.recv();
        }
    }

    fn is_this_thread(&self) -> bool {
        let thread = self.thread.as_ref();
        thread.is_some_and(|thread| thread.thread().id() == thread::current().id())
    }
}

/// An address to connect to: what listens on every address is reached on loopback.
pub(crate) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

fn prepare(
    listener: TcpListener,
    app: Arc<App>,
    commands: UnboundedReceiver<PortCommand>,
) -> io::Result<(Runtime, Listener)> {
    let mut runtime = Builder::new_current_thread();
    let runtime = runtime.enable_io().enable_time().build()?;
    listener.set_nonblocking(true)?;
    let listener = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        Listener::new(listener, app, commands).await
    })?;
    Ok((runtime, listener))
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        // An observer may drop the sandbox that calls it: a thread cannot wait for itself.
        if self.is_this_thread() {
            return;
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
