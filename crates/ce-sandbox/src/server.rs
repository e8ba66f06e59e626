use std::io;
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::connection;
use crate::platform::Platform;

/// The thread that serves. Dropping it ends the thread, and with it every connection.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Returns once connections are accepted.
    pub(crate) fn start(listener: TcpListener, platform: Arc<Platform>) -> io::Result<Self> {
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
                runtime.spawn(accept(listener, platform));
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

async fn accept(listener: tokio::net::TcpListener, platform: Arc<Platform>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Answers are small and awaited: never hold one back for the next.
                let _ = stream.set_nodelay(true);
                tokio::spawn(connection::serve(stream, Arc::clone(&platform)));
            }
            // Out of file descriptors, mostly: wait until some connection ends.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // An observer may drop the sandbox that calls it: a thread cannot wait for itself.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}
