use std::io;
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

use crate::door::{Command, Commands, Door};
use crate::platform::Platform;

/// The thread that serves. Dropping it ends the thread, and with it every connection.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Returns once connections are accepted, or refused if that is what the rules have.
    pub(crate) fn start(
        listener: TcpListener,
        platform: Arc<Platform>,
        commands: UnboundedReceiver<Command>,
    ) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (report, reported) = mpsc::sync_channel(1);
        // The runtime is made, used and dropped on the one thread: a runtime must not be dropped
        // where async code runs, and that is where a test may well drop its sandbox.
        let thread = thread::Builder::new()
            .name("ce-sandbox".to_owned())
            .spawn(move || {
                let (runtime, listener) = match prepare(listener) {
                    Ok(prepared) => prepared,
                    Err(error) => {
                        let _ = report.send(Err(error));
                        return;
                    }
                };
                match runtime.block_on(Door::new(listener, platform, commands)) {
                    Ok(door) => runtime.spawn(door.run()),
                    Err(error) => {
                        let _ = report.send(Err(error));
                        return;
                    }
                };
                let _ = report.send(Ok(()));
                // Ends with an error when the sender is gone, which means the same.
                let _ = runtime.block_on(stopped);
                // Here the runtime is dropped, and every task with its socket.
            })?;
        let server = Self {
            stop: Some(stop),
            thread: Some(thread),
        };
        match reported.recv() {
            Ok(Ok(())) => Ok(server),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(io::Error::other("the server's thread ended at once")),
        }
    }

    /// Has the door open or closed as the rules that stand now have it, and waits until it is.
    pub(crate) fn settle(&self, door: &Commands) {
        let (done, is_done) = mpsc::sync_channel(0);
        // It is answered by letting go.
        if door.send(Command::Settle(done)).is_ok() && !self.is_this_thread() {
            let _ = is_done.recv();
        }
    }

    fn is_this_thread(&self) -> bool {
        self.thread
            .as_ref()
            .is_some_and(|thread| thread.thread().id() == thread::current().id())
    }
}

fn prepare(
    listener: TcpListener,
) -> io::Result<(tokio::runtime::Runtime, tokio::net::TcpListener)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()?;
    listener.set_nonblocking(true)?;
    let listener = {
        let _context = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
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
