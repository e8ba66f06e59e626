use serde_json::{Value, json};

use crate::api::elements;
use crate::store::Instance;
use crate::web::with_field;

/// An instance with everything.
pub(crate) fn full(instance: &Instance) -> Value {
    let view = without_provider_data(instance);
    match &instance.provider_data {
        Some(data) => with_field(view, "providerData", json!(data)),
        None => view,
    }
}

/// With everything but what the provider gave: the answer to a change.
pub(crate) fn without_provider_data(instance: &Instance) -> Value {
    let entries = instance.configuration.entries(&instance.element);
    let entries = entries.map(|(key, value)| (key, json!(value))).collect();
    let view = view(instance, elements::view(&instance.element));
    with_field(view, "configuration", entries)
}

/// Without its configuration, and of its element only what names it.
pub(crate) fn short(instance: &Instance) -> Value {
    let element = &instance.element;
    let element = json!({"id": element.id, "key": element.key, "name": element.name});
    view(instance, element)
}

fn view(instance: &Instance, element: Value) -> Value {
    json!({
        "id": instance.id,
        "name": instance.name,
        "createdDate": instance.created,
        "token": instance.token.expose(),
        "element": element,
        "elementId": instance.element.id,
        "tags": instance.tags,
        "provisionInteractions": [],
        "valid": instance.valid,
        "disabled": instance.disabled,
        "maxCacheSize": 0,
        "cacheTimeToLive": 0,
        "eventsEnabled": instance.events_enabled(),
        "traceLoggingEnabled": false,
        "cachingEnabled": false,
        "externalAuthentication": instance.external_authentication,
        // Every instance of the sandbox belongs to the same user.
        "user": {
            "id": 1,
            "emailAddress": "sandbox@example.com",
            "firstName": "Sandbox",
            "lastName": "User",
        },
    })
}
