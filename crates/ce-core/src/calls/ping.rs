use ce_model::{ElementToken, Object};
use http::Method;

use crate::call::{Call, read_json};
use crate::error::Error;
use crate::input::InvalidInput;
use crate::message::{Request, Response};
use crate::platform::Platform;
use crate::request_builder::RequestBuilder;

/// `GET /ping` through an instance: the cheap proof that an element token works.
#[derive(Clone, Debug)]
pub struct Ping<'a> {
    token: &'a ElementToken,
}

impl<'a> Ping<'a> {
    /// Through the instance that this token belongs to.
    pub fn through(token: &'a ElementToken) -> Self {
        Self { token }
    }
}

/// The answer to a ping.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pong {
    /// The platform's clock and the endpoint's name, by `dateTime` and `endpoint`.
    pub body: Object,
    /// The number of the instance, as header `Elements-Element-Instance-Id` says.
    pub instance_id: Option<u64>,
}

impl Call for Ping<'_> {
    type Answer = Pong;

    fn purpose(&self) -> &'static str {
        "ping through the instance"
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        RequestBuilder::new(platform, Method::GET, &["ping"])?
            .through(self.token)?
            .build()
    }

    fn answer(&self, response: &Response) -> Result<Pong, Error> {
        Ok(Pong {
            body: read_json(self.purpose(), response)?,
            instance_id: response
                .header("elements-element-instance-id")
                .and_then(|id| id.parse().ok()),
        })
    }
}
