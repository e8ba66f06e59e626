use std::sync::Arc;

use serde_json::{Map, Value};

use crate::answer::Refusal;
use crate::catalogue::Element;
use crate::instance::Instance;
use crate::json_body::is_blank;
use crate::markup;
use crate::masking;
use crate::redacted::Redacted;

/// What was ordered, once all but its code was found to be good.
pub(crate) struct Order {
    name: String,
    tags: Vec<String>,
    provider_data: Option<Map<String, Value>>,
    configuration: Map<String, Value>,
    external_authentication: &'static str,
    /// The one-time code that is to be used up; only where one is needed.
    pub(crate) code: Option<String>,
}

impl Order {
    pub(crate) fn read(element: &Element, mut body: Map<String, Value>) -> Result<Self, Refusal> {
        let configuration = object(&mut body, "configuration")?.unwrap_or_default();
        let provider_data = object(&mut body, "providerData")?;
        let tags = tags(body.get("tags"))?;
        let name = match body.get("name") {
            Some(Value::String(name)) => name.as_str(),
            None | Some(Value::Null) => "",
            Some(_) => return Err(Refusal::bad_request("name has to be text.")),
        };
        let external_authentication = match body.get("externalAuthentication") {
            None | Some(Value::Null) => "none",
            Some(Value::String(way)) if way == "none" => "none",
            Some(Value::String(way)) if way == "initial" => "initial",
            Some(_) => {
                return Err(Refusal::bad_request(
                    "externalAuthentication has to be none or initial.",
                ));
            }
        };
        // Who has been through the provider's consent elsewhere brings a token, not a code.
        let brings_token = element.is_oauth2() && external_authentication == "initial";

        let mut missing = Vec::new();
        if name.trim().is_empty() {
            missing.push("name");
        }
        missing.extend(
            element
                .configuration
                .iter()
                .filter(|entry| entry.required)
                .map(|entry| entry.key.as_str())
                .chain(brings_token.then_some("oauth.user.refresh_token"))
                .filter(|key| is_blank(configuration.get(*key))),
        );
        if !missing.is_empty() {
            return Err(Refusal::bad_request(format!(
                "Required entries are missing or blank: {}.",
                missing.join(", ")
            )));
        }

        let mut code = None;
        if element.is_oauth2() && !brings_token {
            code = provider_data
                .as_ref()
                .and_then(|data| data.get("code"))
                .filter(|code| !is_blank(Some(code)))
                .map(|code| {
                    code.as_str()
                        .map_or_else(|| code.to_string(), str::to_owned)
                });
            if code.is_none() {
                return Err(Refusal::bad_request(format!(
                    "An instance of {:?} takes an OAuth code, and providerData.code has none.",
                    element.key
                )));
            }
        }
        Ok(Self {
            name: markup::without_tags(name),
            tags,
            provider_data,
            configuration,
            external_authentication,
            code,
        })
    }

    /// The instance itself.
    pub(crate) fn fulfil(
        self,
        id: u64,
        token: String,
        element: Arc<Element>,
        created: String,
    ) -> Instance {
        let mut configuration: Map<String, Value> = element
            .configuration
            .iter()
            .map(|entry| (entry.key.clone(), Value::from(entry.default_value.clone())))
            .collect();
        configuration.extend(self.configuration);
        if element.is_oauth2() {
            // What the platform got from the provider for the code.
            configuration.insert("oauth.user.token".to_owned(), masking::MASK.into());
        }
        masking::secrets(&element, &mut configuration);
        Instance {
            id,
            name: self.name,
            created,
            token: Redacted::new(token),
            tags: self.tags,
            provider_data: self.provider_data.as_ref().map(masking::all),
            configuration,
            external_authentication: self.external_authentication,
            disabled: false,
            element,
        }
    }
}

pub(crate) fn object(
    body: &mut Map<String, Value>,
    name: &str,
) -> Result<Option<Map<String, Value>>, Refusal> {
    match body.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(Refusal::bad_request(format!("{name} has to be an object."))),
    }
}

/// The tags without their markup, and without those that were nothing else.
pub(crate) fn tags(value: Option<&Value>) -> Result<Vec<String>, Refusal> {
    let tags = match value {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(tags)) => tags.iter().map(Value::as_str).collect::<Option<Vec<_>>>(),
        Some(_) => None,
    };
    let tags = tags.ok_or_else(|| Refusal::bad_request("tags has to be an array of texts."))?;
    Ok(tags
        .into_iter()
        .map(markup::without_tags)
        .filter(|tag| !tag.is_empty())
        .collect())
}
