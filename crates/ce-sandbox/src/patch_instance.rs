use serde_json::{Map, Value};

use crate::answer::{Answer, Outcome, Refusal};
use crate::authorization::Credentials;
use crate::catalogue::number;
use crate::instances::unknown;
use crate::json_body;
use crate::markup;
use crate::masking;
use crate::order;
use crate::platform::Platform;
use crate::request::Request;

/// `PATCH /instances/{id}`.
pub(crate) fn patch(platform: &Platform, request: &Request, id: &str) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    let change = Change::read(request)?;
    change.apply(platform, number(id).ok_or_else(|| unknown(id))?)
}

/// `PATCH /instances`: the one that the element token belongs to.
pub(crate) fn patch_own(platform: &Platform, request: &Request) -> Outcome {
    let id = Credentials::read(&request.headers)?.allow_element_call(platform)?;
    Change::read(request)?.apply(platform, id)
}

/// What is to be different. What is not named stays.
struct Change {
    name: Option<String>,
    tags: Option<Vec<String>>,
    configuration: Map<String, Value>,
}

impl Change {
    fn read(request: &Request) -> Result<Self, Refusal> {
        let mut body = json_body::object(request)?;
        let name = match body.get("name") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) if !name.trim().is_empty() => {
                Some(markup::without_tags(name))
            }
            Some(_) => return Err(Refusal::bad_request("name has to be text, and not blank.")),
        };
        let tags = match body.get("tags") {
            None | Some(Value::Null) => None,
            given => Some(order::tags(given)?),
        };
        let configuration = order::object(&mut body, "configuration")?.unwrap_or_default();
        Ok(Self {
            name,
            tags,
            configuration,
        })
    }

    fn apply(mut self, platform: &Platform, id: u64) -> Outcome {
        let mut state = platform.state();
        let instance = state.instances.get_mut(id).ok_or_else(|| unknown(id))?;
        masking::secrets(&instance.element, &mut self.configuration);
        instance.configuration.extend(self.configuration);
        if let Some(name) = self.name {
            instance.name = name;
        }
        if let Some(tags) = self.tags {
            instance.tags = tags;
        }
        Answer::json(&instance.view_without_provider_data())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::instance::Instance;

    const PLATFORM: &str = "User u, Organization o";

    fn platform() -> Platform {
        let platform = Platform::for_test();
        let mut instance = Instance::for_test(7, &["a", "b"]);
        instance.provider_data = Some(Map::from_iter([("code".to_owned(), "********".into())]));
        instance.configuration = Map::from_iter([("kept".to_owned(), "k".into())]);
        platform.state().instances.insert(instance);
        platform
    }

    fn request(authorization: &str, content_type: &str, body: &str) -> Request {
        let headers = [
            ("authorization", authorization),
            ("content-type", content_type),
        ];
        Request::for_test("PATCH", "/", &headers, body)
    }

    fn value(outcome: Outcome) -> Value {
        serde_json::from_slice(&outcome.unwrap().body).unwrap()
    }

    #[test]
    fn what_is_named_changes_and_the_rest_stays() {
        let platform = platform();
        let change = |body: Value| {
            let request = request(PLATFORM, "application/json", &body.to_string());
            value(patch(&platform, &request, "7"))
        };
        let untouched =
            change(json!({"name": null, "tags": null, "configuration": null, "x": [1]}));
        assert_eq!(untouched["name"], "Instance 7");
        assert_eq!(untouched["tags"], json!(["a", "b"]));
        assert_eq!(untouched["configuration"], json!({"kept": "k"}));
        assert!(untouched.get("providerData").is_none());
        assert_eq!(untouched["token"], "token7");

        assert_eq!(change(json!({"name": "<b>New</b>"}))["name"], "New");
        let tags = change(json!({"tags": ["<i>c</i>", "<br>"]}));
        assert_eq!(
            (&tags["tags"], &tags["name"]),
            (&json!(["c"]), &json!("New"))
        );
        let configuration = change(json!({"configuration": {
            "oauth.api.secret": "s3cret", "kept": "other", "more": null,
        }}));
        assert_eq!(
            configuration["configuration"],
            json!({"oauth.api.secret": "********", "kept": "other", "more": null})
        );
        assert_eq!(change(json!({"tags": []}))["tags"], json!([]));
        // It was not only said.
        let state = platform.state();
        let instance = state.instances.get(7).unwrap();
        assert_eq!((instance.name.as_str(), instance.tags.len()), ("New", 0));
        assert!(instance.provider_data.is_some());
    }

    #[test]
    fn an_element_token_selects_its_instance() {
        let platform = platform();
        let own = |authorization| request(authorization, "application/json", "{\"name\":\"n\"}");
        let changed = value(patch_own(&platform, &own("User u, Element token7")));
        assert_eq!((&changed["id"], &changed["name"]), (&json!(7), &json!("n")));
        let refused = patch_own(&platform, &own(PLATFORM)).unwrap_err();
        assert_eq!(refused.status, 401);
    }

    #[test]
    fn what_cannot_be_done_is_refused_and_changes_nothing() {
        let platform = platform();
        let json = "application/json";
        let table = [
            (PLATFORM, json, "{\"name\":\"n\"}", "8", 404),
            (PLATFORM, json, "{\"name\":\"n\"}", "x", 404),
            (PLATFORM, "text/plain", "{\"name\":\"n\"}", "7", 415),
            (PLATFORM, json, "[]", "7", 400),
            (PLATFORM, json, "{", "7", 400),
            (PLATFORM, json, "{\"name\":1}", "7", 400),
            (PLATFORM, json, "{\"name\":\" \"}", "7", 400),
            (PLATFORM, json, "{\"name\":\"n\",\"tags\":\"a\"}", "7", 400),
            (PLATFORM, json, "{\"name\":\"n\",\"tags\":[1]}", "7", 400),
            (
                PLATFORM,
                json,
                "{\"name\":\"n\",\"configuration\":[]}",
                "7",
                400,
            ),
            ("User u", json, "{\"name\":\"n\"}", "7", 401),
        ];
        for (authorization, content_type, body, id, status) in table {
            let request = request(authorization, content_type, body);
            let refusal = patch(&platform, &request, id).unwrap_err();
            assert_eq!(refusal.status, status, "{body} {}", refusal.message);
        }
        assert_eq!(
            platform.state().instances.get(7).unwrap().name,
            "Instance 7"
        );
    }
}
