use ce_model::{Instance, Json, Object};
use http::Method;

use crate::config::Config;
use crate::error::Error;
use crate::error::InvalidInput;
use crate::execution::Call;
use crate::paging::{Page, PageToken};
use crate::wire::RequestBuilder;
use crate::wire::{Request, Response};

/// `GET /instances?tags[]=…`: one page of the search for the instance that has a tag no other has.
pub(crate) struct InstancesByTag {
    pub(crate) tag: String,
    pub(crate) page: Option<PageToken>,
}

/// What a page of the search shows.
pub(crate) enum Sighting {
    /// The instance.
    Found(Box<Instance>),
    /// Nothing at all: no instance has the tag.
    None,
    /// Other instances, so the filter is not obeyed, or fewer than there are said to be: it proves
    /// nothing. There may be another page.
    Inconclusive(Option<PageToken>),
}

impl InstancesByTag {
    /// Should a platform ignore the filter, another's instance must not be taken for ours; nor must
    /// one that doesn't read hide it.
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
        // With an Element token the same path answers one instance; an empty body is no list.
        let page: Page<Json> = Page::decode(self.purpose(), response)?;
        if let Some(ours) = page.items.iter().find(|instance| self.is_ours(instance)) {
            let instance = ours.parse().map_err(|error: serde_json::Error| {
                response.decode_error(self.purpose(), error.to_string())
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
