use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ce_sandbox::{
    Builder, CatalogueError, DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET, FaultRule, Sandbox,
};
use clap::Parser;

use crate::faults::FAULTS;

/// A local stand-in for the Cloud Elements platform and a provider's consent page.
///
/// Prints one line, `listening on URL`, when it is ready, and serves until it is told to stop. Each
/// request is logged on stderr: method, path without query, status (- if none was answered), request
/// id, and the fault if it had one.
#[derive(Parser)]
#[command(version, after_help = FAULTS, max_term_width = 100)]
pub(crate) struct Options {
    /// Port to listen on; 0 takes any free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Address to listen on.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    address: IpAddr,
    #[arg(long, value_name = "S", default_value = DEFAULT_USER_SECRET)]
    user_secret: String,
    #[arg(long, value_name = "S", default_value = DEFAULT_ORGANIZATION_SECRET)]
    organization_secret: String,
    /// How long it takes to create an instance.
    #[arg(long, value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    provisioning: Duration,
    /// Add the elements of this file to those that are built in; can be given several times.
    #[arg(long, value_name = "FILE")]
    catalogue: Vec<PathBuf>,
    /// How many instances there may be at a time.
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    max_instances: usize,
    /// Misbehave; see below; can be given several times.
    #[arg(long, value_name = "RULE")]
    fault: Vec<FaultRule>,
    /// Make all that is random the same in every run: codes, tokens, request ids, and which requests
    /// have which fault.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// A catalogue that can't be added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("--catalogue: cannot read {path}: {source}")]
    Unreadable {
        path: String,
        source: std::io::Error,
    },
    #[error("--catalogue: {path}: {source}")]
    Catalogue {
        path: String,
        source: CatalogueError,
    },
}

impl Options {
    pub(crate) fn into_builder(self) -> Result<Builder, FileError> {
        let mut builder = Sandbox::builder()
            .port(self.port)
            .address(self.address)
            .user_secret(self.user_secret)
            .organization_secret(self.organization_secret)
            .provisioning(self.provisioning)
            .max_instances(self.max_instances);
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        for file in &self.catalogue {
            builder = with_catalogue(builder, file)?;
        }
        Ok(self.fault.into_iter().fold(builder, Builder::fault))
    }
}

fn with_catalogue(builder: Builder, file: &Path) -> Result<Builder, FileError> {
    let path = file.display().to_string();
    match std::fs::read_to_string(file) {
        Ok(text) => builder
            .catalogue(text)
            .map_err(|source| FileError::Catalogue { path, source }),
        Err(source) => Err(FileError::Unreadable { path, source }),
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or("expected seconds, such as 12 or 0.5")
}
