//! The command line and the environment.

use std::ffi::OsString;
use std::time::Duration;

use ce_webapp::{Key, PlatformAccess, Settings};
use lexopt::prelude::{Long, Short, ValueExt as _};

pub(crate) const HELP: &str = "\
A web application that connects its users' accounts.

cargo run -p ce-webapp -- [OPTIONS]

Prints one line, `listening on URL`, when it is ready, and serves until Ctrl-C or SIGTERM.
Without options it needs nothing: a sandbox plays the platform, and nothing is left behind.

Where it is
  --port N                 the port to listen on; default: any that is free
  --address IP             the address to listen on; default: 127.0.0.1
  --public-url URL         where browsers find it; https, unless it is this machine;
                           default: where it listens

What it stores, and where
  --database URL           sqlite:FILE or postgres://…; default: with --base-url
                           sqlite:ce-webapp.sqlite3 in the current directory, else a new file
                           that is removed at the end
  CE_WEBAPP_KEY            32 bytes, as base64, with which tokens are sealed, such as of
                           `openssl rand -base64 32`; the same for every replica. Without it the
                           demo makes one that is forgotten at the end
  CE_WEBAPP_EVENTS_KEY     what the platform signs events with, such as of `openssl rand -base64 32`: it
                           reports changes to /events at the public URL then; the same for every
                           replica. Without it there are none; the demo makes one of its own
  CE_WEBAPP_DATABASE       the database's URL, where a command line could be seen

What it connects
  --base-url URL           the platform's API; default: a sandbox in this process.
                           The secrets come from the environment then: CE_USER_SECRET,
                           CE_ORGANIZATION_SECRET, CE_API_KEY, CE_API_SECRET, CE_WEBAPP_KEY
  --element KEY            an element on offer; may be repeated; default: with --base-url
                           instagram, else all of the sandbox's that have a consent page

How long
  --flow-lifetime SECONDS  how long a user may stay at the provider; default: 900
  --takeover SECONDS       how long a replica may be silent before another takes over the flows
                           that it was ending; default: 30

  --log LEVEL              error, warn, info, debug or trace, to standard error; default: info

Exit codes: 1 it cannot start, 2 the command line or the environment is wrong";

/// What the command line asks for.
pub(crate) enum Asked {
    Help,
    Run(Box<Settings>, tracing::Level),
}

/// A command line or an environment that is wrong, in a sentence that names all of it.
#[derive(Debug, thiserror::Error)]
#[error("{0}; see --help")]
pub(crate) struct UsageError(String);

pub(crate) fn parse(
    arguments: impl Iterator<Item = OsString>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Asked, UsageError> {
    let usage = |error: lexopt::Error| UsageError(error.to_string());
    let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let mut parser = lexopt::Parser::from_iter(arguments);
    let mut settings = Settings::default();
    let mut base_url = None;
    let mut level = tracing::Level::INFO;
    while let Some(argument) = parser.next().map_err(usage)? {
        let name = match &argument {
            Long(name) => format!("--{name}"),
            Short(letter) => format!("-{letter}"),
            lexopt::Arg::Value(_) => {
                return Err(UsageError("an argument belongs to no option".to_owned()));
            }
        };
        let mut text = || {
            parser
                .value()
                .and_then(|value| value.string())
                .map_err(usage)
        };
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--port" => settings.port = number(&name, &text()?)?,
            "--address" => settings.address = number(&name, &text()?)?,
            "--public-url" => settings.public_url = Some(text()?),
            "--database" => settings.database = Some(text()?),
            "--base-url" => base_url = Some(text()?),
            "--element" => settings.elements.push(text()?),
            "--flow-lifetime" => settings.flow_lifetime = seconds(&name, &text()?, 0.0)?,
            "--takeover" => settings.takeover = seconds(&name, &text()?, 0.1)?,
            "--log" => level = number(&name, &text()?)?,
            _ => return Err(UsageError(format!("unknown option {name}"))),
        }
    }
    if settings.database.is_none() {
        settings.database = variable("CE_WEBAPP_DATABASE");
    }
    settings.events_key = variable("CE_WEBAPP_EVENTS_KEY");
    let key = variable("CE_WEBAPP_KEY");
    if let Some(base_url) = base_url {
        let secrets = all_of(variable, key.is_some())?;
        settings.platform = Some(PlatformAccess::new(base_url, secrets));
        let file = || "sqlite:ce-webapp.sqlite3".to_owned();
        settings.database.get_or_insert_with(file);
        if settings.elements.is_empty() {
            settings.elements.push("instagram".to_owned());
        }
    }
    settings.key = key
        .map(|key| {
            let wrong = || UsageError("CE_WEBAPP_KEY has to be 32 bytes, as base64".to_owned());
            Key::parse(&key).ok_or_else(wrong)
        })
        .transpose()?;
    Ok(Asked::Run(Box::new(settings), level))
}

