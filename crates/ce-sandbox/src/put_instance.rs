use std::sync::Arc;

use crate::answer::{Outcome, Refusal};
use crate::change::Change;
use crate::json_body;
use crate::order;
use crate::platform::Platform;
use crate::request::Request;
use crate::which::{Which, unknown};

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
    order::check_required(&element, &name, configuration, false)?;
    change.tags.get_or_insert_default();
    change.apply(platform, id, |instance, configuration| {
        instance.configuration = order::configuration(&instance.element, configuration);
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::change::tests::{PLATFORM, request, send, value, with_instance_of};

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
