//! The command line and the environment.

use std::env::var;
use std::path::PathBuf;
use std::time::Duration;

use ce_async::{Config, Credentials, Limits};
use ce_sandbox::Sandbox;
use clap::{Parser, value_parser};

use crate::{Failure, say};

/// Provisions an instance for each row of a CSV file, and keeps their tokens. It may be killed and
/// started again: no row gets two instances, and no token is lost.
#[derive(Parser)]
#[command(name = "bulk", version, args_override_self = true, after_help = MORE)]
pub struct Options {
    /// The rows
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/bulk/people.csv"))]
    pub csv: PathBuf,
    /// Where ids and tokens are written, readable for you alone; the journal lies beside it [default:
    /// a new file in the folder for temporary files]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The element, which takes basic authentication
    #[arg(long, value_name = "KEY", default_value = "closeio")]
    pub element: String,
    /// How many are being created at once
    #[arg(long, value_name = "N", default_value = "8", value_parser = value_parser!(u16).range(1..=1000))]
    pub at_a_time: u16,
    /// How long creating an instance may take, and so how long one is looked for whose answer was
    /// lost [default, and at least: 120]. At a sandbox less will do, but no less than it takes
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    provisioning_timeout: Option<Duration>,
    /// The platform's API [default: a sandbox within this program, for one run alone]. Its secrets
    /// come from the environment: CE_USER_SECRET, CE_ORGANIZATION_SECRET
    #[arg(long, value_name = "URL", requires = "output")]
    pub base_url: Option<String>,
}

const MORE: &str = "\
The file:
  The column `name` is what the instance is called; `tags` are its labels, between blanks; any other
  column is an entry of the configuration, such as username and password. A row is known by its
  content: rows may be moved, added and removed between runs, and a row that is changed is a new one.
  The same row twice is refused, for it is mostly a mistake: give each its own name.

Exit codes:
    0  every row has an instance
    1  some have not
    2  usage or files
  130  Ctrl-C";

impl Options {
    /// Where ids and tokens are written.
    pub fn output(&self) -> PathBuf {
        let temporary = || std::env::temp_dir().join(format!("tokens-{}.csv", std::process::id()));
        self.output.clone().unwrap_or_else(temporary)
    }

    /// The platform that the options name, or a sandbox.
    pub fn platform(&self) -> Result<(Option<Sandbox>, Config), Failure> {
        let Some(base_url) = &self.base_url else {
            say("No --base-url is given, so a sandbox plays the platform.");
            let sandbox = Sandbox::start()?;
            let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
            let config = Config::new(sandbox.base_url(), Credentials::new(user, organization))?;
            return Ok((Some(sandbox), config));
        };
        let names = ["CE_USER_SECRET", "CE_ORGANIZATION_SECRET"];
        let secrets = names.map(|name| var(name).unwrap_or_default());
        let given = names.iter().zip(&secrets);
        let missing = given.filter(|(_, secret)| secret.trim().is_empty());
        let missing: Vec<_> = missing.map(|(name, _)| *name).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let sentence = "with --base-url the secrets come from the environment; not set:";
            return Err(format!("{sentence} {missing}").into());
        }
        let [user, organization] = secrets;
        // No user of the platform's has these secrets.
        let is_sandbox = user == ce_sandbox::DEFAULT_USER_SECRET
            && organization == ce_sandbox::DEFAULT_ORGANIZATION_SECRET;
        let least = Limits::default().provisioning_timeout;
        if !is_sandbox && self.provisioning_timeout.is_some_and(|time| time < least) {
            return Err(format!(
                "--provisioning-timeout must be at least {}: the platform may take as long to \
                 create an instance, and a row that is given up before that is created once more, \
                 so that it has two",
                least.as_secs()
            )
            .into());
        }
        let config = Config::new(base_url, Credentials::new(user, organization))?;
        Ok((None, config))
    }

    pub fn limits(&self) -> Limits {
        let limits = Limits::default();
        match self.provisioning_timeout {
            // The last look begins a quarter before the end, or later.
            Some(time) => limits
                .provisioning_timeout(time)
                .recovery_timeout(time.saturating_mul(3) / 2),
            None => limits,
        }
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().map(Duration::try_from_secs_f64);
    let time = seconds.and_then(Result::ok).filter(|time| !time.is_zero());
    time.ok_or("expected seconds, such as 120")
}
