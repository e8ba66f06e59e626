use std::sync::Arc;

use serde_json::{Map, Value};

use crate::answer::{Answer, Outcome, Refusal};
use crate::element::Element;
use crate::grant::{Grant, says_something};
use crate::instance::Instance;
use crate::json_body;
use crate::markup;
use crate::masking;
use crate::order;
use crate::platform::Platform;
use crate::request::Request;
use crate::which::{Which, unknown};

/// `PATCH /instances/{id}`: what is named changes, and the rest stays.
pub(crate) fn patch(platform: &Platform, request: &Request, which: Which<'_>) -> Outcome {
    let id = which.id(platform, request)?;
    let change = Change::read(json_body::object(request)?)?;
    if change
        .name
        .as_ref()
        .is_some_and(|name| name.trim().is_empty())
    {
        return Err(Refusal::bad_request("name has to be text, and not blank."));
    }
    change.apply(platform, id, |instance, configuration| {
        let element = Arc::clone(&instance.element);
        instance.configuration.merge(&element, configuration);
    })
}

/// `PUT /instances/{id}`: what is not named goes, as if the instance were created anew.
///
/// But for what only re-authorizes, which is a name and `providerData` without a configuration:
/// that leaves the rest as it is.
pub(crate) fn put(platform: &Platform, request: &Request, which: Which<'_>) -> Outcome {
    let id = which.id(platform, request)?;
    let mut change = Change::read(json_body::object(request)?)?;
    let element = match platform.state().instances.get(id) {
        Some(instance) => Arc::clone(&instance.element),
        None => return Err(unknown(id)),
    };
    let name = change.name.clone().unwrap_or_default();
    if change.configuration.is_none() && change.provider_data.is_some() {
        if name.trim().is_empty() {
            return Err(Refusal::bad_request(
                "Required entries are missing or blank: name.",
            ));
        }
        return change.apply(platform, id, |_, _| ());
    }
    let configuration = change.configuration.get_or_insert_default();
    order::check_required(&element, &name, configuration, None)?;
    change.tags.get_or_insert_default();
    change.apply(platform, id, |instance, configuration| {
        instance.configuration = order::configuration(&instance.element, configuration);
    })
}

/// What is to be different.
struct Change {
    /// The key or the id of the element that it is meant for, if it says so.
    element: Option<String>,
    name: Option<String>,
    tags: Option<Vec<String>>,
    configuration: Option<Map<String, Value>>,
    /// What shows that the user allowed it again.
    provider_data: Option<Map<String, Value>>,
}

impl Change {
    fn read(mut body: Map<String, Value>) -> Result<Self, Refusal> {
        let tags = match body.get("tags") {
            None | Some(Value::Null) => None,
            given => Some(order::tags(given)?),
        };
        Ok(Self {
            element: order::element_named(&body),
            name: order::name(body.get("name"))?.map(markup::without_tags),
            tags,
            configuration: order::object(&mut body, "configuration")?,
            // Whoever sends back what they got shows nothing with it.
            provider_data: order::object(&mut body, "providerData")?.filter(says_something),
        })
    }

    /// Everything, or nothing if the provider refuses.
    fn apply(
        self,
        platform: &Platform,
        id: u64,
        configure: impl FnOnce(&mut Instance, Map<String, Value>),
    ) -> Outcome {
        let mut state = platform.state();
        let instance = state.instances.get(id).ok_or_else(|| unknown(id))?;
        let element = Arc::clone(&instance.element);
        self.check_element(&element)?;
        if let Some(data) = &self.provider_data {
            renewed(&element, data)?.redeem(&mut state, element.id)?;
        }
        let changed = state.instances.change(id, |instance| {
            if let Some(configuration) = self.configuration {
                configure(instance, configuration);
            }
            if let Some(data) = &self.provider_data {
                instance.provider_data = Some(masking::all(data));
                instance.valid = true;
            }
            if let Some(name) = self.name {
                instance.name = name;
            }
            if let Some(tags) = self.tags {
                instance.tags = tags;
            }
            Answer::json(&instance.view_without_provider_data())
        });
        changed.ok_or_else(|| unknown(id))?
    }

    fn check_element(&self, element: &Element) -> Result<(), Refusal> {
        let named = self.element.as_ref();
        if named.is_none_or(|named| *named == element.key || *named == element.id.to_string()) {
            return Ok(());
        }
        Err(Refusal::bad_request(format!(
            "This is an instance of {:?}, and always will be.",
            element.key
        )))
    }
}

