//! What the element requires, before a user is sent anywhere.

use ce_async::calls::GetElement;
use ce_async::model::{AuthenticationScheme, Element};
use ce_async::{ConnectRequest, Preflight, Requirement};

use crate::client::Client;
use crate::failure::Failure;
use crate::options::Options;
use crate::story::{escaped, print, say};

/// What is to be connected. Unless the options say how the element authenticates its users, the
/// platform does, and says what the element requires.
pub fn request(
    options: &Options,
    client: &Client,
    callback_url: &str,
) -> Result<ConnectRequest, Failure> {
    if let Some(scheme) = options.scheme() {
        return options.request(callback_url, scheme);
    }
    say("\nAsk the platform what the element needs.");
    let element: Element = client.send(GetElement::new(options.element()))?;
    let connect = options.request(callback_url, element.scheme().unwrap_or_default())?;
    let preflight = Preflight::new(&connect, &element);
    if !preflight.unknown().is_empty() {
        say(format_args!(
            "   Not known to the element: {}",
            list(preflight.unknown())
        ));
    }
    nothing_is_missing(&preflight)?;
    Ok(connect)
}

/// Shows what the element requires, and what of it is given.
pub fn show(options: &Options, client: &Client, callback_url: &str) -> Result<(), Failure> {
    let element: Element = client.send(GetElement::new(options.element()))?;
    let scheme = element.scheme().or(options.scheme()).unwrap_or_default();
    let preflight = Preflight::new(&options.request(callback_url, scheme)?, &element);
    let scheme = preflight.scheme().map(AuthenticationScheme::as_str);
    let requirements = preflight.requirements().unwrap_or_default().iter();
    let for_people = requirements.filter(|it| it.entry.internal != Some(true));
    let result = format!(
        "{} authenticates its users by {}.\n{}\nMissing: {}\nNot known to the element: {}",
        escaped(element.name.as_deref().unwrap_or(options.element())),
        escaped(scheme.unwrap_or("a method that it does not name")),
        for_people.map(line).collect::<Vec<_>>().join("\n"),
        list(preflight.missing()),
        list(preflight.unknown()),
    );
    if options.json {
        say(result);
        print(serde_json::json!({
            "element": options.element(),
            "authentication": scheme,
            "missing": preflight.missing(),
            "unknown": preflight.unknown(),
        }))?;
    } else {
        print(result)?;
    }
    nothing_is_missing(&preflight)
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "nothing".to_owned()
    } else {
        escaped(&names.join(", "))
    }
}

/// Fails with what is missing, and how to give it.
fn nothing_is_missing(preflight: &Preflight) -> Result<(), Failure> {
    let how_to_give = |name: &String| match name.as_str() {
        "name" => "--name".to_owned(),
        "tags" => "--tag".to_owned(),
        "oauth.callback.url" => "--callback-url".to_owned(),
        "oauth.api.key" => "CE_API_KEY in the environment".to_owned(),
        "oauth.api.secret" => "CE_API_SECRET in the environment".to_owned(),
        entry => format!("--config {}=VALUE", escaped(entry)),
    };
    let missing: Vec<_> = preflight.missing().iter().map(how_to_give).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format_args!(
        "nothing was created: the element needs {} (what is secret, by --config-env; \
         parameters of step 1, such as siteAddress, by --param); --preflight shows all that it takes",
        missing.join(", ")
    )))
}

/// What an element says of an entry that a person may give.
fn line(requirement: &Requirement) -> String {
    let entry = &requirement.entry;
    let state = match (requirement.given, requirement.required) {
        (true, _) => "given",
        (false, true) => "MISSING",
        (false, false) => "optional",
    };
    let is_secret = entry.kind.as_deref() == Some("PASSWORD");
    let default = entry.default_value.as_ref().filter(|_| !is_secret);
    let default = default.and_then(|value| value.as_str()).unwrap_or_default();
    let what_for = entry.description.as_deref().or(entry.name.as_deref());
    let default = match &*default {
        "" => String::new(),
        default => format!(" (default: {default:.40})"),
    };
    let key = escaped(entry.key.as_deref().unwrap_or_default());
    let what_for = escaped(&format!("{}{default}", what_for.unwrap_or_default()));
    format!("  {key:36} {state:8} {what_for}")
}
