use std::sync::Arc;

use serde_json::{Map, Value};

use crate::answer::{Answer, Outcome, Refusal};
use crate::catalogue::number;
use crate::configuration::{ConfigurationView, entry_id};
use crate::instance::Instance;
use crate::json_body::{self, is_blank};
use crate::platform::Platform;
use crate::request::Request;
use crate::which::{Which, unknown};

/// `GET /instances/{id}/configuration`.
pub(crate) fn list(platform: &Platform, request: &Request, which: Which<'_>) -> Outcome {
    read_from(platform, request, which, |instance| {
        let entries: Vec<_> = views(instance).collect();
        Answer::json(&entries)
    })
}

/// `GET /instances/{id}/configuration/{configurationId}`.
pub(crate) fn show(
    platform: &Platform,
    request: &Request,
    which: Which<'_>,
    entry: &str,
) -> Outcome {
    read_from(platform, request, which, |instance| {
        show_one(instance, place_of(instance, entry)?)
    })
}

fn read_from(
    platform: &Platform,
    request: &Request,
    which: Which<'_>,
    read: impl FnOnce(&Instance) -> Outcome,
) -> Outcome {
    let id = which.id(platform, request)?;
    let state = platform.state();
    read(state.instances.get(id).ok_or_else(|| unknown(id))?)
}

/// `PATCH /instances/{id}/configuration/{configurationId}`, with the whole entry.
pub(crate) fn patch(
    platform: &Platform,
    request: &Request,
    which: Which<'_>,
    entry: &str,
) -> Outcome {
    let id = which.id(platform, request)?;
    let body = json_body::object(request)?;
    let mut state = platform.state();
    let changed = state.instances.change(id, |instance| {
        let place = place_of(instance, entry)?;
        let (key, value) = read(instance, place, body)?;
        let element = Arc::clone(&instance.element);
        let given = Map::from_iter([(key, value)]);
        instance.configuration.merge(&element, given);
        show_one(instance, place)
    });
    changed.ok_or_else(|| unknown(id))?
}

/// The key and the new value of the entry at that place, if the body is that entry.
fn read(
    instance: &Instance,
    place: usize,
    mut body: Map<String, Value>,
) -> Result<(String, Value), Refusal> {
    let lacking: Vec<&str> = ["key", "propertyValue"]
        .into_iter()
        .filter(|name| !body.contains_key(*name))
        .collect();
    if !lacking.is_empty() {
        return Err(Refusal::bad_request(format!(
            "The whole entry has to be sent, and it lacks: {}.",
            lacking.join(", ")
        )));
    }
    let mut entries = instance.configuration.entries();
    let key = entries
        .find(|(other, ..)| *other == place)
        .map(|(_, key, _)| key)
        .unwrap_or_default();
    let id = entry_id(instance.id, place);
    let other_id = body.get("id").is_some_and(|given| *given != id);
    if other_id || body.get("key").is_none_or(|given| given != key) {
        return Err(Refusal::bad_request(format!(
            "The entry that was sent is not {key:?}, which has the id {id}."
        )));
    }
    let value = body.remove("propertyValue").unwrap_or_default();
    let required = instance
        .element
        .entry(key)
        .is_some_and(|entry| entry.required);
    if required && is_blank(Some(&value)) {
        return Err(Refusal::bad_request(format!(
            "Required entries are missing or blank: {key}."
        )));
    }
    Ok((key.to_owned(), value))
}

fn views(instance: &Instance) -> impl Iterator<Item = ConfigurationView<'_>> {
    instance.configuration.entries().map(|entry| {
        let (_, key, _) = entry;
        ConfigurationView::of(instance.id, instance.element.entry(key), entry)
    })
}

fn show_one(instance: &Instance, place: usize) -> Outcome {
    let view = views(instance).nth(place).ok_or_else(Refusal::internal)?;
    Answer::json(&view)
}

