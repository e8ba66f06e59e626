use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::configuration::Configuration;
use crate::element::Element;
use crate::elements::{ElementView, ShortElementView};
use crate::redacted::Redacted;
use crate::shelf::Shelf;

/// The user that every instance of the sandbox belongs to.
const USER_ID: u64 = 1;

/// An instance as it is kept. Its secrets are masked already: nothing needs them again.
pub(crate) struct Instance {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) created: String,
    pub(crate) token: Redacted,
    pub(crate) element: Arc<Element>,
    pub(crate) tags: Vec<String>,
    pub(crate) provider_data: Option<Map<String, Value>>,
    pub(crate) configuration: Configuration,
    pub(crate) external_authentication: &'static str,
    pub(crate) disabled: bool,
    /// Whether the provider still lets the platform in.
    pub(crate) valid: bool,
    /// The resources that were changed. The others are as the element has them.
    pub(crate) shelves: BTreeMap<String, Shelf>,
}

impl Instance {
    /// With everything.
    pub(crate) fn view(&self) -> impl Serialize + '_ {
        View {
            configuration: Some(&self.configuration),
            ..self.view_of(ElementView::without_configuration(&self.element))
        }
    }

    /// With everything but what the provider gave.
    pub(crate) fn view_without_provider_data(&self) -> impl Serialize + '_ {
        View {
            configuration: Some(&self.configuration),
            provider_data: None,
            ..self.view_of(ElementView::without_configuration(&self.element))
        }
    }

    /// Without its configuration, and of its element only what names it.
    pub(crate) fn short_view(&self) -> impl Serialize + '_ {
        self.view_of(ShortElementView::of(&self.element))
    }

    fn view_of<E>(&self, element: E) -> View<'_, E> {
        View {
            id: self.id,
            name: &self.name,
            created_date: &self.created,
            token: self.token.expose(),
            element,
            element_id: self.element.id,
            tags: &self.tags,
            provision_interactions: [],
            valid: self.valid,
            disabled: self.disabled,
            max_cache_size: 0,
            cache_time_to_live: 0,
            provider_data: self.provider_data.as_ref(),
            configuration: None,
            events_enabled: self.events_enabled(),
            trace_logging_enabled: false,
            caching_enabled: false,
            external_authentication: self.external_authentication,
            user: User { id: USER_ID },
        }
    }

    fn events_enabled(&self) -> bool {
        match self.configuration.get("event.notification.enabled") {
            Some(Value::Bool(enabled)) => *enabled,
            Some(Value::String(enabled)) => enabled == "true",
            _ => false,
        }
    }
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
    configuration: Option<&'a Configuration>,
    events_enabled: bool,
    trace_logging_enabled: bool,
    caching_enabled: bool,
    external_authentication: &'static str,
    user: User,
}

#[derive(Serialize)]
struct User {
    id: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;

    impl Instance {
        pub(crate) fn for_test(id: u64, tags: &[&str]) -> Self {
            let catalogue = Catalogue::built_in().unwrap();
            Self {
                id,
                name: format!("Instance {id}"),
                created: "2020-01-01T00:00:00Z".to_owned(),
                token: Redacted::new(format!("token{id}")),
                element: Arc::clone(catalogue.find("instagram").unwrap()),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                provider_data: None,
                configuration: Configuration::default(),
                external_authentication: "none",
                disabled: false,
                valid: true,
                shelves: BTreeMap::new(),
            }
        }
    }

    #[test]
    fn events_are_enabled_by_word_or_by_truth() {
        let table = [
            (json!(true), true),
            (json!("true"), true),
            (json!("false"), false),
            (json!(false), false),
            (json!(null), false),
            (json!(1), false),
        ];
        for (value, expected) in table {
            let mut instance = Instance::for_test(1, &[]);
            let given = [("event.notification.enabled".to_owned(), value.clone())];
            instance.configuration =
                Configuration::of(&instance.element, given.into_iter().collect());
            let view = serde_json::to_value(instance.view()).unwrap();
            assert_eq!(view["eventsEnabled"], json!(expected), "{value}");
        }
    }

    #[test]
    fn the_short_view_names_the_element_and_no_more() {
        let instance = Instance::for_test(1, &["a"]);
        let short = serde_json::to_value(instance.short_view()).unwrap();
        assert_eq!(
            short["element"],
            json!({"id": 74, "key": "instagram", "name": "Instagram"})
        );
        assert!(short.get("configuration").is_none());
        let full = serde_json::to_value(instance.view()).unwrap();
        assert_eq!(full["configuration"], json!({}));
        assert_eq!(full["element"]["authentication"], json!({"type": "oauth2"}));
    }
}
