//! The program: reads the command line, starts the application, and stops it when it is told to.

use std::io::Write as _;
use std::process::ExitCode;

use ce_webapp::Settings;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main]
async fn main() -> ExitCode {
    let settings = Settings::read().unwrap_or_else(|error| error.exit());
    log(settings.log);
    match serve(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr().lock(), "ce-webapp: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let told_to_stop = told_to_stop()?;
    let running = ce_webapp::start(settings).await?;
    // Nobody may be reading; that is no reason to fail.
    let mut out = std::io::stdout();
    let _ = writeln!(out, "listening on http://{}", running.address()).and_then(|()| out.flush());
    told_to_stop.await;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// One object a line, on standard error. Our own events at the level asked for; of other crates
/// only what is wrong, since at lower levels some of them show what they carry.
fn log(level: tracing::Level) {
    let targets = Targets::new()
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
fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminated = {
        use tokio::signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
        )
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminated.0.recv() => {}
            _ = terminated.1.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}
