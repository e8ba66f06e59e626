#[cfg(test)]
mod tests;

use std::time::Duration;

use ce_model::{Instance, Json, Object};
use http::Method;

use crate::config::Config;
use crate::error::{Error, InvalidInput, OutcomeUnknown};
use crate::execution::{Call, CallExecution, Input, Operation, Step, trace};
use crate::paging::{Page, PageToken};
use crate::wire::{Request, RequestBuilder, Response};

/// Looks for the instance of a flow by its correlation tag.
///
/// It is the operation of [`PendingAuthorization::reconcile`], and a part of a recoverable
/// [`ConnectRequest::create`]. Each look reads the list of instances that have the tag; between two
/// looks it waits.
///
/// [`PendingAuthorization::reconcile`]: crate::PendingAuthorization::reconcile
/// [`ConnectRequest::create`]: crate::ConnectRequest::create
#[derive(Debug)]
#[must_use = "an operation does nothing until it is driven"]
pub struct Reconcile<'a> {
    config: &'a Config,
    tag: String,
    stage: Stage<'a>,
    /// When the search began, on the driver's clock.
    began: Duration,
    looks: u32,
    /// `true` if a look showed instances without the tag, or fewer than the list is said to hold:
    /// that the instance is absent proves nothing then.
    is_inconclusive: bool,
}

#[derive(Debug)]
enum Stage<'a> {
    Ready,
    Looking(Look, CallExecution<'a, InstancesByTag>),
    /// Waiting for the next look, with what the last one means.
    Waiting(Error),
    Done,
}

/// One look, page by page.
#[derive(Debug)]
struct Look {
    /// How long after the search the look began.
    began: Duration,
    /// The page that is read now; the first if there is none.
    page: Option<PageToken>,
    pages: u32,
}

/// The most pages that a look reads: of 200 instances each, the platform's own bound.
const MOST_PAGES: u32 = 1000;

impl<'a> Reconcile<'a> {
    pub(crate) fn new(config: &'a Config, tag: String) -> Self {
        Self {
            config,
            tag,
            stage: Stage::Ready,
            began: Duration::ZERO,
            looks: 0,
            is_inconclusive: false,
        }
    }

    /// How long the search has taken.
    fn since(&self, elapsed: Duration) -> Duration {
        elapsed.saturating_sub(self.began)
    }

    fn begin_look(&mut self, elapsed: Duration) -> Step<Result<Instance, Error>> {
        self.looks += 1;
        let (began, page, pages) = (self.since(elapsed), None, 1);
        self.read_page(Look { began, page, pages }, elapsed)
    }

    fn read_page(&mut self, look: Look, elapsed: Duration) -> Step<Result<Instance, Error>> {
        let (tag, page) = (self.tag.clone(), look.page.clone());
        let whole = self.config.limits().recovery_timeout;
        let left = whole.saturating_sub(self.since(elapsed));
        let execution = CallExecution::new(self.config, InstancesByTag { tag, page });
        self.stage = Stage::Looking(look, execution.within(left));
        self.step(Input::Start, elapsed)
    }

    /// The end of a page: the end of the search, the next page, or a wait for the next look.
    fn conclude(
        &mut self,
        mut look: Look,
        sighting: Result<Sighting, Error>,
        elapsed: Duration,
    ) -> Step<Result<Instance, Error>> {
        let conclusion = match sighting {
            Ok(Sighting::Found(instance)) => return Step::Done(Ok(*instance)),
            Ok(Sighting::None) => self.none_found(look.began),
            Ok(Sighting::Inconclusive(next)) => {
                self.is_inconclusive = true;
                if next.is_some() && next != look.page && look.pages < MOST_PAGES {
                    look.page = next;
                    look.pages += 1;
                    return self.read_page(look, elapsed);
                }
                self.none_found(look.began)
            }
            // What can't be read may be a gateway's, and may be gone at the next look.
            Err(error @ (Error::Transport(_) | Error::Unavailable(_) | Error::Decode(_))) => {
                unknown(error)
            }
            Err(error) => return Step::Done(Err(unknown(error))),
        };
        let limits = self.config.limits();
        let last_look = limits.timeout.min(limits.recovery_timeout / 4);
        let over = last_look.saturating_add(self.since(elapsed));
        let left = limits.recovery_timeout.saturating_sub(over);
        let asked = conclusion.retry_after().unwrap_or_default();
        // To look before the platform wants it, or after the time is up, is no use.
        if left.is_zero() || asked > left {
            return Step::Done(Err(conclusion));
        }
        let grown = Duration::from_millis(250) * (1 << self.looks.min(10));
        let wait = grown.min(limits.recovery_timeout / 24).min(left);
        self.stage = Stage::Waiting(conclusion);
        let wait = wait.max(asked);
        trace::sleep(wait);
        Step::Sleep(wait)
    }

