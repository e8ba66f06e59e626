//! The command line and the environment.

use std::path::PathBuf;
use std::time::Duration;

use ce_async::Limits;
use lexopt::prelude::{Long, Short, Value, ValueExt as _};

use crate::Failure;

pub const HELP: &str = "\
Provisions an instance for each row of a CSV file, and keeps their tokens. It may be killed and
started again: no row gets two instances, and no token is lost.

cargo run --example bulk -- [OPTIONS] [CSV]

  CSV                      the rows; default: examples/bulk/people.csv. Column name: what the
                           instance is called; tags: its labels, between blanks; any other column:
                           an entry of the configuration, such as username and password
  --output FILE            where ids and tokens go, readable for you alone; default: tokens.csv in
                           the folder for temporary files. Beside it lies the journal
  --element KEY            the element, which takes basic authentication; default: closeio
  --at-a-time N            how many are being created at once; default: 8
  --provisioning-timeout SECONDS
                           how long creating an instance may take, and so how long one is looked
                           for whose answer was lost; default, and the least: 120. At a sandbox less
                           will do, but no less than it takes
  --base-url URL           the platform's API; default: a sandbox within this program, and with it
                           output for one run alone. The secrets come from the environment then:
                           CE_USER_SECRET, CE_ORGANIZATION_SECRET. A sandbox of your own is known
                           by its default secrets

Exit codes: 0 every row has an instance, 1 some have not, 2 usage or files";

pub enum Asked {
    Help,
    Run(Box<Options>),
}

pub struct Given {
    pub base_url: String,
    pub user: String,
    pub organization: String,
}

impl Given {
    /// No user of the platform's has these secrets.
    fn is_sandbox(&self) -> bool {
        self.user == ce_sandbox::DEFAULT_USER_SECRET
            && self.organization == ce_sandbox::DEFAULT_ORGANIZATION_SECRET
    }
}

pub struct Options {
    pub csv: PathBuf,
    pub output: PathBuf,
    pub element: String,
    pub at_a_time: usize,
    pub provisioning_timeout: Option<Duration>,
    /// The platform and the secrets for it; the sandbox if none.
    pub platform: Option<Given>,
}

pub fn parse() -> Result<Asked, Failure> {
    let mut parser = lexopt::Parser::from_env();
    let (mut csv, mut output, mut base_url) = (None, None, None);
    let mut options = Options {
        csv: concat!(env!("CARGO_MANIFEST_DIR"), "/bulk/people.csv").into(),
        output: PathBuf::new(),
        element: "closeio".to_owned(),
        at_a_time: 8,
        provisioning_timeout: None,
        platform: None,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("output") => output = Some(PathBuf::from(parser.value()?)),
            Long("element") => options.element = parser.value()?.string()?,
            Long("at-a-time") => {
                options.at_a_time = parser.value()?.parse_with(|text| match text.parse() {
                    Ok(number @ 1..=1000) => Ok(number),
                    _ => Err("--at-a-time takes a number from 1 to 1000"),
                })?;
            }
            Long("provisioning-timeout") => {
                let seconds = parser.value()?.parse_with(|text| {
                    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
                    seconds
                        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                        .ok_or("--provisioning-timeout takes seconds, such as 120")
                })?;
                options.provisioning_timeout = Some(seconds);
            }
            Long("base-url") => base_url = Some(parser.value()?.string()?),
            Value(path) if csv.is_none() => csv = Some(PathBuf::from(path)),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if let Some(csv) = csv {
        options.csv = csv;
    }
    options.output = match (output, &base_url) {
        (Some(output), _) => output,
        (None, Some(_)) => return Err("--base-url wants --output as well".into()),
        (None, None) => {
            let own = format!("tokens-{}.csv", std::process::id());
            std::env::temp_dir().join(own)
        }
    };
    if let Some(base_url) = base_url {
        options.platform = Some(given(base_url)?);
    }
    let is_sandbox = options.platform.as_ref().is_none_or(Given::is_sandbox);
    if let Some(time) = options.provisioning_timeout.filter(|_| !is_sandbox) {
        long_enough(time)?;
    }
    Ok(Asked::Run(Box::new(options)))
}

/// Fails if the platform may still be creating an instance when it is looked for the last time.
fn long_enough(time: Duration) -> Result<(), Failure> {
    let least = Limits::default().provisioning_timeout;
    if time >= least {
        return Ok(());
    }
    Err(format!(
        "--provisioning-timeout must be at least {}: the platform may take as long to create an \
         instance, and a row that is given up before that is created once more, so that it has two",
        least.as_secs(),
    )
    .into())
}

fn given(base_url: String) -> Result<Given, Failure> {
    let mut missing = Vec::new();
    let mut read = |name: &'static str| {
        let value = std::env::var(name).ok();
        let value = value.filter(|value| !value.trim().is_empty());
        value.unwrap_or_else(|| {
            missing.push(name);
            String::new()
        })
    };
    let given = Given {
        base_url,
        user: read("CE_USER_SECRET"),
        organization: read("CE_ORGANIZATION_SECRET"),
    };
    if missing.is_empty() {
        Ok(given)
    } else {
        let missing = missing.join(", ");
        Err(
            format!("with --base-url the secrets come from the environment; not set: {missing}")
                .into(),
        )
    }
}
