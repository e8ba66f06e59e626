use serde_json::{Value, json};

use crate::api::elements;
use crate::catalogue::Object;
use crate::store::Instance;

/// An instance with everything.
pub(crate) fn full(instance: &Instance) -> Value {
    let mut view = without_provider_data(instance);
    if let (Value::Object(view), Some(data)) = (&mut view, &instance.provider_data) {
        view.insert("providerData".to_owned(), json!(data));
    }
    view
}

/// With everything but what the provider gave: the answer to a change.
pub(crate) fn without_provider_data(instance: &Instance) -> Value {
    let entries = instance.configuration.entries(&instance.element);
    let entries = entries.map(|(key, value)| (key.to_owned(), json!(value)));
    let configuration = ("configuration".to_owned(), entries.collect());
    let view = view(instance, elements::view(&instance.element).into());
    view.into_iter().chain([configuration]).collect()
}

/// Without its configuration, and of its element only what names it.
pub(crate) fn short(instance: &Instance) -> Value {
    let element = &instance.element;
    let element = json!({"id": element.id, "key": element.key, "name": element.name});
    view(instance, element).into()
}

fn view(instance: &Instance, element: Value) -> Object {
    let fields = [
        ("id", json!(instance.id)),
        ("name", json!(instance.name)),
        ("createdDate", json!(instance.created)),
        ("token", json!(instance.token.expose())),
        ("element", element),
        ("elementId", json!(instance.element.id)),
        ("tags", json!(instance.tags)),
        ("provisionInteractions", json!([])),
        ("valid", json!(instance.valid)),
        ("disabled", json!(instance.disabled)),
        ("maxCacheSize", json!(0)),
        ("cacheTimeToLive", json!(0)),
        ("eventsEnabled", json!(instance.events_enabled())),
        ("traceLoggingEnabled", json!(false)),
        ("cachingEnabled", json!(false)),
        (
            "externalAuthentication",
            json!(instance.external_authentication),
        ),
        ("user", user()),
    ];
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// The user that every instance of the sandbox belongs to.
fn user() -> Value {
    json!({
        "id": 1,
        "emailAddress": "sandbox@example.com",
        "firstName": "Sandbox",
        "lastName": "User",
    })
}
