use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ce_async::Limits;
use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};

use crate::db::vault::Key;

const ENVIRONMENT: &str = "\
Environment:
  CE_WEBAPP_DATABASE    as --database, where a command line could be seen
  CE_WEBAPP_KEY         32 bytes, as base64, that tokens are sealed with, such as of
                        `openssl rand -base64 32`; the same for every replica [demo: a new one]
  CE_WEBAPP_EVENTS_KEY  what the platform signs events with; the same for every replica. It reports
                        changes to /events at the public URL then [demo: a new one]
  CE_USER_SECRET, CE_ORGANIZATION_SECRET, CE_API_KEY, CE_API_SECRET
                        with --base-url, for the platform and for the provider

Exit codes: 0 told to stop, 1 cannot start, 2 the command line or the environment is wrong.";

/// A web application that connects its users' accounts.
///
/// Prints one line, `listening on URL`, when it is ready, and serves until Ctrl-C or SIGTERM.
/// Without options it needs nothing: a sandbox plays the platform, and nothing is left behind.
#[derive(Clone, Parser)]
#[command(version, after_help = ENVIRONMENT, verbatim_doc_comment)]
#[non_exhaustive]
pub struct Settings {
    /// Port to listen on; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// Address to listen on
    #[arg(long, value_name = "IP", default_value_t = Ipv4Addr::LOCALHOST.into())]
    pub address: IpAddr,
    /// Where browsers find it: https, or http on this machine [default: where it listens]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// sqlite:FILE or postgres://… [default: sqlite:ce-webapp.sqlite3; demo: a temporary file]
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// The platform's API [default: a sandbox in this process]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Element on offer; may be repeated [default: instagram; demo: all that a consent page connects]
    #[arg(long = "element", value_name = "KEY")]
    pub elements: Vec<String>,
    /// How long a user may stay at the provider
    #[arg(long, value_name = "SECONDS", default_value = "900", value_parser = seconds())]
    pub flow_lifetime: Duration,
    /// How long a replica may be silent before another takes over the flows that it was ending
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds())]
    pub takeover: Duration,
    /// error, warn, info, debug or trace, to standard error
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log: tracing::Level,
    /// What is on no command line, since others could read it there.
    #[arg(skip)]
    pub secrets: Secrets,
    /// How long a page waits for the platform before it says that things take their time.
    #[arg(skip = Duration::from_secs(40))]
    pub patience: Duration,
    /// How long a browser may take to send a request's header, or its body.
    #[arg(skip = Duration::from_secs(10))]
    pub read_timeout: Duration,
    /// How often an open page looks for what changed.
    #[arg(skip = Duration::from_secs(2))]
    pub live_interval: Duration,
    /// The bounds of every call to the platform.
    #[arg(skip)]
    pub limits: Limits,
}

/// The secrets of one application. They can't be printed.
#[derive(Clone, Default)]
pub struct Secrets {
    /// Of the platform's user.
    pub user: String,
    /// Of the platform's organization.
    pub organization: String,
    /// The key that the provider gave the application.
    pub api_key: String,
    /// The secret that belongs to it.
    pub api_secret: String,
    /// What is sealed in the database is sealed with this.
    pub key: Option<Key>,
    /// What the platform signs events with; without it there are none.
    pub events_key: Option<String>,
}

impl Default for Settings {
    /// The demo: it needs nothing, and leaves nothing behind.
    fn default() -> Self {
        Self::parse_from(["ce-webapp"])
    }
}

impl Settings {
    /// Reads the command line and the environment.
    ///
    /// # Errors
    /// If something is missing, all of which is named, or is not of its kind. A secret is not shown.
    pub fn read() -> Result<Self, clap::Error> {
        let mut settings = Self::try_parse()?;
        let error = |kind, text: &str| Self::command().error(kind, text);
        let variable = |name| {
            let value = std::env::var(name).ok();
            value.filter(|value| !value.trim().is_empty())
        };
        settings.database = settings.database.or_else(|| variable("CE_WEBAPP_DATABASE"));
        let secrets = &mut settings.secrets;
        secrets.events_key = variable("CE_WEBAPP_EVENTS_KEY");
        if let Some(key) = variable("CE_WEBAPP_KEY") {
            let wrong = "CE_WEBAPP_KEY has to be 32 bytes, as base64";
            let key = Key::parse(&key).ok_or_else(|| error(ErrorKind::InvalidValue, wrong))?;
            secrets.key = Some(key);
        }
        if settings.base_url.is_none() {
            return Ok(settings);
        }
        let mut missing = Vec::new();
        let mut needed = |name| {
            variable(name).unwrap_or_else(|| {
                missing.push(name);
                String::new()
            })
        };
        secrets.user = needed("CE_USER_SECRET");
        secrets.organization = needed("CE_ORGANIZATION_SECRET");
        secrets.api_key = needed("CE_API_KEY");
        secrets.api_secret = needed("CE_API_SECRET");
        needed("CE_WEBAPP_KEY");
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let missing = format!("--base-url needs, in the environment: {missing}");
            return Err(error(ErrorKind::MissingRequiredArgument, &missing));
        }
        let database = &mut settings.database;
        database.get_or_insert_with(|| "sqlite:ce-webapp.sqlite3".to_owned());
        if settings.elements.is_empty() {
            settings.elements.push("instagram".to_owned());
        }
        Ok(settings)
    }
}

fn seconds() -> impl TypedValueParser<Value = Duration> {
    let seconds = clap::value_parser!(u64).range(1..=86_400);
    seconds.map(Duration::from_secs)
}
