//! What the element requires, before a user is sent anywhere.

use ce_async::calls::GetElement;
use ce_async::model::{AuthenticationScheme, Element};
use ce_async::{ConnectRequest, Preflight, Requirement};
use serde_json::json;

use crate::client::Client;
use crate::failure::Failure;
use crate::options::Options;
use crate::output::{say, show, step};

/// What is to be connected. Unless the options say how the element authenticates its users, the
/// platform does, and says what the element requires.
pub fn request(
    options: &Options,
    client: &Client,
    callback_url: &str,
) -> Result<ConnectRequest, Failure> {
    let given = options.authentication.as_deref();
    let given = given.map(AuthenticationScheme::from);
    let element = match (&given, options.preflight) {
        (Some(_), false) => Element::default(),
        _ => {
            step("Ask the platform what the element requires.");
            client.send(GetElement::new(&*options.element))?
        }
    };
    let scheme = element.scheme().or(given).unwrap_or_default();
    let connect = options.request(callback_url, scheme)?;
    let preflight = Preflight::new(&connect, &element);
    if options.preflight {
        show_requirements(options, &element, &preflight)?;
    }
    if !preflight.unknown().is_empty() {
        let unknown = preflight.unknown().join(", ");
        say(format_args!("   Not known to the element: {unknown}"));
    }
    let missing: Vec<_> = preflight.missing().iter().map(how_to_give).collect();
    if missing.is_empty() {
        return Ok(connect);
    }
    Err(Failure::usage(format_args!(
        "nothing was created: the element needs {} (what is secret, by --config-env; \
         parameters of step 1, such as siteAddress, by --param); --preflight shows all that it takes",
        missing.join(", ")
    )))
}

fn show_requirements(
    options: &Options,
    element: &Element,
    preflight: &Preflight,
) -> Result<(), Failure> {
    let name = element.name.as_deref().unwrap_or(&options.element);
    let scheme = preflight.scheme().map(AuthenticationScheme::as_str);
    let how = scheme.unwrap_or("a method that it does not name");
    let requirements = preflight.requirements().unwrap_or_default().iter();
    let for_people = requirements.filter(|it| it.entry.internal != Some(true));
    let mut lines = vec![format!("{name} authenticates its users by {how}.")];
    lines.extend(for_people.map(line));
    let object = json!({
        "element": options.element,
        "authentication": scheme,
        "missing": preflight.missing(),
        "unknown": preflight.unknown(),
    });
    show(options, &lines, &object)
}

/// What an element says of an entry that a person may give.
fn line(requirement: &Requirement) -> String {
    let entry = &requirement.entry;
    let state = match (requirement.given, requirement.required) {
        (true, _) => "given",
        (false, true) => "MISSING",
        (false, false) => "optional",
    };
    let key = entry.key.as_deref().unwrap_or_default();
    let what_for = entry.description.as_deref().or(entry.name.as_deref());
    let what_for = what_for.unwrap_or_default();
    let is_secret = entry.kind.as_deref() == Some("PASSWORD");
    let default = entry.default_value.as_ref().filter(|_| !is_secret);
    match default.and_then(|value| value.as_str()).as_deref() {
        None | Some("") => format!("  {key:36} {state:8} {what_for}"),
        Some(default) => format!("  {key:36} {state:8} {what_for} (default: {default:.40})"),
    }
}

/// By which option.
fn how_to_give(missing: impl AsRef<str>) -> String {
    match missing.as_ref() {
        "element" => "--element".to_owned(),
        "name" => "--name".to_owned(),
        "tags" => "--tag".to_owned(),
        "oauth.callback.url" => "--callback-url".to_owned(),
        "oauth.api.key" => "CE_API_KEY in the environment".to_owned(),
        "oauth.api.secret" => "CE_API_SECRET in the environment".to_owned(),
        entry => format!("--config {entry}=VALUE"),
    }
}
