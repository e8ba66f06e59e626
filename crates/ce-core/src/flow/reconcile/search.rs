use std::fmt;

use ce_model::{ElementKey, Instance, InstanceId, Json};
use http::Method;
use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::config::Config;
use crate::error::{Error, FieldErrors, InvalidInput};
use crate::execution::Call;
use crate::paging::{Page, PageToken};
use crate::wire::{Request, RequestBuilder, Response};

/// What tells the instance from others.
#[derive(Clone, Debug)]
pub(in crate::flow) struct SearchTarget {
    pub(in crate::flow) element: ElementKey,
    pub(in crate::flow) tag: String,
}

/// `GET /instances?tags[]=…`: one page of the search for the instance with the correlation tag.
#[derive(Debug)]
pub(super) struct InstancesByTag {
    pub(super) target: SearchTarget,
    pub(super) page: Option<PageToken>,
}

/// What a page of the search shows.
#[derive(Debug)]
pub(super) enum SearchPage {
    /// The instance.
    Found(Box<Instance>),
    /// It is not on this page.
    Absent(PageSummary),
}

/// A page without the instance.
#[derive(Debug, Default)]
pub(super) struct PageSummary {
    pub(super) is_empty: bool,
    /// `true` if it holds instances without the tag, so that the filter is not obeyed, or is said to
    /// hold more than it does.
    pub(super) is_contradicted: bool,
    pub(super) next: Option<PageToken>,
}

impl InstancesByTag {
    /// Decodes our instance, if it is of our element.
    fn ours(&self, ours: &Json, response: &Response) -> Result<Box<Instance>, Error> {
        let instance: Instance = ours.parse().map_err(|_: serde_json::Error| {
            response.decode_error(self.purpose(), "holds our instance, which can't be read")
        })?;
        check_token(&instance, self.purpose(), response)?;
        match is_of_element(&instance, &self.target.element) {
            true => Ok(Box::new(instance)),
            false => Err(Error::UnexpectedInstance {
                instance: instance.id,
                difference: "is of another element",
            }),
        }
    }
}

impl Call for InstancesByTag {
    type Output = SearchPage;

    fn purpose(&self) -> &'static str {
        "look for the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let mut request = RequestBuilder::new(config, Method::GET, &["instances"]);
        request = request.query("tags[]", &self.target.tag);
        if let Some(page) = &self.page {
            request = request.query("nextPage", page.as_str());
        }
        request.build()
    }

    fn decode(&self, response: &Response) -> Result<SearchPage, Error> {
        // A list may be an empty body elsewhere. Here it would be taken for a proof.
        if response.is_blank() {
            return Err(response.decode_error(self.purpose(), "is empty").into());
        }
        let list = response.json_by::<Vec<Json>, _>(self.purpose(), Tagged(&self.target.tag))?;
        match &list.tagged[..] {
            [] => {}
            [ours] => return Ok(SearchPage::Found(self.ours(ours, response)?)),
            _ => return Err(Error::SeveralInstances),
        }
        let headers: Page<Json> = Page::described(self.purpose(), response)?;
        Ok(SearchPage::Absent(PageSummary {
            is_empty: list.is_empty,
            is_contradicted: !list.is_empty || headers.total.is_some_and(|total| total > 0),
            next: headers
                .next
                .filter(|_| !list.is_empty || headers.total != Some(0)),
        }))
    }

    fn on_error(&self, error: Error, _: bool) -> Result<SearchPage, Error> {
        match error {
            Error::Refused(api_error) if api_error.says_none_found() => {
                Ok(SearchPage::Absent(PageSummary::default()))
            }
            error => Err(error),
        }
    }
}

/// Reads a list item by item, and keeps those with this tag: at most two, of different ids.
struct Tagged<'a>(&'a str);

/// What a list holds.
struct List {
    is_empty: bool,
    tagged: Vec<Json>,
}

impl<'de> DeserializeSeed<'de> for Tagged<'_> {
    type Value = List;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<List, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Tagged<'_> {
    type Value = List;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of instances")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<List, A::Error> {
        let (mut is_empty, mut tagged) = (true, Vec::new());
        while let Some(item) = items.next_element::<Json>()? {
            is_empty = false;
            // An instance that can't be read must not hide ours.
            let Ok(read) = item.parse::<Item>() else {
                continue;
            };
            // A platform may ignore the filter.
            let is_tagged = read.tags.is_some_and(|tags| holds(&tags, self.0));
            let id = read.id.and_then(|id| id.parse::<InstanceId>().ok());
            let is_known = |(known, _): &(Option<InstanceId>, Json)| *known == id;
            if is_tagged && tagged.len() < 2 && !tagged.iter().any(is_known) {
                tagged.push((id, item));
            }
        }
        let tagged = tagged.into_iter().map(|(_, item)| item).collect();
        Ok(List { is_empty, tagged })
    }
}

/// What is looked at of an instance in a list.
#[derive(Deserialize)]
struct Item {
    id: Option<Json>,
    tags: Option<Json>,
}

/// Returns `true` if the tag is among these: a list mostly, or a text by itself.
pub(in crate::flow) fn holds(tags: &Json, tag: &str) -> bool {
    struct AnyOf<'a>(&'a str);

    impl<'de> Visitor<'de> for AnyOf<'_> {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("tags")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut tags: A) -> Result<bool, A::Error> {
            let mut is_any = false;
            while let Some(tag) = tags.next_element::<Json>()? {
                is_any |= is_tag(&tag, self.0);
            }
            Ok(is_any)
        }
    }

    fn is_tag(json: &Json, tag: &str) -> bool {
        json.as_str().is_some_and(|text| text.trim() == tag)
    }

    let mut list = serde_json::Deserializer::from_str(tags.text());
    is_tag(tags, tag) || list.deserialize_seq(AnyOf(tag)).unwrap_or_default()
}

/// Returns `true` unless the instance says that it is of another element.
fn is_of_element(instance: &Instance, expected: &ElementKey) -> bool {
    let element = instance.element.as_ref();
    let found = match expected.is_number() {
        true => {
            let id = element.and_then(|it| it.id).or(instance.element_id);
            id.map(ElementKey::from)
        }
        false => element.and_then(|it| it.key.clone()),
    };
    let is_same = |it: &ElementKey| it.as_str().eq_ignore_ascii_case(expected.as_str());
    found.is_none_or(|it| is_same(&it))
}

/// # Errors
/// If no header can carry the token, such as one that was damaged on the way.
pub(in crate::flow) fn check_token(
    instance: &Instance,
    purpose: &'static str,
    response: &Response,
) -> Result<(), Error> {
    let mut errors = FieldErrors::default();
    errors.header_secret("token", instance.token.expose());
    errors.into_result().map_err(|_| {
        let reason = "holds a token that no request can carry";
        response.decode_error(purpose, reason).into()
    })
}
