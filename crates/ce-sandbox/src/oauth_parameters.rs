use serde_json::{Map, Value};

use crate::absolute_url::AbsoluteUrl;
use crate::answer::Refusal;
use crate::element::Element;
use crate::query::Query;

/// What an application sends to learn where its user is asked.
pub(crate) struct OAuthParameters(Query);

impl OAuthParameters {
    pub(crate) fn of_query(query: Query) -> Self {
        Self(query)
    }

    /// The body's texts, numbers and booleans; nothing else can be a parameter.
    pub(crate) fn of_body(body: Map<String, Value>) -> Self {
        let mut parameters = Query::default();
        for (name, value) in body {
            match value {
                Value::String(text) => parameters.push(name, text),
                Value::Number(_) | Value::Bool(_) => parameters.push(name, value.to_string()),
                Value::Null | Value::Array(_) | Value::Object(_) => {}
            }
        }
        Self(parameters)
    }

    pub(crate) fn given(&self, name: &str) -> &str {
        self.0.first(name).unwrap_or_default()
    }

    pub(crate) fn api_key(&self) -> &str {
        self.given("apiKey").trim()
    }

    /// The callback URL, once everything that is required is there: what every element requires,
    /// what this one does, and `more`.
    pub(crate) fn callback(
        &self,
        element: &Element,
        more: &[&str],
    ) -> Result<AbsoluteUrl, Refusal> {
        let missing: Vec<&str> = ["apiKey", "apiSecret", "callbackUrl"]
            .into_iter()
            .chain(element.oauth_url_parameters.iter().map(String::as_str))
            .chain(more.iter().copied())
            .filter(|name| self.given(name).trim().is_empty())
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::bad_request(format!(
                "Required parameters are missing or blank: {}.",
                missing.join(", ")
            )));
        }
        AbsoluteUrl::parse(self.given("callbackUrl").trim()).ok_or_else(|| {
            Refusal::bad_request("callbackUrl has to be an absolute http or https URL.")
        })
    }
}
