use std::sync::Arc;

use crate::answer::{Answer, Outcome, Refusal};
use crate::authorization::Credentials;
use crate::element::Element;
use crate::json_body;
use crate::order::{self, Order};
use crate::platform::Platform;
use crate::request::Request;
use http::StatusCode;
use serde_json::Value;

/// Step 2. The element stands in the path (`named`) or in the body.
pub(crate) async fn create(platform: &Platform, request: &Request, named: Option<&str>) -> Outcome {
    Credentials::read(&request.headers)?.allow_platform_call(platform)?;
    let body = json_body::object(request)?;
    let element = match named {
        Some(key_or_id) => platform.catalogue.find(key_or_id)?,
        None => {
            let named = order::element_named(&body).ok_or_else(|| {
                Refusal::bad_request(
                    "The body has to name an element, by element.key or element.id.",
                )
            })?;
            // A number is taken for a key in paths alone.
            match body.get("element").and_then(|element| element.get("key")) {
                Some(Value::String(key)) if key.trim() == named => {
                    platform.catalogue.find_key(&named)?
                }
                _ => platform.catalogue.find(&named)?,
            }
        }
    };
    let order = Order::read(element, body)?;
    let (id, token) = accept(platform, element, &order)?;
    let duration = platform.provisioning.saturating_add(request.slowness);
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
    let instance = order.fulfil(id, token, Arc::clone(element), platform.now());
    let answer = Answer::json(&instance.view());
    platform.state().instances.insert(instance);
    answer
}

