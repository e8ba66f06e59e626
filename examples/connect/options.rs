//! The command line and the environment.

use std::env::var;
use std::time::Duration;

use ce_async::model::AuthenticationScheme;
use ce_async::{Config, ConnectRequest, Credentials, Limits, OAuthUrlMethod};
use ce_sandbox::Sandbox;
use clap::{Parser, ValueEnum};

use crate::failure::Failure;
use crate::output::say;

/// Connects a user's account at a provider, and shows every step on standard error.
#[derive(Parser)]
#[command(name = "connect", version, args_override_self = true, after_help = EXIT_CODES)]
pub struct Options {
    /// The element
    #[arg(long, value_name = "KEY", default_value = "instagram")]
    pub element: String,
    /// What the instance is called
    #[arg(long, default_value = "Instance of the connect example")]
    name: String,
    /// A label for the instance; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// What the user is asked for [default: the element's own]
    #[arg(long)]
    scope: Option<String>,
    /// A further parameter of step 1, such as siteAddress; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    param: Vec<String>,
    /// A further configuration entry; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    config: Vec<String>,
    /// The same, with the value of an environment variable: for secrets
    #[arg(long, value_name = "NAME=VARIABLE")]
    config_env: Vec<String>,
    /// How the element authenticates its users [default: as the platform says]
    #[arg(long, value_parser = ["oauth2", "oauth1", "basic", "apiKey", "custom"])]
    pub authentication: Option<String>,
    /// Show what the element requires, and send nobody anywhere
    #[arg(long)]
    pub preflight: bool,
    /// Which client
    #[arg(long, value_enum, default_value = "async")]
    pub client: ClientKind,
    /// How the authorization URL is requested; post keeps the API secret out of URLs
    #[arg(long, value_parser = ["get", "post"], default_value = "get")]
    oauth_url_method: String,
    /// Who decides: this program, as the user of a sandbox, or you in your own browser
    #[arg(long, value_enum, default_value = "allow")]
    pub consent: Consent,
    /// Where the provider sends the browser; with --consent browser by default a free port of this
    /// machine
    #[arg(long, value_name = "URL", default_value = "http://localhost/callback")]
    #[arg(default_value_if("consent", "browser", "http://127.0.0.1:0/callback"))]
    pub callback_url: String,
    /// The longest that any one call may take
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Print one JSON object on standard output: id, name, element, valid, token; with --preflight:
    /// element, authentication, missing, unknown
    #[arg(long)]
    pub json: bool,
    /// Show the element token instead of [redacted]
    #[arg(long)]
    pub show_token: bool,
    /// The platform's API [default: a sandbox within this program]. Its secrets come from the
    /// environment: CE_USER_SECRET, CE_ORGANIZATION_SECRET and, where a user has to consent,
    /// CE_API_KEY, CE_API_SECRET
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Let --base-url be http to another machine: all secrets are then sent unencrypted
    #[arg(long, requires = "base_url")]
    allow_unencrypted_http: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
    0  created; with --preflight: nothing is missing
    2  usage or settings
    3  the user denied
    4  refused: by the platform, by the provider, or a callback that does not answer this flow
    5  it is not known whether the instance was created
    6  the network, or what answers there is not the platform
  130  Ctrl-C";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ClientKind {
    Async,
    Blocking,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Consent {
    Allow,
    Deny,
    Browser,
}

impl Options {
    /// The platform that the options name, or a sandbox.
    pub fn platform(&self) -> Result<(Option<Sandbox>, Config), Failure> {
        let Some(base_url) = &self.base_url else {
            say("No --base-url is given, so a sandbox plays the platform and the provider.");
            let sandbox = Sandbox::start()?;
            let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
            let config = Config::new(sandbox.base_url(), Credentials::new(user, organization))?;
            return Ok((Some(sandbox), config));
        };
        let names = ["CE_USER_SECRET", "CE_ORGANIZATION_SECRET"];
        let missing = names.iter().filter(|name| variable(name).is_none());
        let missing: Vec<_> = missing.copied().collect();
        if !missing.is_empty() {
            return Err(Failure::usage(format_args!(
                "with --base-url the secrets come from the environment; not set: {}",
                missing.join(", ")
            )));
        }
        let [user, organization] = names.map(|name| variable(name).unwrap_or_default());
        let credentials = Credentials::new(user, organization);
        let config = match self.allow_unencrypted_http {
            true => Config::allowing_unencrypted_http(base_url, credentials)?,
            false => Config::new(base_url, credentials)?,
        };
        Ok((None, config))
    }

    pub fn limits(&self) -> Limits {
        let limits = Limits::default();
        match self.timeout {
            Some(time) => limits.timeout(time).provisioning_timeout(time),
            None => limits,
        }
    }

    /// What is to be connected.
    pub fn request(
        &self,
        callback_url: &str,
        scheme: AuthenticationScheme,
    ) -> Result<ConnectRequest, Failure> {
        let mut connect = ConnectRequest::new(&*self.element).name(&*self.name);
        if scheme.needs_consent() {
            // A sandbox takes any.
            let of_provider = |name| match self.base_url {
                Some(_) => variable(name).unwrap_or_default(),
                None => format!("{name} of the sandbox"),
            };
            connect = connect
                .api_key(of_provider("CE_API_KEY"))
                .api_secret(of_provider("CE_API_SECRET"))
                .callback_url(callback_url);
        }
        if self.oauth_url_method == "post" {
            connect = connect.oauth_url_method(OAuthUrlMethod::Post);
        }
        if let Some(scope) = &self.scope {
            connect = connect.scope(scope);
        }
        for tag in &self.tags {
            connect = connect.tag(tag);
        }
        for text in &self.param {
            let (name, value) = pair("--param", text)?;
            connect = connect.parameter(name, value);
        }
        for text in &self.config {
            let (key, value) = pair("--config", text)?;
            connect = connect.configuration(key, value);
        }
        for text in &self.config_env {
            let (key, name) = pair("--config-env", text)?;
            let value = variable(name).ok_or_else(|| {
                Failure::usage(format!("--config-env: the variable for {key:?} is not set"))
            })?;
            connect = connect.configuration(key, value);
        }
        Ok(connect.authentication(scheme))
    }
}

/// The value of an environment variable, if it has one.
fn variable(name: &str) -> Option<String> {
    var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Splits `NAME=VALUE`. clap does not, since its errors quote the value, which may be a secret.
fn pair<'a>(option: &str, text: &'a str) -> Result<(&'a str, &'a str), Failure> {
    let pair = text.split_once('=');
    pair.filter(|(name, _)| !name.trim().is_empty())
        .ok_or_else(|| Failure::usage(format_args!("{option} takes NAME=VALUE")))
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds = text.parse().ok().map(Duration::try_from_secs_f64);
    let time = seconds.and_then(Result::ok).filter(|time| !time.is_zero());
    time.ok_or("expected seconds, such as 90")
}
