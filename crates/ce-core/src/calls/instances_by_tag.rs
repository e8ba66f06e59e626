use ce_model::Instance;
use http::Method;

use crate::call::{Call, read_json};
use crate::error::Error;
use crate::input::InvalidInput;
use crate::message::{Request, Response};
use crate::platform::Platform;
use crate::request_builder::RequestBuilder;

/// `GET /instances?tags[]=…`: the instance that has a tag no other has.
pub(crate) struct InstancesByTag {
    pub(crate) tag: String,
}

impl Call for InstancesByTag {
    type Answer = Option<Instance>;

    fn purpose(&self) -> &'static str {
        "look for the instance"
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        RequestBuilder::new(platform, Method::GET, &["instances"])?
            .query("tags[]", &self.tag)
            .build()
    }

    fn answer(&self, response: &Response) -> Result<Option<Instance>, Error> {
        let instances: Vec<Instance> = read_json(self.purpose(), response)?;
        // Should a platform ignore the parameter, another's instance must not be taken for ours.
        let ours = |instance: &Instance| instance.tags.iter().flatten().any(|tag| *tag == self.tag);
        Ok(instances.into_iter().find(ours))
    }
}
