//! The sandbox for the command line: see `ce-sandbox --help`.

mod faults;
mod options;

use std::future::poll_fn;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::task::Poll;

use ce_sandbox::{Served, StartError};
use clap::Parser as _;
use options::Options;
use tokio::runtime::Builder;

const CANNOT_START: u8 = 1;
const USAGE: u8 = 2;

fn main() -> ExitCode {
    match Options::parse().into_builder() {
        Ok(builder) => serve(builder),
        Err(error) => fail(USAGE, &format!("{error}; try --help")),
    }
}

fn serve(builder: ce_sandbox::Builder) -> ExitCode {
    let builder = builder.on_request(|served| {
        // Whoever closed the log does not want it.
        let _ = writeln!(io::stderr().lock(), "{}", line(served));
    });
    // Before the ready line, after which somebody may want it to stop.
    let wait = match signals() {
        Ok(wait) => wait,
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
    wait();
    ExitCode::SUCCESS
}

/// Returns what waits until the program is told to end. The signals are handled, because the first
/// process of a container is not ended by a signal that it leaves to the system.
fn signals() -> io::Result<impl FnOnce()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let mut ends = {
        let _context = runtime.enter();
        subscribe()?
    };
    let end = poll_fn(move |context| {
        let mut ends = ends.iter_mut();
        match ends.any(|signal| signal.poll_recv(context).is_ready()) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    });
    Ok(move || runtime.block_on(end))
}

/// Hears of SIGTERM and of Ctrl-C from now on.
#[cfg(unix)]
fn subscribe() -> io::Result<[tokio::signal::unix::Signal; 2]> {
    use tokio::signal::unix::{SignalKind, signal};
    let [terminate, interrupt] = [SignalKind::terminate(), SignalKind::interrupt()];
    Ok([signal(terminate)?, signal(interrupt)?])
}

/// Hears of Ctrl-C from now on.
#[cfg(windows)]
fn subscribe() -> io::Result<[tokio::signal::windows::CtrlC; 1]> {
    Ok([tokio::signal::windows::ctrl_c()?])
}

/// A request's line in the log.
fn line(served: &Served) -> String {
    let (method, path, id) = (&served.method, &served.path, &served.request_id);
    let status = match served.status {
        0 => "-".to_owned(),
        status => status.to_string(),
    };
    let fault = served.fault.map(|fault| format!(" {fault}"));
    format!("{method} {path} {status} {id}{}", fault.unwrap_or_default())
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
