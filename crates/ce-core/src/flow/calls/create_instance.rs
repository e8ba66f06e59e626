use std::time::Duration;

use ce_model::{CreateInstance, Instance, InstanceId, Object};
use http::Method;

use crate::calls::at_instance;
use crate::config::Config;
use crate::config::Limits;
use crate::error::Error;
use crate::error::InvalidInput;
use crate::execution::{Call, Idempotency};
use crate::flow::AuthorizationGrant;
use crate::flow::ConnectRequest;
use crate::wire::RequestBuilder;
use crate::wire::{Request, Response};

/// Step 2: creates the instance, or authorizes an existing one again. It uses up a one-time code, so
/// it is sent once.
pub(crate) struct CreateInstanceCall<'a> {
    connect: &'a ConnectRequest,
    provider_data: Object,
    correlation: Option<String>,
    instance: Option<InstanceId>,
}

impl<'a> CreateInstanceCall<'a> {
    pub(crate) fn new(connect: &'a ConnectRequest, granted: AuthorizationGrant) -> Self {
        let wanted = connect.wanted_provider_data();
        Self {
            connect,
            provider_data: wanted.select(granted.found, granted.state.as_ref(), &granted.extras),
            correlation: granted.correlation,
            instance: granted.instance,
        }
    }
}

impl Call for CreateInstanceCall<'_> {
    type Output = Instance;

    fn purpose(&self) -> &'static str {
        match self.instance {
            None => "create the instance",
            Some(_) => "re-authorize the instance",
        }
    }

    fn idempotency(&self, _: &Method) -> Idempotency {
        Idempotency::NonIdempotent
    }

    fn timeout(&self, limits: &Limits) -> Duration {
        limits.provisioning_timeout
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let element = self.connect.element();
        let given = self.connect.body();
        let mut body = CreateInstance::default();
        body.provider_data = Some(self.provider_data.clone()).filter(|data| !data.is_empty());
        body.name = given.name.clone();
        let request = match self.instance {
            // What the instance is and has stays as it is.
            Some(id) => at_instance(config, Method::PATCH, id.into(), &[]),
            None => {
                body.configuration = given.configuration.clone();
                body.tags = given.tags.clone();
                if let Some(correlation) = &self.correlation {
                    body.tags.get_or_insert_default().push(correlation.clone());
                }
                body.retrieve_objects_after_instantiation =
                    given.retrieve_objects_after_instantiation;
                body.external_authentication = given.external_authentication.clone();
                // A body names an element by its key alone; a number is taken in the path.
                if element.is_number() {
                    let path = ["elements", element.as_str(), "instances"];
                    RequestBuilder::new(config, Method::POST, &path)
                } else {
                    body.element.get_or_insert_default().key = Some(element.clone());
                    RequestBuilder::new(config, Method::POST, &["instances"])
                }
            }
        };
        request.json_text(body.to_json()).build()
    }

    fn decode(&self, response: &Response) -> Result<Instance, Error> {
        response.json(self.purpose())
    }

    fn advice_if_unknown(&self) -> &'static str {
        match self.instance {
            None => "look among its instances before trying again",
            Some(_) => "let the user begin again, which does no harm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credentials;
    use serde_json::{Value, json};

    fn connect() -> ConnectRequest {
        ConnectRequest::new("instagram")
            .api_key("k")
            .api_secret("s")
            .callback_url("https://app.example/cb")
            .name("n")
    }

    fn sent(connect: &ConnectRequest) -> Value {
        let config = Config::new("https://a.example", Credentials::new("u", "o")).unwrap();
        let granted = AuthorizationGrant {
            element: "instagram".into(),
            found: [("code", "c")].into_iter().collect(),
            state: None,
            extras: Object::new(),
            correlation: None,
            instance: None,
        };
        let request = CreateInstanceCall::new(connect, granted)
            .request(&config)
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
    fn an_element_that_is_named_by_its_number_stands_in_the_path() {
        let config = Config::new("https://a.example", Credentials::new("u", "o")).unwrap();
        let connect = ConnectRequest::new(74).name("n");
        let granted = AuthorizationGrant {
            element: 74.into(),
            found: Object::new(),
            state: None,
            extras: Object::new(),
            correlation: None,
            instance: None,
        };
        let request = CreateInstanceCall::new(&connect, granted).request(&config);
        let request = request.unwrap();
        assert_eq!(request.path(), "/elements/74/instances");
        assert_eq!(&request.expose().body()[..], br#"{"name":"n"}"#);
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

    #[test]
    fn an_instance_is_authorized_again_by_its_name_and_what_was_consented_to() {
        let config = Config::new("https://a.example", Credentials::new("u", "o")).unwrap();
        let granted = AuthorizationGrant {
            element: "instagram".into(),
            found: [("code", "c")].into_iter().collect(),
            state: None,
            extras: Object::new(),
            correlation: None,
            instance: Some(7.into()),
        };
        let connect = connect().tag("t").reauthorize(7);
        let call = CreateInstanceCall::new(&connect, granted);
        let request = call.request(&config).unwrap();
        assert_eq!(request.method(), Method::PATCH);
        assert_eq!(request.path(), "/instances/7");
        let body: Value = serde_json::from_slice(request.expose().body()).unwrap();
        assert_eq!(body, json!({"providerData": {"code": "c"}, "name": "n"}));
        assert_eq!(call.idempotency(&Method::PATCH), Idempotency::NonIdempotent);
    }
}
