//! The program: reads the command line, starts the application, and stops it when it is told to.

mod options;

use std::io::Write as _;
use std::process::ExitCode;

use options::Asked;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main]
async fn main() -> ExitCode {
    let (settings, level) =
        match options::parse(std::env::args_os(), |name| std::env::var(name).ok()) {
            Ok(Asked::Help) => return say(options::HELP),
            Ok(Asked::Run(settings, level)) => (*settings, level),
            Err(error) => return fail(2, &error.to_string()),
        };
    log(level);
    let told_to_stop = match told_to_stop() {
        Ok(told) => told,
        Err(error) => return fail(1, &format!("cannot listen for signals: {error}")),
    };
    let running = match ce_webapp::start(settings).await {
        Ok(running) => running,
        Err(error) => return fail(1, &error.to_string()),
    };
    say(&format!("listening on http://{}", running.address()));
    told_to_stop.await;
    tracing::info!("stopping");
    running.stop().await;
    ExitCode::SUCCESS
}

/// One object a line, on standard error. Our own events at the level asked for; of other crates
/// only what is wrong, since at lower levels some of them show what they carry.
fn log(level: tracing::Level) {
    let targets = tracing_subscriber::filter::Targets::new()
        .with_target("ce_webapp", level)
        .with_default(tracing::Level::WARN);
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(targets)
        .with(lines)
        .init();
}

/// Waits for Ctrl-C, or for what a service manager sends. It listens from the call on, not only
/// from the first poll: who reads that we are ready may stop us at once.
#[cfg(unix)]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Nobody may be reading; that is no reason to fail.
fn say(text: &str) -> ExitCode {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
    ExitCode::SUCCESS
}

fn fail(code: u8, message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr().lock(), "ce-webapp: {message}");
    ExitCode::from(code)
}
