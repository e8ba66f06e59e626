//! Plays the user of a sandbox.

use std::time::Duration;

use ce_blocking::ureq;

use crate::failure::Failure;
use crate::story::escaped;

/// Does what the buttons Allow and Deny of the sandbox's consent page do. Returns where the browser
/// is sent then: the callback URL, with its parameters.
pub fn decide(
    authorization_url: &str,
    callback_url: &str,
    choice: &str,
) -> Result<String, Failure> {
    let browser = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // A proxy would not reach a sandbox on this machine.
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(30)));
    let browser: ureq::Agent = browser.build().into();
    let page = authorization_url.split(['?', '#']).next();
    let page = escaped(page.unwrap_or_default());
    let form = [("decision", choice)];
    let response = browser.post(authorization_url).send_form(form);
    let response = response.map_err(|error| {
        let sentence = format!("the provider at {page} can't be reached: {error}");
        Failure::new(6, sentence)
    })?;
    let status = response.status().as_u16();
    let location = response.headers().get("location");
    let location = location.and_then(|location| location.to_str().ok());
    // A callback URL may lack the scheme, which the provider adds.
    let callback_url = callback_url.split('?').next().unwrap_or_default();
    let is_callback = |url: &&str| {
        let without_scheme = url.split_once("://").map_or(*url, |(_, rest)| rest);
        url.starts_with(callback_url) || without_scheme.starts_with(callback_url)
    };
    let callback = location.filter(is_callback).map(str::to_owned);
    callback.ok_or_else(|| {
        let sentence = format!(
            "{page} (status {status}) does not send the browser to the callback URL, as a \
             sandbox's consent page does; use --consent browser with a real provider"
        );
        Failure::new(6, sentence)
    })
}
