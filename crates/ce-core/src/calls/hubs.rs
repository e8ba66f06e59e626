use ce_model::{Element, ElementKey, Json, Object};
use http::Method;

use super::elements::at_element;
use super::instance_ref::{InstanceRef, at_instance};
use super::simple_calls::{output, simple_calls};
use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::wire::{Request, RequestBuilder, Response};

/// `GET /hubs`: the hubs, such as `social` and `crm`, of whose elements the resources are alike.
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "a call does nothing until it is sent"]
pub struct ListHubs;

impl Call for ListHubs {
    output!("list the hubs" -> Vec<Object>: json);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        RequestBuilder::new(config, Method::GET, &["hubs"]).build()
    }
}

/// `GET /hubs/keys`: the keys of all hubs.
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "a call does nothing until it is sent"]
pub struct ListHubKeys;

impl Call for ListHubKeys {
    output!("list the hubs' keys" -> Vec<String>: json);

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        RequestBuilder::new(config, Method::GET, &["hubs", "keys"]).build()
    }
}

simple_calls! {
    /// `GET /hubs/{key}`: a hub.
    #[derive(Clone, Debug)]
    GetHub(String): "get the hub" -> Object: json,
    |config, hub| RequestBuilder::new(config, Method::GET, &["hubs", hub]);

    /// `GET /hubs/{key}/elements`: the elements of a hub.
    #[derive(Clone, Debug)]
    ListHubElements(String): "list the hub's elements" -> Vec<Element>: json,
    |config, hub| RequestBuilder::new(config, Method::GET, &["hubs", hub, "elements"]);

    /// `GET /instances/{id}/docs`: what lies behind an instance, as OpenAPI 2 (Swagger).
    #[derive(Clone, Copy, Debug)]
    GetInstanceDocs(InstanceRef<'a>): "get the instance's documentation" -> Json: json,
    |config, instance| at_instance(config, Method::GET, *instance, &["docs"]);

    /// `GET /elements/{keyOrId}/docs`: what lies behind an element, as OpenAPI 2 (Swagger).
    #[derive(Clone, Debug)]
    GetElementDocs(ElementKey): "get the element's documentation" -> Json: json,
    |config, element| at_element(config, element, &["docs"]);
}
