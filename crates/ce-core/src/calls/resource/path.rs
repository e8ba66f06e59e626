use ce_model::{ElementToken, InstanceId};
use http::Method;
use serde::de::DeserializeOwned;

use super::ResourceResponse;
use crate::config::Config;
use crate::error::{Error, FieldErrorKind};
use crate::wire::{RequestBuilder, Response};

/// The path of a resource, and the instance through which it is reached.
#[derive(Clone, Debug)]
pub(super) struct ResourcePath<'a> {
    pub(super) token: &'a ElementToken,
    pub(super) hub: Option<String>,
    pub(super) path: String,
    pub(super) instance: Option<InstanceId>,
}

impl ResourcePath<'_> {
    /// A request to the resource, or to one of its objects.
    pub(super) fn request<'c>(
        &self,
        config: &'c Config,
        method: Method,
        id: Option<&str>,
    ) -> RequestBuilder<'c> {
        let path = self.path.trim_matches('/');
        let hub = self.hub.iter().flat_map(|hub| ["hubs", hub]);
        let segments: Vec<&str> = hub.chain(path.split('/')).chain(id).collect();
        let request = RequestBuilder::new(config, method, &segments).through(self.token);
        if path.is_empty() {
            return request.invalid("resource", FieldErrorKind::Missing);
        }
        request
    }

    /// Decodes a JSON response that came through the instance that was meant.
    pub(super) fn decode<T: DeserializeOwned>(
        &self,
        purpose: &'static str,
        response: &Response,
    ) -> Result<ResourceResponse<T>, Error> {
        self.check_instance(response)?;
        // Some resources answer a change with an empty body: it decodes as `()` or `Option`, as `null`
        // does.
        let is_empty = response.body().iter().all(u8::is_ascii_whitespace);
        let nothing = || serde_json::from_str("null").ok();
        let body = match is_empty.then(nothing).flatten() {
            Some(nothing) => nothing,
            None => response.json(purpose)?,
        };
        Ok(ResourceResponse::of(body, response))
    }

    /// # Errors
    /// If the response came through another instance than the one that was meant.
    pub(super) fn check_instance(&self, response: &Response) -> Result<(), Error> {
        match (self.instance, response.instance_id()) {
            (Some(expected), Some(answered)) if expected != answered => {
                Err(Error::AnotherInstance { expected, answered })
            }
            _ => Ok(()),
        }
    }
}
