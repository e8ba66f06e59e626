use std::sync::Arc;

use serde_json::{Map, Value};

use super::consent::Consent;
use crate::catalogue::{Authentication, Element, weight_of};
use crate::store::{Configuration, Instance, MASK, Redacted, mask_all, without_tags};
use crate::web::{ApiError, is_blank};

/// A create request in which all was found to be good but what shows the user's consent.
pub(crate) struct CreateRequest {
    name: String,
    tags: Vec<String>,
    provider_data: Option<Map<String, Value>>,
    configuration: Map<String, Value>,
    external_authentication: &'static str,
    /// What is to be used up; only where it is needed.
    pub(crate) consent: Option<Consent>,
    /// About how many bytes the body takes up in memory.
    pub(crate) weight: usize,
}

impl CreateRequest {
    pub(crate) fn read(element: &Element, mut body: Map<String, Value>) -> Result<Self, ApiError> {
        let weight = weight_of(&body);
        let configuration = object(&mut body, "configuration")?.unwrap_or_default();
        let provider_data = object(&mut body, "providerData")?;
        let tags = tags(body.get("tags"))?;
        let name = name(body.get("name"))?.unwrap_or_default();
        let external_authentication = external_authentication(&body)?;
        // There is nothing to retrieve, but what the platform refuses is refused here too.
        let retrieve = body.get("retrieveObjectsAfterInstantiation");
        if !matches!(retrieve, None | Some(Value::Null | Value::Bool(_))) {
            return Err(ApiError::bad_request(
                "retrieveObjectsAfterInstantiation has to be true or false.",
            ));
        }
        // Who has been through the provider's consent elsewhere brings a token, not a code.
        let brings_token = element.is_oauth2() && external_authentication == "initial";
        check_required(element, name, &configuration, brings_token)?;
        let consent = match element.authentication.is_oauth() && !brings_token {
            true => {
                let nothing = Map::new();
                let data = provider_data.as_ref().unwrap_or(&nothing);
                Some(Consent::required(element, data)?)
            }
            false => None,
        };
        Ok(Self {
            name: without_tags(name),
            tags,
            provider_data,
            configuration,
            external_authentication,
            consent,
            weight,
        })
    }

    pub(crate) fn into_instance(
        self,
        id: u64,
        token: String,
        element: Arc<Element>,
        created: String,
    ) -> Instance {
        Instance {
            id,
            name: self.name,
            created,
            token: Redacted::new(token),
            tags: self.tags,
            provider_data: self.provider_data.as_ref().map(mask_all),
            configuration: configuration(&element, self.configuration),
            external_authentication: self.external_authentication,
            disabled: false,
            valid: true,
            changed: Default::default(),
            files: Default::default(),
            jobs: Default::default(),
            element,
        }
    }
}

/// What an instance is configured with: what was given, and what the platform got from the provider.
pub(crate) fn configuration(element: &Element, mut given: Map<String, Value>) -> Configuration {
    let got: &[&str] = match element.authentication {
        Authentication::OAuth2 => &["oauth.user.token"],
        Authentication::OAuth1 => &["oauth.user.token", "oauth.user.token.secret"],
        _ => &[],
    };
    for key in got {
        given.insert((*key).to_owned(), MASK.into());
    }
    Configuration::new(element, given)
}

/// Names everything that an instance of the element cannot do without and that is not there. Who
/// brings a token from elsewhere needs no callback.
pub(crate) fn check_required(
    element: &Element,
    name: &str,
    configuration: &Map<String, Value>,
    brings_token: bool,
) -> Result<(), ApiError> {
    let token = brings_token.then_some("oauth.user.refresh_token");
    let needless = brings_token.then_some("oauth.callback.url");
    let required = element.configuration.iter().filter(|entry| entry.required);
    let required = required
        .map(|entry| entry.key.as_str())
        .filter(|key| needless != Some(*key))
        .chain(token);
    let name = name.trim().is_empty().then_some("name");
    let missing = required.filter(|key| is_blank(configuration.get(*key)));
    let missing: Vec<&str> = name.into_iter().chain(missing).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ApiError::bad_request(format!(
        "Required entries are missing or blank: {}.",
        missing.join(", ")
    )))
}

fn external_authentication(body: &Map<String, Value>) -> Result<&'static str, ApiError> {
    match body.get("externalAuthentication") {
        None | Some(Value::Null) => Ok("none"),
        Some(Value::String(way)) if way == "none" => Ok("none"),
        Some(Value::String(way)) if way == "initial" => Ok("initial"),
        Some(_) => Err(ApiError::bad_request(
            "externalAuthentication has to be none or initial.",
        )),
    }
}

pub(crate) fn name(value: Option<&Value>) -> Result<Option<&str>, ApiError> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => Ok(Some(name)),
        Some(_) => Err(ApiError::bad_request("name has to be text.")),
    }
}

/// The key or the id that a body names its element by.
pub(crate) fn element_named(body: &Map<String, Value>) -> Option<String> {
    let element = body.get("element");
    ["key", "id"]
        .iter()
        .filter_map(|name| element?.get(name))
        .find_map(|value| match value {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        })
}

pub(crate) fn object(
    body: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<Map<String, Value>>, ApiError> {
    match body.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(ApiError::bad_request(format!(
            "{name} has to be an object."
        ))),
    }
}

/// The tags without their markup, and without those that were nothing else.
pub(crate) fn tags(value: Option<&Value>) -> Result<Vec<String>, ApiError> {
    let tags = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(tags)) => tags.iter().map(Value::as_str).collect::<Option<Vec<_>>>(),
        Some(_) => None,
    };
    let tags = tags.ok_or_else(|| ApiError::bad_request("tags has to be an array of texts."))?;
    Ok(tags
        .into_iter()
        .map(without_tags)
        .filter(|tag| !tag.is_empty())
        .collect())
}
