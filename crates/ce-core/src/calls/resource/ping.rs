use ce_model::Object;
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
    through!("ping");
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
