//! What the element asks for, before a user is sent anywhere.

use ce_async::calls::GetElement;
use ce_async::core::CallExecution;
use ce_async::model::{AuthenticationScheme, Element};
use ce_async::reqwest::StatusCode;
use ce_async::{ConnectRequest, Error, Preflight, Requirement};

use crate::driver::Driver;
use crate::failure::Failure;
use crate::options::Options;
use crate::redaction::Told;
use crate::telling::{printable, say};

/// What is to be connected, in the way in which the element authenticates its users.
///
/// Where the platform doesn't say, or isn't asked, that is OAuth 2.
pub fn description(
    options: &Options,
    driver: &Driver,
    callback_url: &str,
) -> Result<ConnectRequest, Failure> {
    let element = match &options.authentication {
        None if options.element_given => ask(options, driver)?,
        _ => None,
    };
    let scheme = scheme(options, element.as_ref());
    if !scheme.needs_consent() {
        nobody_is_asked(options, &scheme)?;
    }
    let connect = describe(options, callback_url, scheme);
    if let Some(element) = element {
        judge(&Preflight::new(&connect, &element))?;
    }
    Ok(connect)
}

/// Shows what the element asks for, and what of it is given.
pub fn show(options: &Options, driver: &Driver) -> Result<(), Failure> {
    let element: Element = driver.run(CallExecution::new(
        driver.config(),
        GetElement::new(&*options.element),
    ))?;
    let callback_url = options.callback_url.as_deref();
    let callback_url = callback_url.unwrap_or("http://localhost/callback");
    let scheme = scheme(options, Some(&element));
    let connect = describe(options, callback_url, scheme);
    let preflight = Preflight::new(&connect, &element);
    let name = element.name.as_deref().unwrap_or(&options.element);
    let how = preflight.scheme().map_or("does not say how", |scheme| {
        if scheme.needs_consent() {
            "asks them on the provider's page"
        } else {
            "takes what the configuration holds"
        }
    });
    let word = preflight
        .scheme()
        .map_or("unknown", |scheme| scheme.as_str());
    say(printable(&format!(
        "\n{name} authenticates its users by {word}: it {how}.\n"
    )));
    match preflight.requirements() {
        Some(requirements) => table(requirements),
        None => say("It does not list what can be configured."),
    }
    let named = |names: &[String]| match names {
        [] => "nothing".to_owned(),
        names => names.join(", "),
    };
    say(printable(&format!(
        "\nMissing: {}",
        named(preflight.missing())
    )));
    say(printable(&format!(
        "Given, and not known to the element: {}",
        named(preflight.unknown())
    )));
    if options.json {
        let object = serde_json::json!({
            "element": options.element,
            "authentication": preflight.scheme().map(AuthenticationScheme::as_str),
            "missing": preflight.missing(),
            "unknown": preflight.unknown(),
        });
        say(object.to_string());
    }
    Ok(())
}

/// Fails over options that are for a user who is asked.
fn nobody_is_asked(options: &Options, scheme: &AuthenticationScheme) -> Result<(), Failure> {
    let given = [
        ("--consent", options.consent.is_some()),
        ("--callback-url", options.callback_url.is_some()),
        ("--oauth-url-method", options.method.is_some()),
        ("--scope", options.scope.is_some()),
        ("--param", !options.parameters.is_empty()),
    ];
    let given: Vec<_> = given
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
        .collect();
    if given.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format_args!(
        "{} has no user to be asked ({scheme}), so this says nothing: {}",
        options.element,
        given.join(", ")
    )))
}

