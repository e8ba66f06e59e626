use crate::answer::Outcome;
use crate::operation::Operation;
use crate::platform::Platform;
use crate::request::Request;
use crate::{create_instance, elements, instances, metadata, oauth_token, oauth_url};

/// What there is below `/elements`.
#[derive(Debug, PartialEq)]
pub(crate) enum Action<'a> {
    List,
    ListKeys,
    Show(&'a str),
    ShowMetadata(&'a str),
    OAuthToken(&'a str),
    OAuthUrlByQuery(&'a str),
    OAuthUrlByBody(&'a str),
    ListInstances(&'a str),
    CreateInstance(&'a str),
}

pub(crate) fn action<'a>(method: &str, path: &[&'a str]) -> Option<Action<'a>> {
    use Action::*;
    match (method, path) {
        ("GET", []) => Some(List),
        ("GET", ["keys"]) => Some(ListKeys),
        ("GET", [key]) => Some(Show(key)),
        ("GET", [key, "metadata"]) => Some(ShowMetadata(key)),
        ("GET", [key, "oauth", "token"]) => Some(OAuthToken(key)),
        ("GET", [key, "oauth", "url"]) => Some(OAuthUrlByQuery(key)),
        ("POST", [key, "oauth", "url"]) => Some(OAuthUrlByBody(key)),
        ("GET", [key, "instances"]) => Some(ListInstances(key)),
        ("POST", [key, "instances"]) => Some(CreateInstance(key)),
        _ => None,
    }
}

impl Action<'_> {
    pub(crate) fn operation(&self) -> Operation {
        use Action::*;
        match self {
            List | ListKeys | Show(_) | ShowMetadata(_) => Operation::Elements,
            OAuthToken(_) => Operation::OAuthToken,
            OAuthUrlByQuery(_) | OAuthUrlByBody(_) => Operation::OAuthUrl,
            ListInstances(_) => Operation::Instances,
            CreateInstance(_) => Operation::CreateInstance,
        }
    }

    pub(crate) async fn answer(self, platform: &Platform, request: &Request) -> Outcome {
        use Action::*;
        match self {
            List => elements::list(platform, request),
            ListKeys => elements::keys(platform, request),
            Show(key) => elements::show(platform, request, key),
            ShowMetadata(key) => metadata::show(platform, request, key),
            OAuthToken(key) => oauth_token::get(platform, request, key),
            OAuthUrlByQuery(key) => oauth_url::by_query(platform, request, key),
            OAuthUrlByBody(key) => oauth_url::by_body(platform, request, key),
            ListInstances(key) => instances::list_of(platform, request, key),
            CreateInstance(key) => create_instance::create(platform, request, Some(key)).await,
        }
    }
}
