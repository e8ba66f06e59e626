use std::time::Duration;

use ce_model::{ElementKey, Instance, Object};
use http::Method;
use serde::{Serialize, Serializer};

use super::missing_entries::missing_entries;
use crate::call::{Call, Repetition, read_json};
use crate::connect::Connect;
use crate::error::{Error, MissingConfiguration};
use crate::input::InvalidInput;
use crate::limits::Limits;
use crate::message::{Request, Response};
use crate::pending::Granted;
use crate::platform::Platform;
use crate::request_builder::RequestBuilder;

/// Step 2: creates the instance. It uses up a one-time code, so it is sent once.
pub(crate) struct CreateInstanceCall<'a> {
    connect: &'a Connect,
    granted: Granted,
}

impl<'a> CreateInstanceCall<'a> {
    pub(crate) fn new(connect: &'a Connect, granted: Granted) -> Self {
        Self { connect, granted }
    }
}

impl Call for CreateInstanceCall<'_> {
    type Answer = Instance;

    fn purpose(&self) -> &'static str {
        "create the instance"
    }

    fn repetition(&self) -> Repetition {
        Repetition::Once
    }

    fn timeout(&self, limits: &Limits) -> Duration {
        limits.provisioning_timeout
    }

    fn attempt_timeout(&self, limits: &Limits) -> Duration {
        limits.provisioning_timeout
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        RequestBuilder::new(platform, Method::POST, &["instances"])?
            .json(&Body {
                element: Element {
                    key: self.connect.element(),
                },
                provider_data: &self.granted.provider_data,
                configuration: self.connect.body().configuration.as_ref(),
                tags: Tags(
                    self.connect.body().tags.as_deref(),
                    self.granted.correlation.as_deref(),
                ),
                name: self.connect.body().name.as_deref(),
            })?
            .build()
    }

    fn answer(&self, response: &Response) -> Result<Instance, Error> {
        read_json(self.purpose(), response)
    }

    fn refused(&self, error: Error) -> Error {
        match error {
            Error::Refused(refusal) if refusal.status() == http::StatusCode::BAD_REQUEST => {
                let message = refusal.message().unwrap_or_default();
                let configuration = self.connect.body().configuration.as_ref();
                let entries = missing_entries(message, configuration);
                if entries.is_empty() {
                    Error::Refused(refusal)
                } else {
                    let refusal = *refusal;
                    Error::MissingConfiguration(Box::new(MissingConfiguration { entries, refusal }))
                }
            }
            other => other,
        }
    }
}

#[derive(Serialize)]
struct Element<'a> {
    key: &'a ElementKey,
}

/// The documented body, written without copying what the application gave.
#[derive(Serialize)]
struct Body<'a> {
    element: Element<'a>,
    #[serde(rename = "providerData")]
    provider_data: &'a Object,
    configuration: Option<&'a Object>,
    #[serde(skip_serializing_if = "Tags::is_empty")]
    tags: Tags<'a>,
    name: Option<&'a str>,
}

/// The caller's labels, and the one by which the instance is found again.
struct Tags<'a>(Option<&'a [String]>, Option<&'a str>);

impl Tags<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_none() && self.1.is_none()
    }
}

impl Serialize for Tags<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let callers = self.0.unwrap_or_default().iter().map(String::as_str);
        serializer.collect_seq(callers.chain(self.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;
    use serde_json::{Value, json};

    fn connect() -> Connect {
        Connect::new("instagram")
            .api_key("k")
            .api_secret("s")
            .callback_url("https://app.example/cb")
            .name("n")
    }

    fn sent(connect: &Connect) -> Value {
        let platform = Platform::new("https://a.example", Credentials::new("u", "o")).unwrap();
        let granted = Granted {
            element: "instagram".into(),
            provider_data: [("code", "c")].into_iter().collect(),
            correlation: None,
        };
        let request = CreateInstanceCall::new(connect, granted)
            .request(&platform)
            .unwrap();
        assert_eq!(
            request.expose().headers()["authorization"],
            "User u, Organization o"
        );
        serde_json::from_slice(request.expose().body()).unwrap()
    }

    #[test]
    fn the_body_is_exactly_the_documented_one() {
        let documented = json!({
            "element": {"key": "instagram"},
            "providerData": {"code": "c"},
            "configuration": {
                "oauth.api.key": "k",
                "oauth.api.secret": "s",
                "oauth.callback.url": "https://app.example/cb"
            },
            "tags": ["t"],
            "name": "n"
        });
        assert_eq!(sent(&connect().tag("t")), documented);
    }

    #[test]
    fn tags_and_further_configuration_are_the_callers() {
        let body = sent(
            &connect()
                .tag("t")
                .tag("u")
                .configuration("filter.response.nulls", true)
                .configuration("event.poller.configuration", json!({"a": {"b": 1}})),
        );
        assert_eq!(body["tags"], json!(["t", "u"]));
        assert_eq!(body["configuration"]["filter.response.nulls"], json!(true));
        assert_eq!(
            body["configuration"]["event.poller.configuration"],
            json!({"a": {"b": 1}})
        );
    }
}
