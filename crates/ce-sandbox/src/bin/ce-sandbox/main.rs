//! The sandbox for the command line: see `ce-sandbox --help`.

mod faults;
mod options;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::thread;

use ce_sandbox::{Builder, Served, StartError};
use options::Command;

const CANNOT_START: u8 = 1;
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let command = match options::parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => return fail(USAGE, &format!("{error}; try --help")),
    };
    match command {
        Command::Help => say(&options::help()),
        Command::Version => say(concat!("ce-sandbox ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::Serve(builder) => serve(*builder),
    }
}

fn serve(builder: Builder) -> ExitCode {
    let builder = builder.on_request(|served| {
        // Whoever closed the log does not want it.
        let _ = writeln!(io::stderr().lock(), "{}", line(served));
    });
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
    let _ = say(&format!("listening on {}\n", sandbox.base_url()));
    loop {
        thread::park();
    }
}

/// A request's line in the log.
fn line(served: &Served) -> String {
    let status = match served.status {
        0 => "-".to_owned(),
        status => status.to_string(),
    };
    let mut line = format!(
        "{} {} {status} {}",
        served.method, served.path, served.request_id
    );
    if let Some(fault) = served.fault {
        line.push(' ');
        line.push_str(fault);
    }
    line
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

/// Nobody may be reading; that is no reason to fail.
fn say(text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    ExitCode::SUCCESS
}

fn fail(code: u8, message: &str) -> ExitCode {
    let _ = writeln!(io::stderr().lock(), "ce-sandbox: {message}");
    ExitCode::from(code)
}
