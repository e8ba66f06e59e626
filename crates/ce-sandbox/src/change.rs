use std::sync::Arc;

use serde_json::{Map, Value};

use crate::answer::{Answer, Outcome, Refusal};
use crate::element::Element;
use crate::grant::{Grant, says_something};
use crate::instance::Instance;
use crate::markup;
use crate::masking;
use crate::order;
use crate::platform::Platform;
use crate::which::unknown;

/// What is to be different about an instance.
pub(crate) struct Change {
    /// The key or the id of the element that it is meant for, if it says so.
    element: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) configuration: Option<Map<String, Value>>,
    /// What shows that the user allowed it again.
    pub(crate) provider_data: Option<Map<String, Value>>,
}

impl Change {
    pub(crate) fn read(mut body: Map<String, Value>) -> Result<Self, Refusal> {
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
    pub(crate) fn apply(
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
pub(crate) mod tests {
    use serde_json::json;

    use super::*;
    use crate::grant::IssuedCode;
    use crate::patch_instance::patch;
    use crate::put_instance::put;
    use crate::request::Request;
    use crate::which::Which;

    pub(crate) const PLATFORM: &str = "User u, Organization o";

    pub(crate) fn request(authorization: &str, content_type: &str, body: &str) -> Request {
        let headers = [
            ("authorization", authorization),
            ("content-type", content_type),
        ];
        Request::for_test("PATCH", "/", &headers, body)
    }

    pub(crate) fn value(outcome: Outcome) -> Value {
        serde_json::from_slice(&outcome.unwrap().body).unwrap()
    }

    /// A platform with an instance of that element, and the code `c` for another.
    pub(crate) fn with_instance_of(key: &str, configuration: Value) -> Platform {
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

    pub(crate) type Handler = fn(&Platform, &Request, Which<'_>) -> Outcome;

    pub(crate) fn send(platform: &Platform, handler: Handler, body: &Value) -> Outcome {
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
}
