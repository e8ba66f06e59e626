use ce_model::{ElementToken, InstanceId, Object};
use http::Method;

use super::{Resource, ResourceResponse};
use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::wire::{Request, Response};

/// `GET /ping`, `GET /hubs/{hub}/ping`: a cheap check that an element token works.
///
/// The body has the platform's clock and the endpoint's name (`dateTime`, `endpoint`).
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct Ping<'a>(Resource<'a>);

impl<'a> Ping<'a> {
    /// Pings through the instance that this token belongs to.
    pub fn through(token: &'a ElementToken) -> Self {
        Self(Resource::through(token, "ping"))
    }

    /// Names the hub in the path, as the platform's documentation does.
    pub fn hub(self, hub: impl Into<String>) -> Self {
        Self(self.0.hub(hub))
    }

    /// Requires that the response comes through this instance.
    pub fn of_instance(self, instance: impl Into<InstanceId>) -> Self {
        Self(self.0.of_instance(instance))
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
