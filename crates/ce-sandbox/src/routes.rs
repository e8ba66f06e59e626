use crate::accept;
use crate::answer::{Outcome, Refusal};
use crate::operation::Operation;
use crate::platform::Platform;
use crate::request::Request;
use crate::{element_routes, hub_routes, instance_routes, provider_routes};

/// What a method does at a path, by area; with the parts of the path that vary.
#[derive(Debug, PartialEq)]
enum Action<'a> {
    Provider(provider_routes::Action<'a>),
    Elements(element_routes::Action<'a>),
    Instances(instance_routes::Action<'a>),
    Hub(hub_routes::Action<'a>),
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

fn action<'a>(method: &str, path: &[&'a str]) -> Option<Action<'a>> {
    match path {
        ["provider", path @ ..] => provider_routes::action(method, path).map(Action::Provider),
        ["elements", "api-v2", path @ ..] => match path {
            ["elements", path @ ..] => element_routes::action(method, path).map(Action::Elements),
            ["instances", path @ ..] => {
                instance_routes::action(method, path).map(Action::Instances)
            }
            path => hub_routes::action(method, path).map(Action::Hub),
        },
        _ => None,
    }
}

impl Action<'_> {
    /// Which kind of API call it is, if it is one.
    fn operation(&self) -> Option<Operation> {
        match self {
            Self::Provider(_) => None,
            Self::Elements(action) => Some(action.operation()),
            Self::Instances(action) => Some(action.operation()),
            Self::Hub(action) => Some(action.operation()),
        }
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
        Action::Provider(action) => Ok(action.answer(platform, request)),
        Action::Elements(action) => action.answer(platform, request).await,
        Action::Instances(action) => action.answer(platform, request).await,
        Action::Hub(action) => action.answer(platform, request),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::which::Which::{Id, Own};

    #[test]
    fn methods_and_paths_lead_somewhere() {
        use crate::element_routes::Action as E;
        use crate::hub_routes::Action as H;
        use crate::instance_routes::Action as I;
        use crate::provider_routes::Action as P;
        use Action::{Elements, Hub, Instances, Provider};
        let table = [
            ("GET elements", Elements(E::List)),
            ("GET elements/keys", Elements(E::ListKeys)),
            ("GET elements/x", Elements(E::Show("x"))),
            ("GET elements/x/metadata", Elements(E::ShowMetadata("x"))),
            ("GET elements/x/oauth/token", Elements(E::OAuthToken("x"))),
            (
                "GET elements/x/oauth/url",
                Elements(E::OAuthUrlByQuery("x")),
            ),
            (
                "POST elements/x/oauth/url",
                Elements(E::OAuthUrlByBody("x")),
            ),
            ("GET elements/x/instances", Elements(E::ListInstances("x"))),
            (
                "POST elements/x/instances",
                Elements(E::CreateInstance("x")),
            ),
            ("GET instances", Instances(I::List)),
            ("POST instances", Instances(I::Create)),
            ("PATCH instances", Instances(I::Patch(Own))),
            ("PUT instances", Instances(I::Put(Own))),
            ("DELETE instances", Instances(I::Delete(Own))),
            ("GET instances/7", Instances(I::Show(Id("7")))),
            ("PATCH instances/7", Instances(I::Patch(Id("7")))),
            ("PUT instances/7", Instances(I::Put(Id("7")))),
            ("DELETE instances/7", Instances(I::Delete(Id("7")))),
            ("PUT instances/enabled", Instances(I::Enable(Own))),
            ("DELETE instances/enabled", Instances(I::Disable(Own))),
            ("PUT instances/7/enabled", Instances(I::Enable(Id("7")))),
            ("DELETE instances/7/enabled", Instances(I::Disable(Id("7")))),
            (
                "GET instances/configuration",
                Instances(I::ListConfiguration(Own)),
            ),
            (
                "GET instances/configuration/8",
                Instances(I::ShowConfiguration(Own, "8")),
            ),
            (
                "PATCH instances/configuration/8",
                Instances(I::PatchConfiguration(Own, "8")),
            ),
            (
                "GET instances/7/configuration",
                Instances(I::ListConfiguration(Id("7"))),
            ),
            (
                "GET instances/7/configuration/8",
                Instances(I::ShowConfiguration(Id("7"), "8")),
            ),
            (
                "PATCH instances/7/configuration/8",
                Instances(I::PatchConfiguration(Id("7"), "8")),
            ),
            ("GET ping", Hub(H::Ping)),
            ("GET hubs/social/ping", Hub(H::Ping)),
            ("GET media", Hub(H::List("media"))),
            ("GET hubs/social/media", Hub(H::List("media"))),
            ("POST hubs/crm/media", Hub(H::Create("media"))),
            ("GET media/7", Hub(H::Show("media", "7"))),
            ("PUT hubs/social/media/7", Hub(H::Put("media", "7"))),
            ("PATCH media/7", Hub(H::Patch("media", "7"))),
            ("DELETE media/7", Hub(H::Delete("media", "7"))),
        ];
        for (call, expected) in table {
            let (method, path) = call.split_once(' ').unwrap();
            let path: Vec<&str> = ["elements", "api-v2"]
                .into_iter()
                .chain(path.split('/'))
                .collect();
            assert_eq!(find(method, &path).unwrap(), expected, "{call}");
        }
        for (method, expected) in [
            ("GET", Provider(P::AskConsent("x"))),
            ("POST", Provider(P::DecideConsent("x"))),
        ] {
            assert_eq!(
                find(method, &["provider", "x", "authorize"]).unwrap(),
                expected
            );
        }
    }

    #[test]
    fn nothing_is_there_or_only_for_another_method() {
        let table = [
            ("GET", "elements/api-v2", None),
            ("GET", "elements/api-v2/hubs", None),
            ("GET", "elements/api-v2/hubs/social", None),
            ("GET", "elements/api-v2/hubs/social/media/7/more", None),
            ("GET", "elements/api-v2/hubs/social/hubs/crm/media", None),
            ("GET", "elements/api-v2/ping/7", None),
            ("GET", "instances", None),
            ("GET", "elements/api-v2/instances/7/more", None),
            (
                "GET",
                "elements/api-v2/instances/7/configuration/8/more",
                None,
            ),
            ("GET", "provider/x", None),
            (
                "HEAD",
                "elements/api-v2/instances",
                Some("GET, POST, PUT, PATCH, DELETE"),
            ),
            (
                "GET",
                "elements/api-v2/instances/enabled",
                Some("PUT, DELETE"),
            ),
            (
                "POST",
                "elements/api-v2/instances/7/configuration",
                Some("GET"),
            ),
            ("PUT", "elements/api-v2/elements/keys", Some("GET")),
            (
                "POST",
                "elements/api-v2/elements/x/oauth/token",
                Some("GET"),
            ),
            ("POST", "elements/api-v2/ping", Some("GET")),
            ("PUT", "elements/api-v2/media", Some("GET, POST")),
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