fn renewed(element: &Element, data: &Map<String, Value>) -> Result<Grant, Refusal> {
    if element.authentication.is_oauth() {
        return Grant::renewed(element, data);
    }
    Err(Refusal::bad_request(format!(
        "Element {:?} does not authenticate with OAuth, so providerData renews nothing.",
        element.key
    )))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::grant::IssuedCode;

    const PLATFORM: &str = "User u, Organization o";

    fn platform() -> Platform {
        let platform = Platform::for_test();
        let mut instance = Instance::for_test(7, &["a", "b"]);
        instance.provider_data = Some(Map::from_iter([("code".to_owned(), "********".into())]));
        let kept = Map::from_iter([("kept".to_owned(), "k".into())]);
        instance
            .configuration
            .merge(&Arc::clone(&instance.element), kept);
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
            value(patch(&platform, &request, Which::Id("7")))
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
        let changed = value(patch(&platform, &own("User u, Element token7"), Which::Own));
        assert_eq!((&changed["id"], &changed["name"]), (&json!(7), &json!("n")));
        let refused = patch(&platform, &own(PLATFORM), Which::Own).unwrap_err();
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
            let refusal = patch(&platform, &request, Which::Id(id)).unwrap_err();
            assert_eq!(refusal.status, status, "{body} {}", refusal.message);
        }
        assert_eq!(
            platform.state().instances.get(7).unwrap().name,
            "Instance 7"
        );
    }

    /// A platform with an instance of that element, and the code `c` for another.
    fn with_instance_of(key: &str, configuration: Value) -> Platform {
        let platform = Platform::for_test();
        let element = Arc::clone(platform.catalogue.find(key).unwrap());
        let mut instance = Instance::for_test(7, &["a"]);
        instance.configuration =
            order::configuration(&element, configuration.as_object().unwrap().clone());
        instance.valid = false;
        let issued = IssuedCode {
            element_id: element.id,
            with: vec![("realmId".to_owned(), "12".to_owned())],
        };
        instance.element = element;
        platform.state().codes.issue("c".to_owned(), issued);
        platform.state().instances.insert(instance);
        platform
    }

    type Handler = fn(&Platform, &Request, Which<'_>) -> Outcome;

    fn send(platform: &Platform, handler: Handler, body: &Value) -> Outcome {
        let request = request(PLATFORM, "application/json", &body.to_string());
        handler(platform, &request, Which::Id("7"))
    }

    #[test]
    fn a_fresh_code_makes_an_instance_valid_again() {
        let body = json!({"name": "Again", "providerData": {"code": "c", "realmId": 12}});
        for handler in [patch as Handler, put] {
            let kept = json!({"oauth.api.key": "k", "oauth.scope": "s"});
            let platform = with_instance_of("quickbooks", kept);
            let renewed = value(send(&platform, handler, &body));
            assert_eq!(renewed["valid"], true);
            assert_eq!(
                (&renewed["id"], &renewed["token"]),
                (&json!(7), &json!("token7"))
            );
            assert_eq!(
                (&renewed["name"], &renewed["tags"]),
                (&json!("Again"), &json!(["a"]))
            );
            assert_eq!(renewed["configuration"]["oauth.scope"], "s");
            assert!(renewed.get("providerData").is_none());
            let refusal = send(&platform, handler, &body).unwrap_err();
            assert!(refusal.provider_message.is_some(), "a code works once");
        }
    }

    #[test]
    fn what_shows_no_consent_changes_nothing() {
        for handler in [patch as Handler, put] {
            let platform = with_instance_of("quickbooks", json!({}));
            for (data, by_provider) in [
                (json!({"code": "d"}), true),
                (json!({"code": "c", "realmId": "13"}), true),
                (json!({"realmId": "12"}), false),
            ] {
                let body = json!({"name": "New", "providerData": data});
                let refusal = send(&platform, handler, &body).unwrap_err();
                assert_eq!(refusal.status, 400, "{body}");
                assert_eq!(refusal.provider_message.is_some(), by_provider, "{body}");
            }
            let state = platform.state();
            let instance = state.instances.get(7).unwrap();
            assert_eq!((&*instance.name, instance.valid), ("Instance 7", false));
        }
        let basic = with_instance_of("closeio", json!({}));
        let body = json!({"providerData": {"code": "c"}});
        assert_eq!(send(&basic, patch, &body).unwrap_err().status, 400);
        // What came masked and goes back as it came is no attempt.
        let body = json!({"name": "New", "providerData": {"code": "********"}});
        assert_eq!(value(send(&basic, patch, &body))["valid"], false);
    }

    #[test]
    fn what_replaces_leaves_nothing_of_what_was() {
        let before = json!({"username": "u", "password": "s3cret", "mine": 1});
        let platform = with_instance_of("closeio", before);
        let whole = json!({
            "element": {"key": "closeio"},
            "name": "<i>New</i>",
            "configuration": {"username": "v", "password": "********"},
        });
        let replaced = value(send(&platform, put, &whole));
        assert_eq!(
            (&replaced["name"], &replaced["tags"]),
            (&json!("New"), &json!([]))
        );
        let configuration = &replaced["configuration"];
        assert_eq!(configuration["username"], "v");
        assert_eq!(configuration["password"], "********");
        assert_eq!(configuration["pagination.max"], "100");
        assert!(configuration.get("mine").is_none());

        let changed = |pointer: &str, new: Value| {
            let mut body = whole.clone();
            *body.pointer_mut(pointer).unwrap() = new;
            body
        };
        let table = [
            (changed("/name", json!(" ")), ": name."),
            (
                changed("/configuration", json!(null)),
                ": username, password.",
            ),
            (changed("/configuration/username", json!("")), ": username."),
            (changed("/element", json!({"id": 74})), "closeio"),
            (json!({"name": "n"}), ": username, password."),
            (json!({"providerData": {"code": "c"}}), ": name."),
        ];
        for (body, part) in table {
            let refusal = send(&platform, put, &body).unwrap_err();
            assert_eq!(refusal.status, 400, "{body}");
            assert!(refusal.message.contains(part), "{}", refusal.message);
        }
        let nobody = request(PLATFORM, "application/json", "{\"name\":\"n\"}");
        assert_eq!(
            put(&platform, &nobody, Which::Id("8")).unwrap_err().status,
            404
        );
        let by_token = request(
            "User u, Element token7",
            "application/json",
            &whole.to_string(),
        );
        assert_eq!(value(put(&platform, &by_token, Which::Own))["id"], 7);
        assert_eq!(put(&platform, &nobody, Which::Own).unwrap_err().status, 401);
    }
}