    /// What it means that a look found none: nothing while the platform may still be creating the
    /// instance, or where the list shows others.
    fn none_found(&self, looked_for: Duration) -> Error {
        if self.is_inconclusive {
            return unknown(Error::SearchInconclusive);
        }
        let may_take = self.config.limits().provisioning_timeout;
        if looked_for >= may_take {
            return Error::NotCreated;
        }
        let cause = Error::NotFoundYet {
            looked_for,
            may_take,
        };
        unknown(cause)
    }
}

fn unknown(cause: Error) -> Error {
    let unknown = OutcomeUnknown::new("create the instance", cause);
    unknown.with_recovery().into()
}

impl Operation for Reconcile<'_> {
    type Output = Result<Instance, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        // Done, unless another stage is entered.
        match (std::mem::replace(&mut self.stage, Stage::Done), input) {
            (Stage::Ready, Input::Start) => {
                self.began = elapsed;
                self.begin_look(elapsed)
            }
            (Stage::Looking(look, mut execution), input) => match execution.step(input, elapsed) {
                Step::Done(sighting) => self.conclude(look, sighting, elapsed),
                Step::Send(attempt) => {
                    self.stage = Stage::Looking(look, execution);
                    Step::Send(attempt)
                }
                Step::Sleep(time) => {
                    self.stage = Stage::Looking(look, execution);
                    Step::Sleep(time)
                }
            },
            (Stage::Waiting(conclusion), Input::SleepFinished) => {
                // A machine that slept may wake when the time is up.
                if self.since(elapsed) >= self.config.limits().recovery_timeout {
                    return Step::Done(Err(conclusion));
                }
                self.begin_look(elapsed)
            }
            (Stage::Waiting(_), _) => Step::Done(Err(unknown(Error::UnexpectedInput))),
            (Stage::Ready | Stage::Done, _) => Step::Done(Err(Error::UnexpectedInput)),
        }
    }
}

/// `GET /instances?tags[]=…`: one page of the search for the instance with the correlation tag.
#[derive(Debug)]
struct InstancesByTag {
    tag: String,
    page: Option<PageToken>,
}

/// What a page of the search shows.
#[derive(Debug)]
enum Sighting {
    /// The instance.
    Found(Box<Instance>),
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
        let ours = Some(self.tag.as_str());
        tags.iter().any(|tag| tag.as_str().as_deref() == ours)
    }
}

impl Call for InstancesByTag {
    type Output = Sighting;

    fn purpose(&self) -> &'static str {
        "look for the instance"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        let mut request = RequestBuilder::new(config, Method::GET, &["instances"]);
        request = request.query("tags[]", &self.tag);
        if let Some(page) = &self.page {
            request = request.query("nextPage", page.as_str());
        }
        request.build()
    }

    fn decode(&self, response: &Response) -> Result<Sighting, Error> {
        // A list may be an empty body elsewhere. Here it would be taken for a proof.
        if response.is_blank() {
            return Err(response.decode_error(self.purpose(), "is empty").into());
        }
        let page: Page<Json> = Page::decode(self.purpose(), response)?;
        let mut tagged = page.items.iter().filter(|instance| self.is_ours(instance));
        if let Some(ours) = tagged.next() {
            if tagged.any(|other| other != ours) {
                return Err(Error::SeveralInstances);
            }
            let instance = ours.parse().map_err(|_: serde_json::Error| {
                response.decode_error(self.purpose(), "holds our instance, which can't be read")
            })?;
            return Ok(Sighting::Found(Box::new(instance)));
        }
        Ok(match page.items.is_empty() {
            true if page.total.unwrap_or(0) == 0 => Sighting::None,
            true => Sighting::Inconclusive(None),
            false => Sighting::Inconclusive(page.next),
        })
    }

    fn on_error(&self, error: Error, _: bool) -> Result<Sighting, Error> {
        match error {
            Error::Refused(api_error) if api_error.is_empty_search() => Ok(Sighting::None),
            error => Err(error),
        }
    }
}
