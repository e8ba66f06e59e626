//! The sandbox for the command line: see `ce-sandbox --help`.

mod faults;
mod options;

use std::future::poll_fn;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::task::Poll;

use ce_sandbox::{Builder, Served, StartError};
use clap::Parser as _;
use options::Options;

const CANNOT_START: u8 = 1;
const USAGE: u8 = 2;

fn main() -> ExitCode {
    match Options::parse().into_builder() {
        Ok(builder) => serve(builder),
        Err(error) => fail(USAGE, &format!("{error}; try --help")),
    }
}

fn serve(builder: Builder) -> ExitCode {
    let builder = builder.on_request(|served| {
        // Whoever closed the log does not want it.
        let _ = writeln!(io::stderr().lock(), "{}", line(served));
    });
    // Before the ready line, after which somebody may want it to stop.
    let signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(CANNOT_START, &error.to_string()),
    };
    let sandbox = match builder.start() {
        Ok(sandbox) => sandbox,
        Err(error @ StartError::Secret { .. }) => {
            return fail(USAGE, &format!("{error}; try --help"));
        }
        Err(StartError::Listen { address, source }) => {
            return fail(CANNOT_START, &cannot_listen(address, &source));
        }
        Err(error) => return fail(CANNOT_START, &error.to_string()),
    };
    // Nobody may be reading; that is no reason to fail.
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "listening on {}", sandbox.base_url()).and_then(|()| out.flush());
    signals.wait();
    ExitCode::SUCCESS
}

/// The signals that end the program. They are handled, because the first process of a container
/// is not ended by a signal that it leaves to the system.
struct Signals {
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    ends: [tokio::signal::unix::Signal; 2],
}

impl Signals {
    fn listen() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        #[cfg(unix)]
        let ends = {
            use tokio::signal::unix::{SignalKind, signal};
            let _context = runtime.enter();
            [
                signal(SignalKind::terminate())?,
                signal(SignalKind::interrupt())?,
            ]
        };
        Ok(Self {
            runtime,
            #[cfg(unix)]
            ends,
        })
    }

    fn wait(mut self) {
        #[cfg(unix)]
        self.runtime.block_on(poll_fn(|context| {
            let mut ends = self.ends.iter_mut();
            match ends.any(|signal| signal.poll_recv(context).is_ready()) {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        }));
        #[cfg(not(unix))]
        let _ = self.runtime.block_on(tokio::signal::ctrl_c());
    }
}

/// A request's line in the log.
fn line(served: &Served) -> String {
    let status = match served.status {
        0 => "-".to_owned(),
        status => status.to_string(),
    };
    let Served {
        method,
        path,
        request_id,
        ..
    } = served;
    let fault = served
        .fault
        .map_or(String::new(), |fault| format!(" {fault}"));
    format!("{method} {path} {status} {request_id}{fault}")
}

fn cannot_listen(address: std::net::SocketAddr, source: &io::Error) -> String {
    let port = address.port();
    match source.kind() {
        io::ErrorKind::AddrInUse => format!(
            "cannot listen on {address}: port {port} is taken; \
             end what uses it, choose another with --port, or leave --port out to get a free one"
        ),
        io::ErrorKind::PermissionDenied => format!(
            "cannot listen on {address}: port {port} is not for everyone to use; \
             choose one above 1023 with --port, or leave --port out to get a free one"
        ),
        _ => format!("cannot listen on {address}: {source}; check --address and --port"),
    }
}

fn fail(code: u8, message: &str) -> ExitCode {
    let _ = writeln!(io::stderr().lock(), "ce-sandbox: {message}");
    ExitCode::from(code)
}
