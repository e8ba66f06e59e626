use ce_model::{CreateInstance, Instance, InstanceId};
use http::Method;

use crate::call::{Call, read_json};
use crate::error::Error;
use crate::input::InvalidInput;
use crate::message::{Request, Response};
use crate::platform::Platform;
use crate::request_builder::RequestBuilder;

/// `GET /instances/{id}`: an instance as it is now.
#[derive(Clone, Copy, Debug)]
pub struct GetInstance(pub InstanceId);

impl Call for GetInstance {
    type Answer = Instance;

    fn purpose(&self) -> &'static str {
        "get the instance"
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        by_id(platform, Method::GET, self.0)
    }

    fn answer(&self, response: &Response) -> Result<Instance, Error> {
        read_json(self.purpose(), response)
    }
}

/// `DELETE /instances/{id}`: ends a connection. Its token works no longer.
#[derive(Clone, Copy, Debug)]
pub struct DeleteInstance(pub InstanceId);

impl Call for DeleteInstance {
    type Answer = ();

    fn purpose(&self) -> &'static str {
        "delete the instance"
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        by_id(platform, Method::DELETE, self.0)
    }

    fn answer(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }
}

/// `PATCH /instances/{id}`: changes what is given, and leaves the rest.
#[derive(Clone, Debug)]
pub struct PatchInstance {
    id: InstanceId,
    tags: Option<Vec<String>>,
}

impl PatchInstance {
    /// Changes nothing yet.
    pub fn new(id: InstanceId) -> Self {
        Self { id, tags: None }
    }

    /// Sets the labels: these, and no others.
    #[must_use]
    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }
}

impl Call for PatchInstance {
    type Answer = Instance;

    fn purpose(&self) -> &'static str {
        "change the instance"
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        let mut body = CreateInstance::default();
        body.tags.clone_from(&self.tags);
        RequestBuilder::new(
            platform,
            Method::PATCH,
            &["instances", &self.id.to_string()],
        )?
        .json(&body)?
        .build()
    }

    fn answer(&self, response: &Response) -> Result<Instance, Error> {
        read_json(self.purpose(), response)
    }
}

fn by_id(platform: &Platform, method: Method, id: InstanceId) -> Result<Request, InvalidInput> {
    RequestBuilder::new(platform, method, &["instances", &id.to_string()])?.build()
}
