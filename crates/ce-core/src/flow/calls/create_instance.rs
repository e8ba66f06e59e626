use std::time::Duration;

use ce_model::{ElementKey, Instance, InstanceId, Object};
use http::Method;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

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
        let given = self.connect.body();
        let provider_data = (!self.provider_data.is_empty()).then_some(&self.provider_data);
        let name = given.name.as_deref();
        let element = self.connect.element();
        // A body names an element by its key alone; a number is taken in the path.
        let (path, element) = if element.is_number() {
            (&["elements", element.as_str(), "instances"][..], None)
        } else {
            (&["instances"][..], Some(Element { key: element }))
        };
        match self.instance {
            None => RequestBuilder::new(config, Method::POST, path).json(&Body {
                element,
                provider_data,
                configuration: given.configuration.as_ref(),
                tags: Tags::new(given.tags.as_deref(), self.correlation.as_deref()),
                name,
                retrieve_objects_after_instantiation: given.retrieve_objects_after_instantiation,
                external_authentication: given.external_authentication.as_deref(),
            }),
            // What the instance is and has stays as it is.
            Some(id) => at_instance(config, Method::PATCH, id.into(), &[]).json(&Body {
                provider_data,
                name,
                ..Body::default()
            }),
        }
        .build()
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

struct Element<'a> {
    key: &'a ElementKey,
}

impl Serialize for Element<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("key", self.key)])
    }
}

/// The documented body, written without copying what the application gave.
#[derive(Default)]
struct Body<'a> {
    element: Option<Element<'a>>,
    provider_data: Option<&'a Object>,
    configuration: Option<&'a Object>,
    tags: Option<Tags<'a>>,
    name: Option<&'a str>,
    retrieve_objects_after_instantiation: Option<bool>,
    external_authentication: Option<&'a str>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn member<M: SerializeMap, T: Serialize>(
            map: &mut M,
            name: &str,
            value: Option<&T>,
        ) -> Result<(), M::Error> {
            value.map_or(Ok(()), |value| map.serialize_entry(name, value))
        }

        let mut map = serializer.serialize_map(None)?;
        member(&mut map, "element", self.element.as_ref())?;
        member(&mut map, "providerData", self.provider_data)?;
        member(&mut map, "configuration", self.configuration)?;
        member(&mut map, "tags", self.tags.as_ref())?;
        member(&mut map, "name", self.name.as_ref())?;
        let retrieve = self.retrieve_objects_after_instantiation.as_ref();
        member(&mut map, "retrieveObjectsAfterInstantiation", retrieve)?;
        let external = self.external_authentication.as_ref();
        member(&mut map, "externalAuthentication", external)?;
        map.end()
    }
}

/// The caller's labels, and the one by which the instance is found again.
struct Tags<'a>(Option<&'a [String]>, Option<&'a str>);

impl<'a> Tags<'a> {
    fn new(callers: Option<&'a [String]>, correlation: Option<&'a str>) -> Option<Self> {
        (callers.is_some() || correlation.is_some()).then_some(Self(callers, correlation))
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
