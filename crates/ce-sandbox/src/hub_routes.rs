use crate::answer::Outcome;
use crate::operation::Operation;
use crate::platform::Platform;
use crate::request::Request;
use crate::{ping, resources};

/// What there is through an instance: below `/hubs/{hub}`, whatever hub that is, and without it.
#[derive(Debug, PartialEq)]
pub(crate) enum Action<'a> {
    Ping,
    List(&'a str),
    Create(&'a str),
    Show(&'a str, &'a str),
    Put(&'a str, &'a str),
    Patch(&'a str, &'a str),
    Delete(&'a str, &'a str),
}

/// Paths of the platform's own, which no resource can be at.
const RESERVED: [&str; 4] = ["elements", "hubs", "instances", "ping"];

pub(crate) fn is_reserved(resource: &str) -> bool {
    RESERVED.contains(&resource)
}

pub(crate) fn action<'a>(method: &str, path: &[&'a str]) -> Option<Action<'a>> {
    use Action::*;
    let path = match path {
        ["hubs", _, path @ ..] => path,
        path => path,
    };
    match (method, path) {
        ("GET", ["ping"]) => Some(Ping),
        (_, [resource, ..]) if is_reserved(resource) => None,
        ("GET", [resource]) => Some(List(resource)),
        ("POST", [resource]) => Some(Create(resource)),
        ("GET", [resource, id]) => Some(Show(resource, id)),
        ("PUT", [resource, id]) => Some(Put(resource, id)),
        ("PATCH", [resource, id]) => Some(Patch(resource, id)),
        ("DELETE", [resource, id]) => Some(Delete(resource, id)),
        _ => None,
    }
}

impl Action<'_> {
    pub(crate) fn operation(&self) -> Operation {
        match self {
            Self::Ping => Operation::Ping,
            _ => Operation::Resources,
        }
    }

    pub(crate) fn answer(self, platform: &Platform, request: &Request) -> Outcome {
        use Action::*;
        match self {
            Ping => ping::ping(platform, request),
            List(resource) => resources::list(platform, request, resource),
            Create(resource) => resources::create(platform, request, resource),
            Show(resource, id) => resources::show(platform, request, resource, id),
            Put(resource, id) => resources::put(platform, request, resource, id),
            Patch(resource, id) => resources::patch(platform, request, resource, id),
            Delete(resource, id) => resources::delete(platform, request, resource, id),
        }
    }
}
