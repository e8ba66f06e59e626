use ce_model::{Instance, Json, Object};
use http::Method;

use crate::call::{Call, read_json};
use crate::error::{Error, Unreadable};
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
        let listed: Vec<Json> = read_json(self.purpose(), response)?;
        // Should a platform ignore the parameter, another's must not be taken for ours; nor must
        // another's that doesn't read as an instance hide it.
        let ours = listed.iter().find(|instance| {
            let tags = instance.parse::<Object>().ok();
            let tags = tags.as_ref().and_then(|it| it.get("tags")?.parse().ok());
            tags.is_some_and(|tags: Vec<String>| tags.contains(&self.tag))
        });
        ours.map(Json::parse)
            .transpose()
            .map_err(|error: serde_json::Error| {
                Unreadable::new(self.purpose(), response, Some(&error)).into()
            })
    }
}
