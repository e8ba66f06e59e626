//! An operation on a living replica, and what holds of it whatever it is told.

use std::time::Duration;

use ce_core::http::Method;
use ce_core::model::Instance;
use ce_core::{
    Attempt, ConnectOutcome, Create, Error, Finish, Input, Limits, Operation, Reconcile, Step,
};

use crate::invariant::{Invariant, Violation};
use crate::platform;

#[derive(Debug)]
pub(crate) struct Run<'a> {
    operation: Running<'a>,
    began: Duration,
    pub(crate) searches_since: Option<Duration>,
    /// For how long the replica did not run.
    pub(crate) held_up: Duration,
    /// Whether all answers were the truth, and all sleeps as long as they should be.
    pub(crate) is_truthful: bool,
}

#[derive(Debug)]
pub(crate) enum Running<'a> {
    Finish(Box<Finish<'a>>),
    Provision(Box<Create<'a>>),
    Reconcile(Box<Reconcile<'a>>),
}

/// A request, as the platform reads it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) call: Call,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
}

#[derive(Debug)]
pub(crate) enum Call {
    Create { tags: Vec<String> },
    Look { tag: String, page: Option<String> },
}

impl<'a> Run<'a> {
    pub(crate) fn new(operation: Running<'a>, now: Duration) -> Self {
        Self {
            operation,
            began: now,
            searches_since: None,
            held_up: Duration::ZERO,
            is_truthful: true,
        }
    }

    pub(crate) fn is_reconcile(&self) -> bool {
        matches!(self.operation, Running::Reconcile(_))
    }

    pub(crate) fn step(&mut self, input: Input, now: Duration) -> Step<Result<Instance, Error>> {
        let elapsed = now.saturating_sub(self.began);
        match &mut self.operation {
            Running::Finish(finish) => finish.step(input, elapsed).map(|outcome| match outcome? {
                ConnectOutcome::Connected(instance) => Ok(*instance),
                ConnectOutcome::Denied(_) => Err(Error::UnexpectedInput),
            }),
            Running::Provision(create) => create.step(input, elapsed),
            Running::Reconcile(reconcile) => reconcile.step(input, elapsed),
        }
    }

    /// When what is under way must be over.
    fn deadline(&self, limits: &Limits) -> Duration {
        match self.searches_since {
            None => self.began + limits.provisioning_timeout,
            Some(searches_since) => searches_since + limits.recovery_timeout,
        }
    }

    /// Reads what is sent, and checks that it may be, now and for so long.
    pub(crate) fn send(
        &mut self,
        attempt: &Attempt,
        limits: &Limits,
        now: Duration,
    ) -> Result<Asked, Violation> {
        let call = read(attempt);
        if let Call::Look { .. } = call {
            self.searches_since.get_or_insert(now);
        }
        let (end, deadline) = (now + attempt.timeout, self.deadline(limits));
        if end > deadline {
            let what = format!("an attempt until {end:?}, and it must be over at {deadline:?}");
            return Err(Invariant::WithinDeadline.broken(what));
        }
        Ok(Asked {
            call,
            timeout: attempt.timeout,
            connect_timeout: attempt.connect_timeout,
        })
    }

    /// Checks that it ends in time, and has ended.
    pub(crate) fn check_end(&mut self, limits: &Limits, now: Duration) -> Result<(), Violation> {
        let deadline = self.deadline(limits) + self.held_up;
        if now > deadline {
            let what = format!("it ends at {now:?}, and must at {deadline:?}");
            return Err(Invariant::WithinDeadline.broken(what));
        }
        let answer = Input::Response(Ok(platform::empty_list()));
        for input in [Input::Start, Input::SleepFinished, answer] {
            let step = self.step(input, now);
            if !matches!(step, Step::Done(Err(Error::UnexpectedInput))) {
                return Err(Invariant::DoneStaysDone.broken(format!("{step:?}")));
            }
        }
        Ok(())
    }
}

/// What the platform reads of a request.
fn read(attempt: &Attempt) -> Call {
    let request = attempt.request.expose();
    if request.method() == Method::POST {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let tags = body.get("tags").and_then(serde_json::Value::as_array);
        let tags = tags.into_iter().flatten().filter_map(|tag| tag.as_str());
        let tags = tags.map(str::to_owned).collect();
        return Call::Create { tags };
    }
    let query = request.uri().query().unwrap_or_default();
    // Neither a flow's tag nor a page's token has a character that is encoded.
    let value = |name| query.split('&').find_map(|pair| pair.strip_prefix(name));
    Call::Look {
        tag: value("tags%5B%5D=").unwrap_or_default().to_owned(),
        page: value("nextPage=").map(str::to_owned),
    }
}

impl Running<'_> {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Finish(_) => "finish",
            Self::Provision(_) => "provision",
            Self::Reconcile(_) => "reconcile",
        }
    }
}
