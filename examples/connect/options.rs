//! The command line and the environment.

use std::ffi::OsString;
use std::time::Duration;

use ce_async::model::AuthenticationScheme;
use ce_async::{Config, Credentials, OAuthUrlMethod};
use lexopt::prelude::{Long, Short, ValueExt as _};

use crate::failure::Failure;

pub const HELP: &str = "\
Connects a user's account at a provider, and tells every step.

cargo run --example connect -- [OPTIONS]

What is connected
  --element KEY            the element; default: instagram
  --name NAME              what the instance is called; default: Instance of the connect example
  --tag TAG                a label for the instance; may be repeated
  --scope S                what the user is asked for; default: the element's own
  --param K=V              a further parameter of step 1, such as siteAddress; may be repeated
  --config K=V             a further configuration entry; may be repeated
  --config-env K=VARIABLE  the same, with the value of an environment variable: for secrets
  --authentication oauth2|oauth1|basic|apiKey|custom
                           how the element authenticates its users; default: as the platform says
  --preflight              show what the element asks for, and send nobody anywhere

How
  --client async|blocking  which client; default: async
  --oauth-url-method get|post
                           how the authorization URL is asked for; post keeps the API secret
                           out of URLs; default: get
  --consent allow|deny|browser
                           allow, deny: the program plays the user's browser; browser: it prints
                           the URL and waits for yours to come back; default: allow
  --callback-url URL       where the provider sends the browser; default: with --consent browser
                           a free port of this machine, else http://localhost/callback
  --timeout SECONDS        the longest that any one call may take
  --json                   the last line of standard output is an object: id, name, element,
                           valid, token; with --preflight: element, authentication, missing, unknown
  --show-token             show the element token instead of [redacted]

Where
  --base-url URL           the platform's API; default: a sandbox within this program.
                           The secrets come from the environment then: CE_USER_SECRET,
                           CE_ORGANIZATION_SECRET, CE_API_KEY, CE_API_SECRET (the latter two not
                           with --preflight, and not with --authentication basic, apiKey, custom)
  --allow-unencrypted-http let --base-url be http to another machine: all secrets are then sent
                           unencrypted

Exit codes: 0 created, 2 usage or settings, 3 the user denied, 4 refused (by the platform, by the
provider, or a callback that is no answer to this flow), 5 it is not known whether the instance was
created, 6 the network, or what answers there is not the platform, 130 Ctrl-C";

/// What the command line asks for.
pub enum Asked {
    Help,
    Run(Box<Options>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientKind {
    Async,
    Blocking,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    Allow,
    Deny,
    Browser,
}

/// Secrets of the platform's user, the organization and the application.
pub struct Secrets {
    pub user: String,
    pub organization: String,
    pub api_key: String,
    pub api_secret: String,
}

pub struct Options {
    pub element: String,
    /// Was the element named, rather than taken by default?
    pub element_given: bool,
    pub authentication: Option<AuthenticationScheme>,
    pub preflight: bool,
    pub name: String,
    pub tags: Vec<String>,
    pub scope: Option<String>,
    pub parameters: Vec<(String, String)>,
    pub configuration: Vec<(String, String)>,
    pub client: ClientKind,
    pub method: Option<OAuthUrlMethod>,
    pub consent: Option<Consent>,
    pub callback_url: Option<String>,
    pub timeout: Option<Duration>,
    pub json: bool,
    pub show_token: bool,
    /// The platform and the secrets for it; the sandbox if none.
    pub platform: Option<(String, Secrets)>,
    pub allow_unencrypted_http: bool,
}

pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Asked, Failure> {
    let usage = |error: lexopt::Error| Failure::usage(format_args!("{error}; see --help"));
    let mut parser = lexopt::Parser::from_iter(arguments);
    let mut base_url = None;
    let mut options = Options {
        element: "instagram".to_owned(),
        element_given: false,
        authentication: None,
        preflight: false,
        name: "Instance of the connect example".to_owned(),
        tags: Vec::new(),
        scope: None,
        parameters: Vec::new(),
        configuration: Vec::new(),
        client: ClientKind::Async,
        method: None,
        consent: None,
        callback_url: None,
        timeout: None,
        json: false,
        show_token: false,
        platform: None,
        allow_unencrypted_http: false,
    };
    while let Some(argument) = parser.next().map_err(usage)? {
        let name = match &argument {
            Long(name) => format!("--{name}"),
            Short(letter) => format!("-{letter}"),
            lexopt::Arg::Value(value) => value.to_string_lossy().into_owned(),
        };
        let mut text = || -> Result<String, Failure> {
            let value = parser.value().map_err(usage)?;
            value.string().map_err(usage)
        };
        match name.as_str() {
            "--help" | "-h" => return Ok(Asked::Help),
            "--element" => {
                options.element = text()?;
                options.element_given = true;
            }
            "--authentication" => options.authentication = Some(scheme(&name, &text()?)?),
            "--preflight" => options.preflight = true,
            "--name" => options.name = text()?,
            "--tag" => options.tags.push(text()?),
            "--scope" => options.scope = Some(text()?),
            "--param" => options.parameters.push(pair(&name, &text()?)?),
            "--config" => options.configuration.push(pair(&name, &text()?)?),
            "--config-env" => {
                let (key, variable) = pair(&name, &text()?)?;
                options.configuration.push((key, environment(&variable)?));
            }
            "--client" => {
                options.client = one_of(
                    &name,
                    &text()?,
                    &[
                        ("async", ClientKind::Async),
                        ("blocking", ClientKind::Blocking),
                    ],
                )?;
            }
            "--oauth-url-method" => {
                options.method = Some(one_of(
                    &name,
                    &text()?,
                    &[("get", OAuthUrlMethod::Get), ("post", OAuthUrlMethod::Post)],
                )?);
            }
            "--consent" => {
                options.consent = Some(one_of(
                    &name,
                    &text()?,
                    &[
                        ("allow", Consent::Allow),
                        ("deny", Consent::Deny),
                        ("browser", Consent::Browser),
                    ],
                )?);
            }
            "--callback-url" => options.callback_url = Some(text()?),
            "--timeout" => options.timeout = Some(seconds(&name, &text()?)?),
            "--json" => options.json = true,
            "--show-token" => options.show_token = true,
            "--base-url" => base_url = Some(text()?),
            "--allow-unencrypted-http" => options.allow_unencrypted_http = true,
            _ => {
                return Err(Failure::usage(format_args!(
                    "unknown option {name}; see --help"
                )));
            }
        }
    }
    match base_url {
        Some(base_url) => {
            let scheme = options.authentication.as_ref();
            let needs_key =
                !options.preflight && scheme.is_none_or(AuthenticationScheme::needs_consent);
            let secrets = secrets(&base_url, needs_key, |name| std::env::var(name).ok())?;
            options.platform = Some((base_url, secrets));
        }
        None if options.allow_unencrypted_http => {
            return Err(Failure::usage(
                "--allow-unencrypted-http goes with --base-url",
            ));
        }
        None => {}
    }
    Ok(Asked::Run(Box::new(options)))
}

fn pair(option: &str, text: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.to_owned(), value.to_owned())),
        // The value may be a secret, so the text isn't repeated.
        _ => Err(Failure::usage(format_args!(
            "{option} takes NAME=VALUE; see --help"
        ))),
    }
}