/// The last check, and with it the point of no return: uses up what shows the consent, and gives out the id and
/// the token of the instance to be.
fn accept(platform: &Platform, element: &Element, order: &Order) -> Result<(u64, String), Refusal> {
    let mut state = platform.state();
    if !state.instances.has_room() {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "The sandbox holds as many instances as it may; delete some first.",
        ));
    }
    if let Some(grant) = &order.grant {
        grant.redeem(&mut state, element.id)?;
    }
    Ok((state.instances.reserve(), state.chance.token()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::grant::IssuedCode;

    const AUTHORIZED: [(&str, &str); 2] = [
        ("authorization", "User u, Organization o"),
        ("content-type", "application/json"),
    ];

    /// Runs a creation that has nothing to wait for.
    fn run(platform: &Platform, named: Option<&str>, body: &Value) -> Result<Value, Refusal> {
        let request = Request::for_test("POST", "/", &AUTHORIZED, &body.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let answer = runtime
            .unwrap()
            .block_on(create(platform, &request, named))?;
        assert_eq!(answer.status, 200);
        Ok(serde_json::from_slice(&answer.body).unwrap())
    }

    fn order(code: &str) -> Value {
        json!({
            "element": {"key": "instagram"},
            "providerData": {"code": code},
            "configuration": {
                "oauth.api.key": "k",
                "oauth.api.secret": "s3cret",
                "oauth.callback.url": "http://h/cb",
            },
            "tags": ["<b>bold</b>", "<INSERT_TAGS>"],
            "name": "<INSERT_INSTANCE_NAME>",
        })
    }

    fn changed(mut body: Value, pointer: &str, value: Value) -> Value {
        *body.pointer_mut(pointer).unwrap() = value;
        body
    }

    fn platform() -> Platform {
        let platform = Platform::for_test();
        for (code, element_id) in [("c1", 74), ("c2", 74), ("other", 5173)] {
            let issued = IssuedCode {
                element_id,
                with: Vec::new(),
            };
            platform.state().codes.issue(code.to_owned(), issued);
        }
        platform
    }

    #[test]
    fn a_good_order_is_fulfilled_and_its_secrets_masked() {
        let platform = platform();
        let instance = run(&platform, None, &order("c1")).unwrap();
        assert_eq!(instance["name"], "");
        assert_eq!(instance["tags"], json!(["bold"]));
        assert_eq!(instance["element"]["key"], "instagram");
        assert_eq!(instance["elementId"], 74);
        assert_eq!(instance["createdDate"], "1970-01-01T00:00:00Z");
        assert_eq!(instance["providerData"], json!({"code": "********"}));
        assert_eq!(instance["externalAuthentication"], "none");
        assert_eq!(instance["eventsEnabled"], false);
        let configuration = &instance["configuration"];
        assert_eq!(configuration["oauth.api.key"], "k");
        assert_eq!(configuration["oauth.api.secret"], "********");
        assert_eq!(configuration["oauth.user.token"], "********");
        assert_eq!(configuration["oauth.user.refresh_token"], Value::Null);
        assert_eq!(configuration["base.url"], "https://api.instagram.com/v1");
        assert!(!instance.to_string().contains("s3cret"));
        let token = instance["token"].as_str().unwrap();
        assert!(platform.state().instances.of_token(token).is_some());
    }

    #[test]
    fn everything_missing_is_named_at_once() {
        let empty = json!({"element": {"key": "instagram"}});
        let message = run(&platform(), None, &empty).unwrap_err().message;
        for name in [
            "name",
            "oauth.api.key",
            "oauth.api.secret",
            "oauth.callback.url",
        ] {
            assert!(message.contains(name), "{name}: {message}");
        }
        for blank in [json!(null), json!("  ")] {
            let body = changed(order("c1"), "/configuration/oauth.api.secret", blank);
            let message = run(&platform(), None, &body).unwrap_err().message;
            assert!(message.ends_with(": oauth.api.secret."), "{message}");
        }
        let body = changed(
            order("c1"),
            "/configuration/oauth.api.secret",
            json!({"any": 1}),
        );
        assert!(run(&platform(), None, &body).is_ok());
    }

    #[test]
    fn wrong_orders_are_refused() {
        let table = [
            ("/element/key", json!("nothing"), 404, "nothing"),
            ("/element/key", json!("74"), 404, "74"),
            ("/element/key", json!(""), 400, "element.key"),
            ("/element", json!("instagram"), 400, "element.key"),
            ("/configuration", json!([]), 400, "configuration"),
            ("/providerData", json!("c1"), 400, "providerData"),
            ("/providerData", json!(null), 400, "lacks: code."),
            ("/providerData/code", json!(" "), 400, "lacks: code."),
            ("/tags", json!("tag"), 400, "tags"),
            ("/tags", json!([1]), 400, "tags"),
            ("/name", json!(7), 400, "name"),
        ];
        for (pointer, value, status, part) in table {
            let platform = platform();
            let body = changed(order("c1"), pointer, value);
            let refusal = run(&platform, None, &body).unwrap_err();
            assert_eq!(refusal.status, status, "{body}");
            assert!(refusal.message.contains(part), "{}", refusal.message);
            assert!(
                platform.state().codes.redeem("c1", |_| true),
                "the code is not used up"
            );
        }
    }

    #[test]
    fn a_code_works_once_and_for_its_element() {
        let platform = platform();
        assert!(run(&platform, None, &order("c1")).is_ok());
        for code in ["c1", "other", "c2#_", "unknown"] {
            let refusal = run(&platform, None, &order(code)).unwrap_err();
            assert_eq!(
                (refusal.status.as_u16(), &*refusal.message),
                (400, "Request failed")
            );
            assert!(refusal.provider_message.unwrap().contains("code"));
        }
    }

    #[test]
    fn an_element_is_named_in_several_ways() {
        let by_id = changed(order("c2"), "/element", json!({"id": 74}));
        assert!(run(&platform(), None, &by_id).is_ok());
        let unnamed = changed(order("c1"), "/element", json!(null));
        assert!(run(&platform(), Some("instagram"), &unnamed).is_ok());
        assert!(run(&platform(), Some("74"), &unnamed).is_ok());
        assert_eq!(
            run(&platform(), Some("0"), &unnamed).unwrap_err().status,
            404
        );
    }

    #[test]
    fn without_oauth_there_is_no_code() {
        let body = json!({
            "element": {"key": "closeio"},
            "configuration": {
                "username": "u",
                "password": "s3cret",
                "event.notification.enabled": "true",
            },
            "name": "CRM",
        });
        let instance = run(&platform(), None, &body).unwrap();
        assert_eq!(instance["configuration"]["password"], "********");
        assert_eq!(instance["eventsEnabled"], true);
        assert!(instance.get("providerData").is_none());
        assert!(instance["configuration"].get("oauth.user.token").is_none());
    }

    #[test]
    fn a_refresh_token_from_elsewhere_replaces_the_code() {
        let mut body = changed(order("c1"), "/providerData", json!(null));
        body["externalAuthentication"] = json!("initial");
        let message = run(&platform(), None, &body).unwrap_err().message;
        assert!(message.contains("oauth.user.refresh_token"), "{message}");
        body["configuration"]["oauth.user.refresh_token"] = json!("r");
        let instance = run(&platform(), None, &body).unwrap();
        assert_eq!(instance["externalAuthentication"], "initial");
        assert_eq!(
            instance["configuration"]["oauth.user.refresh_token"],
            "********"
        );
        body["externalAuthentication"] = json!("other");
        assert_eq!(run(&platform(), None, &body).unwrap_err().status, 400);
    }

    #[test]
    fn objects_are_retrieved_or_not() {
        let mut body = changed(order("c1"), "/tags", json!(null));
        body["retrieveObjectsAfterInstantiation"] = json!("yes");
        let refusal = run(&platform(), None, &body).unwrap_err();
        assert_eq!(refusal.status, 400);
        assert!(
            refusal.message.contains("retrieveObjects"),
            "{}",
            refusal.message
        );
        body["retrieveObjectsAfterInstantiation"] = json!(true);
        assert!(run(&platform(), None, &body).is_ok());
    }

    #[test]
    fn a_full_sandbox_keeps_the_code_good() {
        let platform = platform();
        platform.state().instances = crate::instance_store::InstanceStore::new(1, 0);
        assert_eq!(run(&platform, None, &order("c1")).unwrap_err().status, 403);
        assert!(platform.state().codes.redeem("c1", |_| true));
    }
}
