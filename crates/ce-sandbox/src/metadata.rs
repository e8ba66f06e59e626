use serde::Serialize;

use crate::answer::{Answer, Outcome};
use crate::authorization::Credentials;
use crate::element::{Authentication, Element};
use crate::platform::Platform;
use crate::request::Request;

/// `GET /elements/{keyOrId}/metadata`: what an element can do.
///
/// What the platform answers here is not published; this is the sandbox's own.
pub(crate) fn show(platform: &Platform, request: &Request, key_or_id: &str) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    Answer::json(&Metadata::of(platform.catalogue.find(key_or_id)?))
}

#[derive(Serialize)]
struct Metadata<'a> {
    id: u64,
    key: &'a str,
    name: &'a str,
    hub: &'a str,
    authentication: Kind,
    events: Events,
    bulk: Bulk,
    resources: Vec<Resource<'a>>,
}

#[derive(Serialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: Authentication,
}

#[derive(Serialize)]
struct Events {
    supported: bool,
}

#[derive(Serialize)]
struct Bulk {
    upload: bool,
    download: bool,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: &'a str,
    path: String,
    methods: [&'static str; 5],
}

impl<'a> Metadata<'a> {
    fn of(element: &'a Element) -> Self {
        let resources = element.resources.iter().map(|resource| Resource {
            name: &resource.name,
            path: format!("/hubs/{}/{}", element.hub, resource.name),
            methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
        });
        Self {
            id: element.id,
            key: &element.key,
            name: &element.name,
            hub: &element.hub,
            authentication: Kind {
                kind: element.authentication,
            },
            events: Events {
                supported: element.entry("event.notification.enabled").is_some(),
            },
            bulk: Bulk {
                upload: false,
                download: false,
            },
            resources: resources.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_element_says_what_it_can_do() {
        let platform = Platform::for_test();
        let headers = [("authorization", "User u, Organization o")];
        let authorized = Request::for_test("GET", "/", &headers, "");
        let answer = show(&platform, &authorized, "74").unwrap();
        let metadata: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(metadata["key"], "instagram");
        assert_eq!(metadata["authentication"]["type"], "oauth2");
        assert_eq!(metadata["events"]["supported"], true);
        assert_eq!(metadata["resources"][0]["path"], "/hubs/social/media");
        assert_eq!(show(&platform, &authorized, "x").unwrap_err().status, 404);
        let nobody = Request::for_test("GET", "/", &[], "");
        assert_eq!(show(&platform, &nobody, "74").unwrap_err().status, 401);
    }
}
