#[cfg(test)]
mod tests;

use std::time::Duration;

use ce_model::Instance;

use crate::config::Config;
use crate::error::{Error, OutcomeUnknown};
use crate::execution::{CallExecution, Input, Operation, Step};
use crate::flow::calls::{InstancesByTag, Sighting};
use crate::paging::PageToken;

/// Looks for the instance of a flow by its correlation tag.
///
/// It is the operation of [`PendingAuthorization::reconcile`], and a part of a recoverable
/// [`ConnectRequest::create`]. Each look reads the list of instances that have the tag; between two
/// looks it waits.
///
/// [`PendingAuthorization::reconcile`]: crate::PendingAuthorization::reconcile
/// [`ConnectRequest::create`]: crate::ConnectRequest::create
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

enum Stage<'a> {
    Ready,
    Looking(Look<'a>),
    /// Waiting for the next look, with what the last one means.
    Waiting(Error),
    Done,
}

/// One look, page by page.
struct Look<'a> {
    /// How long after the search the look began.
    began: Duration,
    execution: CallExecution<'a, InstancesByTag>,
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

    fn begin_look(&mut self, elapsed: Duration) -> Step<Result<Instance, Error>> {
        self.looks += 1;
        let began = elapsed.saturating_sub(self.began);
        self.read_page(began, None, 1, elapsed)
    }

    fn read_page(
        &mut self,
        began: Duration,
        page: Option<PageToken>,
        pages: u32,
        elapsed: Duration,
    ) -> Step<Result<Instance, Error>> {
        let call = InstancesByTag {
            tag: self.tag.clone(),
            page: page.clone(),
        };
        let since = elapsed.saturating_sub(self.began);
        let left = self.config.limits().recovery_timeout.saturating_sub(since);
        self.stage = Stage::Looking(Look {
            began,
            execution: CallExecution::new(self.config, call).within(left),
            page,
            pages,
        });
        self.step(Input::Start, elapsed)
    }

    fn conclude(
        &mut self,
        look_began: Duration,
        error: Option<Error>,
        elapsed: Duration,
    ) -> Step<Result<Instance, Error>> {
        let asked = match &error {
            Some(Error::Unavailable(api_error)) => api_error.retry_after(),
            _ => None,
        };
        let conclusion = match error {
            // What can't be read may be a gateway's, and may be gone at the next look.
            Some(error @ (Error::Transport(_) | Error::Unavailable(_) | Error::Decode(_))) => {
                unknown(error)
            }
            Some(error) => return Step::Done(Err(unknown(error))),
            None => self.none_found(look_began),
        };
        let limits = self.config.limits();
        let last_look = limits.timeout.min(limits.recovery_timeout / 4);
        let since = elapsed.saturating_sub(self.began);
        let left = limits
            .recovery_timeout
            .saturating_sub(last_look.saturating_add(since));
        let asked = asked.unwrap_or(Duration::ZERO);
        // To look before the platform wants it, or after the time is up, is no use.
        if left.is_zero() || asked > left {
            return Step::Done(Err(conclusion));
        }
        let grown = Duration::from_millis(250) * (1 << self.looks.min(10));
        let wait = grown.min(limits.recovery_timeout / 24).min(left);
        self.stage = Stage::Waiting(conclusion);
        Step::Sleep(wait.max(asked))
    }

    /// What it means that a look found none: nothing while the platform may still be creating the
    /// instance, or where the list shows others.
    fn none_found(&self, look_began: Duration) -> Error {
        if self.is_inconclusive {
            return unknown(Error::SearchInconclusive);
        }
        let may_take = self.config.limits().provisioning_timeout;
        if look_began >= may_take {
            return Error::NotCreated;
        }
        unknown(Error::NotFoundYet {
            looked_for: look_began,
            may_take,
        })
    }
}

fn unknown(cause: Error) -> Error {
    OutcomeUnknown::new("create the instance", cause)
        .with_recovery()
        .into()
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
            (Stage::Looking(mut look), input) => match look.execution.step(input, elapsed) {
                Step::Done(Ok(Sighting::Found(instance))) => Step::Done(Ok(*instance)),
                Step::Done(Ok(Sighting::Several)) => {
                    Step::Done(Err(unknown(Error::SeveralInstances)))
                }
                Step::Done(Ok(Sighting::None)) => self.conclude(look.began, None, elapsed),
                Step::Done(Ok(Sighting::Inconclusive(next))) => {
                    self.is_inconclusive = true;
                    if next.is_some() && next != look.page && look.pages < MOST_PAGES {
                        return self.read_page(look.began, next, look.pages + 1, elapsed);
                    }
                    self.conclude(look.began, None, elapsed)
                }
                Step::Done(Err(error)) => self.conclude(look.began, Some(error), elapsed),
                Step::Send(attempt) => {
                    self.stage = Stage::Looking(look);
                    Step::Send(attempt)
                }
                Step::Sleep(time) => {
                    self.stage = Stage::Looking(look);
                    Step::Sleep(time)
                }
            },
            (Stage::Waiting(conclusion), Input::SleepFinished) => {
                // A machine that slept may wake when the time is up.
                if elapsed.saturating_sub(self.began) >= self.config.limits().recovery_timeout {
                    return Step::Done(Err(conclusion));
                }
                self.begin_look(elapsed)
            }
            (Stage::Waiting(_), _) => Step::Done(Err(unknown(Error::UnexpectedInput))),
            (Stage::Ready | Stage::Done, _) => Step::Done(Err(Error::UnexpectedInput)),
        }
    }
}