/// The four secrets; all that are missing are named at once.
fn all_of(
    variable: impl Fn(&str) -> Option<String>,
    has_key: bool,
) -> Result<[String; 4], UsageError> {
    let names = [
        "CE_USER_SECRET",
        "CE_ORGANIZATION_SECRET",
        "CE_API_KEY",
        "CE_API_SECRET",
    ];
    let secrets = names.map(|name| variable(name).ok_or(name));
    let mut missing: Vec<&str> = secrets
        .iter()
        .filter_map(|s| s.as_ref().err().copied())
        .collect();
    if !has_key {
        missing.push("CE_WEBAPP_KEY");
    }
    if missing.is_empty() {
        return Ok(secrets.map(Result::unwrap_or_default));
    }
    Err(UsageError(format!(
        "with --base-url the secrets come from the environment; not set: {}",
        missing.join(", ")
    )))
}

/// The text isn't repeated: it may be a secret in the wrong place.
fn number<T: std::str::FromStr>(option: &str, text: &str) -> Result<T, UsageError> {
    text.parse()
        .map_err(|_| UsageError(format!("{option} can't be that")))
}

fn seconds(option: &str, text: &str, least: f64) -> Result<Duration, UsageError> {
    let seconds: f64 = number(option, text)?;
    Some(seconds)
        .filter(|seconds| *seconds >= least && *seconds <= 86_400.0)
        .map(Duration::from_secs_f64)
        .ok_or_else(|| UsageError(format!("{option} takes seconds, from {least} to 86400")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Settings, String> {
        let arguments = arguments.iter().map(OsString::from);
        let variable = |name: &str| {
            let mut all = environment.iter();
            let found = all.find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        match parse(
            std::iter::once("ce-webapp".into()).chain(arguments),
            variable,
        ) {
            Ok(Asked::Run(settings, _)) => Ok(*settings),
            Ok(Asked::Help) => Err("help".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn without_anything_it_is_the_demo() {
        let settings = run(&[], &[]).unwrap();
        assert!(settings.platform.is_none() && settings.database.is_none());
        assert!(settings.key.is_none());
    }

    #[test]
    fn every_option_arrives() {
        let settings = run(
            &[
                "--port=8080",
                "--address",
                "0.0.0.0",
                "--public-url",
                "https://a.example",
                "--element",
                "a",
                "--element",
                "b",
                "--flow-lifetime",
                "0",
                "--takeover",
                "2.5",
            ],
            &[
                ("CE_WEBAPP_DATABASE", "postgres://p"),
                ("CE_WEBAPP_KEY", KEY),
            ],
        )
        .unwrap();
        assert_eq!(
            (settings.port, settings.address.to_string().as_str()),
            (8080, "0.0.0.0")
        );
        assert_eq!(settings.public_url.as_deref(), Some("https://a.example"));
        assert_eq!(settings.database.as_deref(), Some("postgres://p"));
        assert_eq!(settings.elements, ["a", "b"]);
        assert_eq!(settings.flow_lifetime, Duration::ZERO);
        assert_eq!(settings.takeover, Duration::from_millis(2500));
        assert!(settings.key.is_some());
    }

    #[test]
    fn all_that_the_live_platform_lacks_is_named_at_once() {
        let error = run(&["--base-url", "https://p.example"], &[("CE_API_KEY", "k")]).unwrap_err();
        for name in [
            "CE_USER_SECRET",
            "CE_ORGANIZATION_SECRET",
            "CE_API_SECRET",
            "CE_WEBAPP_KEY",
        ] {
            assert!(error.contains(name), "{error}");
        }
        assert!(!error.contains("CE_API_KEY"), "{error}");
        let environment = [
            ("CE_USER_SECRET", "u"),
            ("CE_ORGANIZATION_SECRET", "o"),
            ("CE_API_KEY", "k"),
            ("CE_API_SECRET", "s"),
            ("CE_WEBAPP_KEY", KEY),
        ];
        let settings = run(&["--base-url", "https://p.example"], &environment).unwrap();
        assert_eq!(settings.elements, ["instagram"]);
        assert_eq!(
            settings.database.as_deref(),
            Some("sqlite:ce-webapp.sqlite3")
        );
        assert!(!format!("{settings:?}").contains(KEY));
    }

    #[test]
    fn what_is_wrong_is_named_and_not_quoted() {
        for (arguments, named) in [
            (vec!["--port", "canary"], "--port"),
            (vec!["--address", "canary"], "--address"),
            (vec!["--flow-lifetime", "-1"], "--flow-lifetime"),
            (vec!["--takeover", "NaN"], "--takeover"),
            (vec!["--takeover", "0"], "--takeover"),
            (vec!["--log", "canary"], "--log"),
            (vec!["--nonsense"], "--nonsense"),
            (vec!["canary"], "argument"),
            (vec!["--database"], "--database"),
        ] {
            let error = run(&arguments, &[]).unwrap_err();
            assert!(error.contains(named), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        let error = run(&[], &[("CE_WEBAPP_KEY", "canary")]).unwrap_err();
        assert!(
            error.contains("CE_WEBAPP_KEY") && !error.contains("canary"),
            "{error}"
        );
    }
}
