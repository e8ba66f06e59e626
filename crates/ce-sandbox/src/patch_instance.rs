use std::sync::Arc;

use crate::answer::{Outcome, Refusal};
use crate::change::Change;
use crate::json_body;
use crate::platform::Platform;
use crate::request::Request;
use crate::which::Which;

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

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::change::tests::{PLATFORM, request, value};
    use crate::instance::Instance;

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
}
