mod search;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ce_model::Instance;
use http::StatusCode;

use crate::config::Config;
use crate::error::{Error, OutcomeUnknown};
use crate::execution::{CallExecution, Input, Operation, Step, trace};
use crate::paging::PageToken;
use search::{InstancesByTag, SearchPage};
pub(super) use search::{SearchTarget, check_token, holds};

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
    target: SearchTarget,
    stage: Stage<'a>,
    /// When the search began, on the driver's clock.
    began: Duration,
    /// How long the platform asked to wait before the first look.
    asked: Duration,
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
    /// `true` if the page before was empty, and promised another.
    is_after_empty: bool,
}

/// The most pages that a look reads: of 200 instances each, the platform's own bound.
const MOST_PAGES: u32 = 1000;

impl<'a> Reconcile<'a> {
    pub(super) fn new(config: &'a Config, target: SearchTarget) -> Self {
        Self {
            config,
            target,
            stage: Stage::Ready,
            began: Duration::ZERO,
            asked: Duration::ZERO,
            looks: 0,
            is_inconclusive: false,
        }
    }

    /// Waits this long before the first look.
    pub(super) fn after(mut self, asked: Option<Duration>) -> Self {
        self.asked = asked.unwrap_or_default();
        self
    }

    /// How long the search has taken.
    fn since(&self, elapsed: Duration) -> Duration {
        elapsed.saturating_sub(self.began)
    }

    fn begin_look(&mut self, elapsed: Duration) -> Step<Result<Instance, Error>> {
        self.looks += 1;
        let look = Look {
            began: self.since(elapsed),
            page: None,
            pages: 1,
            is_after_empty: false,
        };
        self.read_page(look, elapsed)
    }

    fn read_page(&mut self, look: Look, elapsed: Duration) -> Step<Result<Instance, Error>> {
        let (target, page) = (self.target.clone(), look.page.clone());
        let whole = self.config.limits().recovery_timeout;
        let left = whole.saturating_sub(self.since(elapsed));
        let execution = CallExecution::new(self.config, InstancesByTag { target, page });
        self.stage = Stage::Looking(look, execution.within(left));
        self.step(Input::Start, elapsed)
    }

    /// The end of a page: the end of the search, the next page, or a wait for the next look.
    fn conclude(
        &mut self,
        mut look: Look,
        page: Result<SearchPage, Error>,
        elapsed: Duration,
    ) -> Step<Result<Instance, Error>> {
        let conclusion = match page {
            Ok(SearchPage::Found(instance)) => return Step::Done(Ok(*instance)),
            Ok(SearchPage::Absent(page)) => {
                // An empty page that promises another is followed, once.
                let is_end = page.is_empty && look.is_after_empty;
                look.is_after_empty = page.is_empty;
                self.is_inconclusive |= page.is_contradicted;
                match page.next {
                    None => self.none_found(look.began),
                    next if is_end || next == look.page || look.pages == MOST_PAGES => {
                        self.is_inconclusive = true;
                        self.none_found(look.began)
                    }
                    next => {
                        look.page = next;
                        look.pages += 1;
                        return self.read_page(look, elapsed);
                    }
                }
            }
            // It may be a gateway's, and be gone at the next look.
            Err(error @ (Error::Transport(_) | Error::Unavailable(_) | Error::Decode(_))) => {
                self.unknown(error)
            }
            Err(Error::Refused(error)) if error.status() == StatusCode::NOT_FOUND => {
                self.unknown(Error::Refused(error))
            }
            Err(error) => return Step::Done(Err(self.unknown(error))),
        };
        let asked = conclusion.retry_after().unwrap_or_default();
        self.wait(conclusion, asked, elapsed)
    }

    /// Waits for the next look, unless the time is up: as long as the platform asked at least.
    /// `conclusion` is what is known so far.
    fn wait(
        &mut self,
        conclusion: Error,
        asked: Duration,
        elapsed: Duration,
    ) -> Step<Result<Instance, Error>> {
        let limits = self.config.limits();
        let last_look = limits.timeout.min(limits.recovery_timeout / 4);
        let over = last_look.saturating_add(self.since(elapsed));
        let left = limits.recovery_timeout.saturating_sub(over);
        // A look that began too soon to be a proof, and ended after that, is followed by one more.
        let is_too_soon = matches!(
            &conclusion,
            Error::OutcomeUnknown(it) if matches!(it.reason(), Error::NotFoundYet { .. })
        );
        let proves = limits.provisioning_timeout..limits.recovery_timeout;
        let is_one_short = is_too_soon && proves.contains(&self.since(elapsed));
        // To look before the platform wants it, or after the time is up, is no use.
        if left.is_zero() && !is_one_short || asked > left {
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
            return self.unknown(Error::SearchInconclusive);
        }
        if looked_for >= self.config.limits().provisioning_timeout {
            return Error::NotCreated;
        }
        self.not_found_yet(looked_for)
    }

    fn not_found_yet(&self, looked_for: Duration) -> Error {
        let may_take = self.config.limits().provisioning_timeout;
        self.unknown(Error::NotFoundYet {
            looked_for,
            may_take,
        })
    }

    fn unknown(&self, cause: Error) -> Error {
        let advice = match &cause {
            Error::NotFoundYet { .. } => {
                "reconcile again later; a search can tell that there is none if its recovery_timeout is \
                 well above the provisioning_timeout (Limits)"
            }
            Error::SeveralInstances
            | Error::UnexpectedInstance { .. }
            | Error::SearchInconclusive => "its reason says where to look",
            Error::Refused(_) | Error::Redirected(_) | Error::Decode(_) => {
                "the search got no list: correct what its reason says, and reconcile again"
            }
            _ => "reconcile again later",
        };
        let unknown = OutcomeUnknown::new("create the instance", cause);
        let unknown = unknown.with_recovery(&self.target.tag);
        unknown.with_advice(advice).into()
    }
}

impl Operation for Reconcile<'_> {
    type Output = Result<Instance, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        // Done, unless another stage is entered.
        match (std::mem::replace(&mut self.stage, Stage::Done), input) {
            (Stage::Ready, Input::Start) => {
                self.began = elapsed;
                match self.asked.is_zero() {
                    true => self.begin_look(elapsed),
                    false => self.wait(self.not_found_yet(Duration::ZERO), self.asked, elapsed),
                }
            }
            (Stage::Looking(look, mut execution), input) => match execution.step(input, elapsed) {
                Step::Done(page) => self.conclude(look, page, elapsed),
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
            (Stage::Waiting(_), _) => Step::Done(Err(self.unknown(Error::UnexpectedInput))),
            (Stage::Ready | Stage::Done, _) => Step::Done(Err(Error::UnexpectedInput)),
        }
    }
}