fn scheme(option: &str, text: &str) -> Result<AuthenticationScheme, Failure> {
    match AuthenticationScheme::from(text) {
        AuthenticationScheme::Other(_) => Err(Failure::usage(format_args!(
            "{option} takes oauth2, oauth1, basic, apiKey or custom, not {text:?}"
        ))),
        known => Ok(known),
    }
}

fn environment(variable: &str) -> Result<String, Failure> {
    let value = std::env::var(variable).ok();
    value
        .filter(|value| !value.trim().is_empty())
        .ok_or_else(|| Failure::usage(format_args!("{variable} is not set in the environment")))
}

fn one_of<T: Copy>(option: &str, text: &str, choices: &[(&str, T)]) -> Result<T, Failure> {
    let chosen = choices.iter().find(|(name, _)| *name == text);
    chosen.map(|(_, choice)| *choice).ok_or_else(|| {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        Failure::usage(format_args!(
            "{option} takes {}, not {text:?}",
            names.join(" or ")
        ))
    })
}

fn seconds(option: &str, text: &str) -> Result<Duration, Failure> {
    let seconds = text.parse().ok().filter(|seconds: &f64| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            Failure::usage(format_args!(
                "{option} takes seconds, such as 90, not {text:?}"
            ))
        })
}

/// Reads the four secrets; all that are missing are named at once, and a base URL that is none.
fn secrets(
    base_url: &str,
    needs_key: bool,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Secrets, Failure> {
    let mut missing = Vec::new();
    let mut read = |name: &'static str, needed: bool| {
        let value = variable(name).filter(|value| !value.trim().is_empty());
        value.unwrap_or_else(|| {
            missing.extend(needed.then_some(name));
            String::new()
        })
    };
    let secrets = Secrets {
        user: read("CE_USER_SECRET", true),
        organization: read("CE_ORGANIZATION_SECRET", true),
        api_key: read("CE_API_KEY", needs_key),
        api_secret: read("CE_API_SECRET", needs_key),
    };
    if missing.is_empty() {
        return Ok(secrets);
    }
    let url = Config::allowing_unencrypted_http(base_url, Credentials::new("-", "-"));
    let url_too = url
        .err()
        .map(|error| format!("; and {error}"))
        .unwrap_or_default();
    Err(Failure::usage(format_args!(
        "with --base-url the secrets come from the environment; not set: {}{url_too}",
        missing.join(", ")
    )))
}
