use ce_model::{ElementToken, InstanceId, Object};

use super::objects::{Resource, ResourceResponse};
use crate::config::Config;
use crate::error::Error;
use crate::error::InvalidInput;
use crate::execution::Call;
use crate::wire::{Request, Response};

/// `GET /ping` through an instance, or `GET /hubs/{hub}/ping`: the cheap proof that an element token
/// works. The answer's body has the platform's clock and the endpoint's name (`dateTime`,
/// `endpoint`).
#[derive(Clone, Debug)]
pub struct Ping<'a>(Resource<'a>);

impl<'a> Ping<'a> {
    /// Through the instance that this token belongs to.
    pub fn through(token: &'a ElementToken) -> Self {
        Self(Resource::through(token, "ping"))
    }

    /// Names the hub in the path, as the documentation does.
    #[must_use]
    pub fn hub(self, hub: impl Into<String>) -> Self {
        Self(self.0.hub(hub))
    }

    /// Makes sure that the answer comes through this instance.
    #[must_use]
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
        self.0.ask(config)
    }

    fn decode(&self, response: &Response) -> Result<ResourceResponse<Object>, Error> {
        self.0.read(self.purpose(), response)
    }
}
