//! Plays the user's browser at the provider: follows redirects and chooses on the consent page.

use std::net::IpAddr;
use std::time::Duration;

use ce_async::reqwest::Url;
use ce_blocking::ureq;

use crate::consent_page::{Choice, choices, pick};
use crate::failure::Failure;

/// Goes to the authorization URL and on, until the provider sends the browser to the callback
/// URL; that one is returned, not fetched.
pub fn decide(authorization_url: &str, callback_url: &str, yes: bool) -> Result<String, Failure> {
    let mut at = parse(authorization_url)?;
    let mut browser = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(30)));
    if is_loopback(&at) {
        // No proxy is asked for what is on this machine.
        browser = browser.proxy(None);
    }
    let agent: ureq::Agent = browser.build().into();
    let mut page = Choice {
        target: authorization_url.to_owned(),
        ..Choice::default()
    };
    let callback = parse(callback_url)?;
    for _ in 0..10 {
        let next = join(&at, &page.target)?;
        if is_below(&next, &callback) {
            return Ok(next.into());
        }
        at = next;
        let mut answer = visit(&agent, &mut at, &page)?;
        let location = answer.headers().get("location");
        page = match location.and_then(|location| location.to_str().ok()) {
            Some(location) if answer.status().is_redirection() => Choice {
                target: location.to_owned(),
                ..Choice::default()
            },
            _ => {
                let status = answer.status();
                let html = answer.body_mut().read_to_string().unwrap_or_default();
                pick(choices(&html), yes).ok_or_else(|| no_choice(&at, status))?
            }
        };
    }
    Err(Failure::network(
        "the provider redirects without end; try --consent browser",
    ))
}

fn visit(
    agent: &ureq::Agent,
    at: &mut Url,
    choice: &Choice,
) -> Result<ureq::http::Response<ureq::Body>, Failure> {
    let fields = || {
        choice
            .fields
            .iter()
            .map(|(name, value)| (&**name, &**value))
    };
    let answer = if choice.method == "post" {
        agent.post(at.as_str()).send_form(fields())
    } else {
        if !choice.fields.is_empty() {
            at.query_pairs_mut().clear().extend_pairs(fields());
        }
        agent.get(at.as_str()).call()
    };
    answer.map_err(|error| {
        Failure::network(format_args!(
            "the provider at {} can't be reached: {error}",
            place(at)
        ))
    })
}

fn no_choice(at: &Url, status: ureq::http::StatusCode) -> Failure {
    Failure::network(format_args!(
        "the page at {} (status {status}) offers no choice that this program understands; \
         try --consent browser",
        place(at)
    ))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// A URL without its query, which may hold secrets.
fn place(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

fn parse(url: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|_| Failure::network("the provider's URL can't be understood"))
}

fn join(at: &Url, target: &str) -> Result<Url, Failure> {
    at.join(target)
        .map_err(|_| Failure::network("the provider redirects to what is not a URL"))
}

fn is_below(url: &Url, callback: &Url) -> bool {
    url.origin() == callback.origin() && url.path() == callback.path()
}
