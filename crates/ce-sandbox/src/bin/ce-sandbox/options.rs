use std::ffi::OsString;
use std::str::FromStr;
use std::time::Duration;

use ce_sandbox::{
    Builder, CatalogueError, DEFAULT_ORGANIZATION_SECRET, DEFAULT_USER_SECRET, FaultRuleError,
    Sandbox,
};
use lexopt::{Arg, Parser};

use crate::faults::FAULTS;

/// What the command line asks for.
pub(crate) enum Command {
    Help,
    Version,
    Serve(Box<Builder>),
}

/// A command line that cannot be understood, in a sentence that names the culprit.
///
/// Values are not quoted, for one might be a secret in the wrong place; but those of faults are,
/// and the paths of catalogues.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UsageError {
    #[error("unknown option {0}")]
    UnknownOption(String),
    #[error("there is an argument that belongs to no option")]
    StrayArgument,
    #[error("{option} takes {expected}")]
    BadValue {
        option: &'static str,
        expected: &'static str,
    },
    #[error("--fault: {0}")]
    Fault(#[from] FaultRuleError),
    #[error("--catalogue: cannot read {path}: {source}")]
    CatalogueFile {
        path: String,
        source: std::io::Error,
    },
    #[error("--catalogue: {path}: {source}")]
    Catalogue {
        path: String,
        source: CatalogueError,
    },
    #[error("the command line cannot be read")]
    Unreadable,
}

pub(crate) fn parse(mut arguments: Parser) -> Result<Command, UsageError> {
    let mut builder = Sandbox::builder();
    while let Some(argument) = arguments.next().map_err(|_| UsageError::Unreadable)? {
        let option = match argument {
            Arg::Long(name) => format!("--{name}"),
            Arg::Short(letter) => format!("-{letter}"),
            Arg::Value(_) => return Err(UsageError::StrayArgument),
        };
        let given = &mut arguments;
        builder = match option.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--version" | "-V" => return Ok(Command::Version),
            "--port" => builder.port(value(given, "--port", "a number from 0 to 65535", parsed)?),
            "--address" => builder.address(value(given, "--address", "an IP address", parsed)?),
            "--user-secret" => {
                builder.user_secret(value(given, "--user-secret", "a secret", text)?)
            }
            "--organization-secret" => builder.organization_secret(value(
                given,
                "--organization-secret",
                "a secret",
                text,
            )?),
            "--provisioning" => builder.provisioning(value(
                given,
                "--provisioning",
                "seconds, such as 12 or 0.5",
                seconds,
            )?),
            "--fault" => {
                builder.fault(value(given, "--fault", "the name of a fault", text)?.parse()?)
            }
            "--catalogue" => {
                let path = value(given, "--catalogue", "a file", text)?;
                let elements =
                    std::fs::read_to_string(&path).map_err(|source| UsageError::CatalogueFile {
                        path: path.clone(),
                        source,
                    })?;
                builder
                    .catalogue(elements)
                    .map_err(|source| UsageError::Catalogue { path, source })?
            }
            "--max-instances" => {
                builder.max_instances(value(given, "--max-instances", "a whole number", parsed)?)
            }
            "--seed" => builder.seed(value(given, "--seed", "a whole number", parsed)?),
            _ => return Err(UsageError::UnknownOption(option)),
        };
    }
    Ok(Command::Serve(Box::new(builder)))
}

fn value<T>(
    arguments: &mut Parser,
    option: &'static str,
    expected: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, UsageError> {
    let given: Option<OsString> = arguments.value().ok();
    given
        .as_ref()
        .and_then(|value| value.to_str())
        .and_then(read)
        .ok_or(UsageError::BadValue { option, expected })
}

fn parsed<T: FromStr>(value: &str) -> Option<T> {
    value.parse().ok()
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn seconds(value: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(value.parse().ok()?).ok()
}

pub(crate) fn help() -> String {
    format!(
        "\
A local stand-in for the Cloud Elements platform and a provider's consent page.

Usage: ce-sandbox [OPTIONS]

Prints one line, `listening on URL`, when it is ready, and serves until it is killed.
Each request is logged on stderr: method, path without query, status (- if none was answered),
request id, and the fault if it had one.

Options:
      --port N                 port to listen on; 0 takes any free one [default: 0]
      --address IP             address to listen on [default: 127.0.0.1]
      --user-secret S          [default: {DEFAULT_USER_SECRET}]
      --organization-secret S  [default: {DEFAULT_ORGANIZATION_SECRET}]
      --provisioning SECONDS   how long it takes to create an instance [default: 0]
      --catalogue FILE         add the elements of this file to those that are built in; can be given
                               several times
      --max-instances N        how many instances there may be at a time [default: 100000]
      --fault RULE             misbehave; see below; can be given several times
      --seed N                 make all that is random the same in every run: codes, tokens,
                               request ids, and which requests have which fault
  -h, --help                   print this
  -V, --version                print the version

{FAULTS}
Exit codes: 1 cannot listen, 2 the command line is wrong.
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(arguments: &[&str]) -> Option<String> {
        let parser = Parser::from_args(arguments);
        parse(parser).err().map(|error| error.to_string())
    }

    #[test]
    fn command_lines_are_understood_or_the_culprit_is_named() {
        let table: &[(&[&str], Option<&str>)] = &[
            (&[], None),
            (&["--port", "0", "--address=::1", "--seed", "7"], None),
            (&["--user-secret", "a=", "--organization-secret=b="], None),
            (&["--provisioning", "0.5"], None),
            (&["--help", "--nonsense"], None),
            (&["-V"], None),
            (&["--nonsense"], Some("--nonsense")),
            (&["-x"], Some("-x")),
            (&["8080"], Some("argument")),
            (&["--port"], Some("--port")),
            (&["--port", "65536"], Some("--port")),
            (&["--port", "http"], Some("--port")),
            (&["--address", "localhost"], Some("--address")),
            (&["--provisioning", "-1"], Some("--provisioning")),
            (&["--provisioning", "NaN"], Some("--provisioning")),
            (&["--provisioning", "1e300"], Some("--provisioning")),
            (&["--seed", "x"], Some("--seed")),
            (&["--max-instances", "5"], None),
            (&["--max-instances", "many"], Some("--max-instances")),
            (&["--catalogue"], Some("--catalogue")),
            (&["--catalogue", "/nowhere/c.json"], Some("/nowhere/c.json")),
            (
                &["--fault", "lose-answer", "--fault=trickle,interval=0.1"],
                None,
            ),
            (&["--fault"], Some("--fault")),
            (&["--fault", "lose"], Some("create-and-bad-gateway")),
            (&["--fault", "lose-answer,on=all"], Some("create-instance")),
            (&["--fault", "lose-answer,after=1"], Some("probability=…")),
            (&["--fault", "lose-answer,probability=2"], Some("0 to 1")),
            (&["--user-secret"], Some("--user-secret")),
        ];
        for (arguments, named) in table {
            let error = error(arguments);
            match named {
                None => assert_eq!(error, None, "{arguments:?}"),
                Some(named) => assert!(error.unwrap().contains(named), "{arguments:?}"),
            }
        }
    }
}
