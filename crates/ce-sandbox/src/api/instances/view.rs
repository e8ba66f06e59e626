use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::api::elements::{ElementView, ShortElementView};
use crate::store::Instance;

/// The user that every instance of the sandbox belongs to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: u64,
    email_address: &'static str,
    first_name: &'static str,
    last_name: &'static str,
}

const USER: User = User {
    id: 1,
    email_address: "sandbox@example.com",
    first_name: "Sandbox",
    last_name: "User",
};

/// An instance with everything.
pub(crate) fn full(instance: &Instance) -> Value {
    let entries = instance.configuration.entries(&instance.element);
    let entries = entries.map(|(key, value)| (key.to_owned(), json!(value)));
    let configuration = Value::Object(entries.collect());
    let element = ElementView::without_configuration(&instance.element);
    view(instance, element, Some(configuration))
}

/// With everything but what the provider gave: the answer to a change.
pub(crate) fn without_provider_data(instance: &Instance) -> Value {
    let mut view = full(instance);
    view.as_object_mut()
        .and_then(|view| view.remove("providerData"));
    view
}

/// Without its configuration, and of its element only what names it.
pub(crate) fn short(instance: &Instance) -> Value {
    view(instance, ShortElementView::of(&instance.element), None)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a, E> {
    id: u64,
    name: &'a str,
    created_date: &'a str,
    token: &'a str,
    element: E,
    element_id: u64,
    tags: &'a [String],
    provision_interactions: [(); 0],
    valid: bool,
    disabled: bool,
    max_cache_size: u32,
    cache_time_to_live: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_data: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    configuration: Option<Value>,
    events_enabled: bool,
    trace_logging_enabled: bool,
    caching_enabled: bool,
    external_authentication: &'static str,
    user: User,
}

fn view(instance: &Instance, element: impl Serialize, configuration: Option<Value>) -> Value {
    json!(View {
        id: instance.id,
        name: &instance.name,
        created_date: &instance.created,
        token: instance.token.expose(),
        element,
        element_id: instance.element.id,
        tags: &instance.tags,
        provision_interactions: [],
        valid: instance.valid,
        disabled: instance.disabled,
        max_cache_size: 0,
        cache_time_to_live: 0,
        provider_data: instance.provider_data.as_ref(),
        configuration,
        events_enabled: instance.events_enabled(),
        trace_logging_enabled: false,
        caching_enabled: false,
        external_authentication: instance.external_authentication,
        user: USER,
    })
}