fn place_of(instance: &Instance, entry: &str) -> Result<usize, Refusal> {
    let id = number(entry);
    let mut places = instance.configuration.entries().map(|(place, ..)| place);
    places
        .find(|place| Some(entry_id(instance.id, *place)) == id)
        .ok_or_else(|| {
            Refusal::not_found(format!(
                "Instance {} has no configuration entry with the id {entry}.",
                instance.id
            ))
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::order;

    const AUTHORIZED: &str = "User u, Organization o";

    fn platform() -> Platform {
        let platform = Platform::for_test();
        let given = json!({"oauth.api.key": "k", "oauth.api.secret": "s3cret", "mine": [1]});
        let mut instance = Instance::for_test(5_000_000_000, &[]);
        instance.configuration =
            order::configuration(&instance.element, given.as_object().unwrap().clone());
        platform.state().instances.insert(instance);
        platform
    }

    fn request(authorization: &str, body: &Value) -> Request {
        let headers = [
            ("authorization", authorization),
            ("content-type", "application/json"),
        ];
        Request::for_test("PATCH", "/", &headers, &body.to_string())
    }

    fn value(outcome: Outcome) -> Value {
        serde_json::from_slice(&outcome.unwrap().body).unwrap()
    }

    fn entry(platform: &Platform, key: &str) -> Value {
        let request = request(AUTHORIZED, &json!({}));
        let entries = value(list(platform, &request, Which::Id("5000000000")));
        let mut entries = entries.as_array().unwrap().iter();
        entries.find(|entry| entry["key"] == key).unwrap().clone()
    }

    fn id(entry: &Value) -> String {
        entry["id"].to_string()
    }

    #[test]
    fn entries_are_listed_with_what_the_catalogue_says_and_secrets_masked() {
        let platform = platform();
        let key = entry(&platform, "oauth.api.key");
        assert_eq!(
            (&key["propertyValue"], &key["required"]),
            (&json!("k"), &json!(true))
        );
        assert_eq!(
            (&key["name"], &key["type"]),
            (&json!("API key"), &json!("TEXTFIELD_128"))
        );
        assert!(key["id"].as_u64().unwrap() > u64::from(u32::MAX));
        assert_eq!(
            entry(&platform, "oauth.api.secret")["propertyValue"],
            "********"
        );
        assert_eq!(
            entry(&platform, "oauth.user.token")["propertyValue"],
            "********"
        );
        assert_eq!(entry(&platform, "mine")["propertyValue"], json!([1]));
        let by_token = request("User u, Element token5000000000", &json!({}));
        let shown = value(show(&platform, &by_token, Which::Own, &id(&key)));
        assert_eq!(shown, key);
    }

    #[test]
    fn an_entry_changes_and_the_rest_stays() {
        let platform = platform();
        let change = |key: &str, new: Value| {
            let mut whole = entry(&platform, key);
            whole["propertyValue"] = new;
            let request = request(AUTHORIZED, &whole);
            value(patch(
                &platform,
                &request,
                Which::Id("5000000000"),
                &id(&whole),
            ))
        };
        let changed = change("oauth.scope", json!("all"));
        assert_eq!(changed["propertyValue"], "all");
        assert_eq!(entry(&platform, "oauth.scope"), changed);
        assert_eq!(
            change("oauth.api.secret", json!("n3w"))["propertyValue"],
            "********"
        );
        assert_eq!(change("mine", json!(null))["propertyValue"], json!(null));
        assert_eq!(entry(&platform, "oauth.api.key")["propertyValue"], "k");
        assert_eq!(
            entry(&platform, "oauth.callback.url")["propertyValue"],
            json!(null)
        );
    }

    #[test]
    fn what_is_not_the_whole_entry_is_refused() {
        let platform = platform();
        let whole = entry(&platform, "oauth.api.key");
        let with = |name: &str, new: Value| {
            let mut whole = whole.clone();
            whole[name] = new;
            whole
        };
        let key = id(&whole);
        let table = [
            (
                AUTHORIZED,
                key.as_str(),
                json!({}),
                400,
                "key, propertyValue",
            ),
            (
                AUTHORIZED,
                &key,
                json!({"key": "oauth.api.key"}),
                400,
                "propertyValue",
            ),
            (AUTHORIZED, &key, json!({"propertyValue": "x"}), 400, "key"),
            (
                AUTHORIZED,
                &key,
                with("key", json!("oauth.scope")),
                400,
                "oauth.api.key",
            ),
            (AUTHORIZED, &key, with("id", json!(1)), 400, "oauth.api.key"),
            (
                AUTHORIZED,
                &key,
                with("propertyValue", json!(" ")),
                400,
                "oauth.api.key",
            ),
            (AUTHORIZED, &key, json!([]), 400, "object"),
            (AUTHORIZED, "1", whole.clone(), 404, "id 1"),
            (AUTHORIZED, "x", whole.clone(), 404, "id x"),
            ("User u", &key, whole.clone(), 401, "Organization"),
        ];
        for (authorization, entry, body, status, part) in table {
            let request = request(authorization, &body);
            let refusal = patch(&platform, &request, Which::Id("5000000000"), entry).unwrap_err();
            assert_eq!(refusal.status, status, "{body}");
            assert!(refusal.message.contains(part), "{}", refusal.message);
        }
        let nobody = request(AUTHORIZED, &whole);
        for which in [Which::Id("7"), Which::Id("x")] {
            assert_eq!(list(&platform, &nobody, which).unwrap_err().status, 404);
            assert_eq!(
                show(&platform, &nobody, which, &key).unwrap_err().status,
                404
            );
            assert_eq!(
                patch(&platform, &nobody, which, &key).unwrap_err().status,
                404
            );
        }
        assert_eq!(entry(&platform, "oauth.api.key"), whole);
    }
}
