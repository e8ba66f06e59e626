use ce_model::{Instance, Json, Object};
use http::Method;

use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::paging::{Page, PageToken};
use crate::wire::{Request, RequestBuilder, Response};

/// `GET /instances?tags[]=…`: one page of the search for the instance with the correlation tag.
pub(crate) struct InstancesByTag {
    pub(crate) tag: String,
    pub(crate) page: Option<PageToken>,
}

/// What a page of the search shows.
pub(crate) enum Sighting {
    /// The instance.
    Found(Box<Instance>),
    /// Several instances with the tag.
    Several,
    /// No instance at all.
    None,
    /// Instances without the tag, so the filter is not obeyed, or fewer than the list is said to hold.
    /// It proves nothing. There may be another page.
    Inconclusive(Option<PageToken>),
}

impl InstancesByTag {
    /// Returns `true` if the instance has the tag. A platform may ignore the filter, and an instance
    /// that can't be read must not hide ours.
    fn is_ours(&self, instance: &Json) -> bool {
        let object = instance.parse::<Object>().ok();
        let tags = object.as_ref().and_then(|object| object.get("tags"));
        let tags: Vec<Json> = tags.and_then(|tags| tags.parse().ok()).unwrap_or_default();
        tags.iter()
            .any(|tag| tag.as_str().as_deref() == Some(self.tag.as_str()))
    }
}

impl Call for InstancesByTag {
    type Output = Sighting;

    fn purpose(&self) -> &'static str {
        "look for the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let mut request =
            RequestBuilder::new(config, Method::GET, &["instances"]).query("tags[]", &self.tag);
        if let Some(page) = &self.page {
            request = request.query("nextPage", page.as_str());
        }
        request.build()
    }

    fn decode(&self, response: &Response) -> Result<Sighting, Error> {
        // A list may be an empty body elsewhere. Here it would be taken for a proof.
        if response.body().iter().all(u8::is_ascii_whitespace) {
            return Err(response.decode_error(self.purpose(), "is empty").into());
        }
        let page: Page<Json> = Page::decode(self.purpose(), response)?;
        let mut tagged = page.items.iter().filter(|instance| self.is_ours(instance));
        if let Some(ours) = tagged.next() {
            if tagged.any(|other| other != ours) {
                return Ok(Sighting::Several);
            }
            let instance = ours.parse().map_err(|_: serde_json::Error| {
                response.decode_error(self.purpose(), "holds our instance, which can't be read")
            })?;
            return Ok(Sighting::Found(Box::new(instance)));
        }
        Ok(match page.next {
            _ if page.items.is_empty() && page.total.unwrap_or(0) == 0 => Sighting::None,
            next if !page.items.is_empty() => Sighting::Inconclusive(next),
            _ => Sighting::Inconclusive(None),
        })
    }

    fn on_error(&self, error: Error, _: bool) -> Result<Sighting, Error> {
        match error {
            Error::Refused(api_error) if api_error.is_empty_search() => Ok(Sighting::None),
            error => Err(error),
        }
    }
}