/// Asks the platform. Of an element that it doesn't know, the steps that follow say so again, and
/// better.
fn ask(options: &Options, driver: &Driver) -> Result<Option<Element>, Failure> {
    say("\nAsk the platform what the element needs.");
    let call = GetElement::new(&*options.element);
    match driver.run(Told(CallExecution::new(driver.config(), call))) {
        Ok(element) => Ok(Some(element)),
        Err(Error::Refused(api_error)) if api_error.status() == StatusCode::NOT_FOUND => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// As the options say, or else the element.
fn scheme(options: &Options, element: Option<&Element>) -> AuthenticationScheme {
    let said = || element.and_then(Element::scheme);
    let scheme = options.authentication.clone().or_else(said);
    scheme.unwrap_or_default()
}

/// Fails over what is missing, and warns of what is not known.
fn judge(preflight: &Preflight) -> Result<(), Failure> {
    if !preflight.unknown().is_empty() {
        let unknown = preflight.unknown().join(", ");
        say(printable(&format!(
            "   Given, and not known to the element: {unknown}"
        )));
    }
    if preflight.missing().is_empty() {
        return Ok(());
    }
    let (mut entries, mut needs) = (Vec::new(), Vec::new());
    for name in preflight.missing() {
        match own_option(name) {
            Some(option) => needs.push(format!("{name} by {option}")),
            None => entries.push(name.as_str()),
        }
    }
    if !entries.is_empty() {
        let by_config = format!(
            "{}, each by --config NAME=VALUE, or by --config-env NAME=VARIABLE if it is secret",
            entries.join(", ")
        );
        needs.insert(0, by_config);
    }
    Err(Failure::usage(format_args!(
        "nothing was created: the element needs {}; --preflight shows all that it takes",
        needs.join("; ")
    )))
}

/// What gives it, if that isn't an entry of the configuration.
fn own_option(name: &str) -> Option<&'static str> {
    match name {
        "name" => Some("--name"),
        "tags" => Some("--tag"),
        "oauth.callback.url" => Some("--callback-url"),
        "oauth.api.key" => Some("CE_API_KEY in the environment"),
        "oauth.api.secret" => Some("CE_API_SECRET in the environment"),
        _ => None,
    }
}

fn describe(options: &Options, callback_url: &str, scheme: AuthenticationScheme) -> ConnectRequest {
    let mut connect = ConnectRequest::new(&*options.element)
        .name(&*options.name)
        .oauth_url_method(options.method.unwrap_or_default());
    if scheme.needs_consent() {
        let (api_key, api_secret) = match &options.platform {
            Some((_, secrets)) => (&*secrets.api_key, &*secrets.api_secret),
            None => ("sandbox-client-id", "sandbox-client-secret"),
        };
        connect = connect
            .api_key(api_key)
            .api_secret(api_secret)
            .callback_url(callback_url);
    }
    connect = connect.authentication(scheme);
    if let Some(scope) = &options.scope {
        connect = connect.scope(scope);
    }
    for tag in &options.tags {
        connect = connect.tag(tag);
    }
    for (name, value) in &options.parameters {
        connect = connect.parameter(name, value);
    }
    for (key, value) in &options.configuration {
        connect = connect.configuration(key, value.as_str());
    }
    connect
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(30).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// One line an entry that a person may give, as wide as what stands in it.
fn table(requirements: &[Requirement]) {
    let heads = ["ENTRY", "REQUIRED", "GIVEN", "DEFAULT", "WHAT FOR"];
    let yes = |yes: bool| if yes { "yes" } else { "-" };
    let for_people = requirements
        .iter()
        .filter(|requirement| requirement.entry.internal != Some(true));
    let rows = for_people.map(|requirement| {
        let entry = &requirement.entry;
        let default = entry.default_value.as_ref().and_then(|value| {
            let is_secret = entry.kind.as_deref() == Some("PASSWORD");
            (!is_secret).then(|| value.as_str().unwrap_or_default().into_owned())
        });
        let what_for = entry.description.as_deref().or(entry.name.as_deref());
        [
            entry.key.clone().unwrap_or_default(),
            yes(requirement.required).to_owned(),
            yes(requirement.given).to_owned(),
            shortened(&default.unwrap_or_default()),
            what_for.unwrap_or_default().to_owned(),
        ]
    });
    let rows: Vec<_> = [heads.map(str::to_owned)].into_iter().chain(rows).collect();
    for row in &rows {
        let mut line = String::new();
        for (column, text) in row.iter().enumerate() {
            let widths = rows.iter().filter_map(|row| row.get(column));
            let width = widths.map(|text| text.chars().count()).max().unwrap_or(0);
            line.push_str(&format!("{text:width$}  "));
        }
        say(printable(&format!("  {}", line.trim_end())));
    }
}
