use crate::accept;
use crate::answer::{Outcome, Refusal};
use crate::operation::Operation;
use crate::platform::Platform;
use crate::request::Request;
use crate::{consent, create_instance, elements, instances, oauth_url, patch_instance, ping};

/// What a method does at a path; with the parts of the path that vary.
#[derive(Debug, PartialEq)]
enum Action<'a> {
    AskConsent(&'a str),
    DecideConsent(&'a str),
    OAuthUrlByQuery(&'a str),
    OAuthUrlByBody(&'a str),
    ListElements,
    ListElementKeys,
    ShowElement(&'a str),
    ListInstancesOf(&'a str),
    CreateInstanceOf(&'a str),
    ListInstances,
    CreateInstance,
    PatchOwnInstance,
    DeleteOwnInstance,
    ShowInstance(&'a str),
    PatchInstance(&'a str),
    DeleteInstance(&'a str),
    Ping,
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

fn action<'a>(method: &str, path: &[&'a str]) -> Option<Action<'a>> {
    use Action::*;
    let path = match path {
        ["provider", key, "authorize"] => {
            return match method {
                "GET" => Some(AskConsent(key)),
                "POST" => Some(DecideConsent(key)),
                _ => None,
            };
        }
        ["elements", "api-v2", path @ ..] => path,
        _ => return None,
    };
    match (method, path) {
        ("GET", ["elements"]) => Some(ListElements),
        ("GET", ["elements", "keys"]) => Some(ListElementKeys),
        ("GET", ["elements", key]) => Some(ShowElement(key)),
        ("GET", ["elements", key, "oauth", "url"]) => Some(OAuthUrlByQuery(key)),
        ("POST", ["elements", key, "oauth", "url"]) => Some(OAuthUrlByBody(key)),
        ("GET", ["elements", key, "instances"]) => Some(ListInstancesOf(key)),
        ("POST", ["elements", key, "instances"]) => Some(CreateInstanceOf(key)),
        ("GET", ["instances"]) => Some(ListInstances),
        ("POST", ["instances"]) => Some(CreateInstance),
        ("PATCH", ["instances"]) => Some(PatchOwnInstance),
        ("DELETE", ["instances"]) => Some(DeleteOwnInstance),
        ("GET", ["instances", id]) => Some(ShowInstance(id)),
        ("PATCH", ["instances", id]) => Some(PatchInstance(id)),
        ("DELETE", ["instances", id]) => Some(DeleteInstance(id)),
        ("GET", ["ping"] | ["hubs", _, "ping"]) => Some(Ping),
        _ => None,
    }
}

impl Action<'_> {
    /// Which kind of API call it is, if it is one.
    fn operation(&self) -> Option<Operation> {
        use Action::*;
        Some(match self {
            AskConsent(_) | DecideConsent(_) => return None,
            OAuthUrlByQuery(_) | OAuthUrlByBody(_) => Operation::OAuthUrl,
            ListElements | ListElementKeys | ShowElement(_) => Operation::Elements,
            CreateInstanceOf(_) | CreateInstance => Operation::CreateInstance,
            ListInstancesOf(_) | ListInstances | PatchOwnInstance | DeleteOwnInstance
            | ShowInstance(_) | PatchInstance(_) | DeleteInstance(_) => Operation::Instances,
            Ping => Operation::Ping,
        })
    }
}

/// Which kind of API call a request is, if it is one for which there is something.
pub(crate) fn operation(method: &str, segments: &[String]) -> Option<Operation> {
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    action(method, &path)?.operation()
}

/// The action of a request, or why there is none: 404, or 405 if another method has one.
fn find<'a>(method: &str, path: &[&'a str]) -> Result<Action<'a>, Refusal> {
    if let Some(action) = action(method, path) {
        return Ok(action);
    }
    let allowed: Vec<&str> = METHODS
        .into_iter()
        .filter(|method| action(method, path).is_some())
        .collect();
    if allowed.is_empty() {
        Err(Refusal::not_found("The sandbox has nothing at this path."))
    } else {
        Err(Refusal::wrong_method(&allowed))
    }
}

pub(crate) async fn answer(platform: &Platform, request: &Request) -> Outcome {
    let Some(segments) = &request.segments else {
        return Err(Refusal::not_found(
            "The path is not UTF-8 once it is decoded.",
        ));
    };
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let action = find(request.method.as_str(), &path)?;
    if action.operation().is_some() {
        accept::json(&request.headers)?;
    }
    match action {
        Action::AskConsent(key) => Ok(consent::ask(platform, request, key)),
        Action::DecideConsent(key) => Ok(consent::decide(platform, request, key)),
        Action::OAuthUrlByQuery(key) => oauth_url::by_query(platform, request, key),
        Action::OAuthUrlByBody(key) => oauth_url::by_body(platform, request, key),
        Action::ListElements => elements::list(platform, request),
        Action::ListElementKeys => elements::keys(platform, request),
        Action::ShowElement(key) => elements::show(platform, request, key),
        Action::ListInstancesOf(key) => instances::list_of(platform, request, key),
        Action::CreateInstanceOf(key) => {
            create_instance::create(platform, request, Some(key)).await
        }
        Action::ListInstances => instances::list(platform, request),
        Action::CreateInstance => create_instance::create(platform, request, None).await,
        Action::PatchOwnInstance => patch_instance::patch_own(platform, request),
        Action::DeleteOwnInstance => instances::delete_own(platform, request),
        Action::ShowInstance(id) => instances::show(platform, request, id),
        Action::PatchInstance(id) => patch_instance::patch(platform, request, id),
        Action::DeleteInstance(id) => instances::delete(platform, request, id),
        Action::Ping => ping::ping(platform, request),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_and_paths_lead_somewhere() {
        let table = [
            ("GET", "provider/x/authorize", Action::AskConsent("x")),
            ("POST", "provider/x/authorize", Action::DecideConsent("x")),
            ("GET", "elements/api-v2/elements", Action::ListElements),
            (
                "GET",
                "elements/api-v2/elements/keys",
                Action::ListElementKeys,
            ),
            (
                "GET",
                "elements/api-v2/elements/x",
                Action::ShowElement("x"),
            ),
            (
                "GET",
                "elements/api-v2/elements/x/oauth/url",
                Action::OAuthUrlByQuery("x"),
            ),
            (
                "POST",
                "elements/api-v2/elements/x/oauth/url",
                Action::OAuthUrlByBody("x"),
            ),
            (
                "GET",
                "elements/api-v2/elements/x/instances",
                Action::ListInstancesOf("x"),
            ),
            (
                "POST",
                "elements/api-v2/elements/x/instances",
                Action::CreateInstanceOf("x"),
            ),
            ("GET", "elements/api-v2/instances", Action::ListInstances),
            ("POST", "elements/api-v2/instances", Action::CreateInstance),
            (
                "DELETE",
                "elements/api-v2/instances",
                Action::DeleteOwnInstance,
            ),
            (
                "PATCH",
                "elements/api-v2/instances",
                Action::PatchOwnInstance,
            ),
            (
                "PATCH",
                "elements/api-v2/instances/7",
                Action::PatchInstance("7"),
            ),
            (
                "GET",
                "elements/api-v2/instances/7",
                Action::ShowInstance("7"),
            ),
            (
                "DELETE",
                "elements/api-v2/instances/7",
                Action::DeleteInstance("7"),
            ),
            ("GET", "elements/api-v2/ping", Action::Ping),
            ("GET", "elements/api-v2/hubs/social/ping", Action::Ping),
        ];
        for (method, path, expected) in table {
            let path: Vec<&str> = path.split('/').collect();
            assert_eq!(find(method, &path).unwrap(), expected);
        }
    }

    #[test]
    fn nothing_is_there_or_only_for_another_method() {
        let table = [
            ("GET", "elements/api-v2", None),
            ("GET", "elements/api-v2/nothing", None),
            ("GET", "instances", None),
            ("GET", "elements/api-v2/instances/7/more", None),
            ("GET", "provider/x", None),
            (
                "HEAD",
                "elements/api-v2/instances",
                Some("GET, POST, PATCH, DELETE"),
            ),
            ("PUT", "elements/api-v2/elements/keys", Some("GET")),
            ("POST", "elements/api-v2/ping", Some("GET")),
            ("OPTIONS", "provider/x/authorize", Some("GET, POST")),
            ("get", "elements/api-v2/ping", Some("GET")),
        ];
        for (method, path, allowed) in table {
            let path: Vec<&str> = path.split('/').collect();
            let answer = find(method, &path).unwrap_err().into_answer("id");
            let allow = answer
                .headers
                .get("allow")
                .map(|value| value.to_str().unwrap());
            assert_eq!(allow, allowed, "{method} {path:?}");
            assert_eq!(answer.status, if allowed.is_some() { 405 } else { 404 });
        }
    }
}
