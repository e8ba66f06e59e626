use crate::answer::Answer;
use crate::consent;
use crate::platform::Platform;
use crate::request::Request;

/// What there is at the provider's paths, which are for browsers.
#[derive(Debug, PartialEq)]
pub(crate) enum Action<'a> {
    AskConsent(&'a str),
    DecideConsent(&'a str),
}

pub(crate) fn action<'a>(method: &str, path: &[&'a str]) -> Option<Action<'a>> {
    use Action::*;
    match (method, path) {
        ("GET", [key, "authorize"]) => Some(AskConsent(key)),
        ("POST", [key, "authorize"]) => Some(DecideConsent(key)),
        _ => None,
    }
}

impl Action<'_> {
    pub(crate) fn answer(self, platform: &Platform, request: &Request) -> Answer {
        match self {
            Self::AskConsent(key) => consent::ask(platform, request, key),
            Self::DecideConsent(key) => consent::decide(platform, request, key),
        }
    }
}
