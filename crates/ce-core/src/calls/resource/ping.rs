use ce_model::{ElementToken, InstanceId, Object};
use http::Method;

use super::ResourceResponse;
use super::path::ResourcePath;
use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::wire::{Request, Response};

/// `GET /ping`, `GET /hubs/{hub}/ping`: a cheap check that an element token works.
///
/// The body has the platform's clock and the endpoint's name (`dateTime`, `endpoint`).
#[derive(Clone, Debug)]
pub struct Ping<'a>(ResourcePath<'a>);

impl<'a> Ping<'a> {
    /// Pings through the instance that this token belongs to.
    pub fn through(token: &'a ElementToken) -> Self {
        Self(ResourcePath {
            token,
            hub: None,
            path: "ping".to_owned(),
            instance: None,
        })
    }

    /// Names the hub in the path, as the platform's documentation does.
    #[must_use]
    pub fn hub(mut self, hub: impl Into<String>) -> Self {
        self.0.hub = Some(hub.into());
        self
    }

    /// Requires that the response comes through this instance.
    #[must_use]
    pub fn of_instance(mut self, instance: impl Into<InstanceId>) -> Self {
        self.0.instance = Some(instance.into());
        self
    }
}

impl Call for Ping<'_> {
    type Output = ResourceResponse<Object>;

    fn purpose(&self) -> &'static str {
        "ping through the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        self.0.request(config, Method::GET, None).build()
    }

    fn decode(&self, response: &Response) -> Result<ResourceResponse<Object>, Error> {
        self.0.decode(self.purpose(), response)
    }
}
