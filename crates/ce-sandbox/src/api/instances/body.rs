use serde::Deserialize;
use serde_json::Value;

use crate::catalogue::{Authentication, Element, Object};
use crate::store::{Configuration, ExternalAuthentication, MASK, without_tags};
use crate::web::{ApiError, ApiResult, is_blank};

/// What creating an instance takes, and changing it. All else that is there is ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InstanceBody {
    #[serde(default)]
    element: Value,
    pub(crate) name: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) configuration: Option<Object>,
    pub(crate) provider_data: Option<Object>,
    pub(crate) external_authentication: Option<ExternalAuthentication>,
    /// There is nothing to retrieve, but what the platform refuses is refused here too.
    #[serde(rename = "retrieveObjectsAfterInstantiation")]
    _retrieve: Option<bool>,
}

impl InstanceBody {
    /// The key of the element that it names.
    pub(crate) fn element_key(&self) -> Option<&str> {
        let key = self.element.get("key")?.as_str()?.trim();
        Some(key).filter(|key| !key.is_empty())
    }

    /// The key or the id of the element that it names.
    pub(crate) fn element_named(&self) -> Option<String> {
        let mut names = ["key", "id"].into_iter();
        names.find_map(|name| match self.element.get(name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        })
    }

    /// The tags without their markup, and without those that were nothing else.
    pub(crate) fn tags(&self) -> Option<Vec<String>> {
        let tags = self.tags.as_ref()?.iter().map(|tag| without_tags(tag));
        Some(tags.filter(|tag| !tag.is_empty()).collect())
    }
}

/// What an instance is configured with: what was given, and what the platform got from the provider.
pub(crate) fn configuration(element: &Element, mut given: Object) -> Configuration {
    let got: &[&str] = match element.authentication {
        Authentication::OAuth2 => &["oauth.user.token"],
        Authentication::OAuth1 => &["oauth.user.token", "oauth.user.token.secret"],
        _ => &[],
    };
    given.extend(got.iter().map(|key| ((*key).to_owned(), MASK.into())));
    Configuration::new(element, given)
}

/// Names everything that an instance of the element cannot do without and that is not there. Who
/// brings a token from elsewhere needs no callback.
pub(crate) fn check_required(
    element: &Element,
    name: &str,
    configuration: &Object,
    brings_token: bool,
) -> ApiResult<()> {
    let required = element.configuration.iter().filter(|entry| entry.required);
    let required = required
        .map(|entry| entry.key.as_str())
        .filter(|key| !brings_token || *key != "oauth.callback.url")
        .chain(brings_token.then_some("oauth.user.refresh_token"))
        .filter(|key| is_blank(configuration.get(*key)));
    let name = name.trim().is_empty().then_some("name");
    let missing: Vec<&str> = name.into_iter().chain(required).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(missing_entries(&missing)),
    }
}

pub(crate) fn missing_entries(names: &[&str]) -> ApiError {
    let names = names.join(", ");
    ApiError::bad_request(format!("Required entries are missing or blank: {names}."))
}
