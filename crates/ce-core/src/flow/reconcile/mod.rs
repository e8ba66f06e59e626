#[cfg(test)]
mod tests;

use std::time::Duration;

use ce_model::Instance;

use crate::config::Config;
use crate::error::{Error, OutcomeUnknown};
use crate::execution::CallExecution;
use crate::execution::{Input, Operation, Step};
use crate::flow::calls::{InstancesByTag, Sighting};
use crate::paging::PageToken;

/// Looks for the instance of a flow by its correlation tag, as [`PendingAuthorization::reconcile`] and a
/// recoverable [`ConnectRequest::create`] do.
///
/// [`PendingAuthorization::reconcile`]: crate::PendingAuthorization::reconcile
/// [`ConnectRequest::create`]: crate::ConnectRequest::create
pub struct Reconcile<'a> {
    config: &'a Config,
    tag: String,
    began: Option<Duration>,
    /// How long after the beginning the last look began.
    look_began: Duration,
    looks: u32,
    look: CallExecution<'a, InstancesByTag>,
    /// The page that the look is at; the first if there is none.
    page: Option<PageToken>,
    /// How many pages the look has read.
    pages: u32,
    /// A look showed instances that don't have the tag, or fewer than there are said to be: that
    /// nothing is found proves nothing then.
    is_inconclusive: bool,
}

/// No look reads more pages: of 200 instances each, the platform's own bound.
const MOST_PAGES: u32 = 1000;

impl<'a> Reconcile<'a> {
    pub(crate) fn new(config: &'a Config, tag: String) -> Self {
        let page = None;
        Self {
            look: CallExecution::new(
                config,
                InstancesByTag {
                    tag: tag.clone(),
                    page,
                },
            ),
            config,
            tag,
            began: None,
            look_began: Duration::ZERO,
            looks: 0,
            page: None,
            pages: 0,
            is_inconclusive: false,
        }
    }

    /// Begins a look that ends in time.
    fn begin_look(&mut self, since: Duration, elapsed: Duration) -> Step<Result<Instance, Error>> {
        self.look_began = since;
        self.looks += 1;
        self.pages = 0;
        self.read_page(None, since, elapsed)
    }

    fn read_page(
        &mut self,
        page: Option<PageToken>,
        since: Duration,
        elapsed: Duration,
    ) -> Step<Result<Instance, Error>> {
        let limits = self.config.limits();
        let left = limits.recovery_timeout.saturating_sub(since);
        self.pages += 1;
        self.page = page.clone();
        let tag = self.tag.clone();
        let look = CallExecution::new(self.config, InstancesByTag { tag, page });
        self.look = look.within(left);
        self.drive(Input::Start, since, elapsed)
    }

    fn drive(
        &mut self,
        input: Input,
        since: Duration,
        elapsed: Duration,
    ) -> Step<Result<Instance, Error>> {
        let answer = match self.look.step(input, elapsed) {
            Step::Send(attempt) => return Step::Send(attempt),
            Step::Sleep(time) => return Step::Sleep(time),
            Step::Done(answer) => answer,
        };
        let mut asked = None;
        let conclusion = match answer {
            Ok(Sighting::Found(instance)) => return Step::Done(Ok(*instance)),
            Ok(Sighting::None) => self.none_found(),
            Ok(Sighting::Inconclusive(next)) => {
                self.is_inconclusive = true;
                if next.is_some() && next != self.page && self.pages < MOST_PAGES {
                    return self.read_page(next, since, elapsed);
                }
                self.none_found()
            }
            Err(cause) => {
                // What can't be read may be a gateway's, and may be gone at the next look.
                let passing = matches!(
                    cause,
                    Error::Transport(_) | Error::Unavailable(_) | Error::Decode(_)
                );
                if !passing {
                    return Step::Done(Err(unknown(cause)));
                }
                if let Error::Unavailable(api_error) = &cause {
                    asked = api_error.retry_after();
                }
                unknown(cause)
            }
        };
        let limits = self.config.limits();
        let last_look = limits.timeout.min(limits.recovery_timeout / 4);
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
        Step::Sleep(wait.max(asked))
    }

    /// What it means that the last look found none: while the platform may still be creating the
    /// instance, or where the list shows others, nothing.
    fn none_found(&self) -> Error {
        if self.is_inconclusive {
            return unknown(Error::SearchInconclusive);
        }
        let may_take = self.config.limits().provisioning_timeout;
        if self.look_began >= may_take {
            return Error::NotCreated;
        }
        unknown(Error::NotFoundYet {
            looked_for: self.look_began,
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
        let since = elapsed.saturating_sub(*self.began.get_or_insert(elapsed));
        match input {
            Input::Start => self.begin_look(since, elapsed),
            // A wait within a look is the look's own.
            Input::SleepFinished if self.look.is_waiting() => self.drive(input, since, elapsed),
            Input::SleepFinished => self.begin_look(since, elapsed),
            Input::Response(_) => self.drive(input, since, elapsed),
        }
    }
}
