//! One flow: what is stored of it, its operation on one replica or another, and the truth about it,
//! which each step is held against.

use std::time::{Duration, SystemTime};

use ce_core::model::Instance;
use ce_core::{Entropy, Error, Input, PendingAuthorization, Step};

use crate::invariant::{Invariant, Violation};
use crate::platform::{self, Answer, CreationAnswer, Held, Reaction, Surroundings};
use crate::run::{Asked, Call, Run, Running};
use crate::setting::Setting;

#[derive(Debug)]
pub(crate) struct Flow<'a> {
    setting: &'a Setting,
    with_consent: bool,
    /// The pending flow, as the application keeps it.
    stored: String,
    run: Option<Run<'a>>,
    /// What the platform has of it.
    pub(crate) held: Vec<Held>,
    creation_may_have_arrived: bool,
    /// What happened, if that is wanted.
    pub(crate) trace: Option<Vec<String>>,
}

/// What an operation wants.
#[derive(Debug)]
pub(crate) enum Next {
    Send(Asked),
    Sleep(Duration),
    Told(Told),
}

/// What the application is told at the end of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Connected,
    /// Connected, by a search.
    Recovered,
    NotCreated,
    Unknown,
}

impl<'a> Flow<'a> {
    pub(crate) fn new(setting: &'a Setting, with_consent: bool, entropy: [u8; 48]) -> Self {
        let (request, entropy) = (setting.request(with_consent), Entropy::from(entropy));
        let pending = PendingAuthorization::new(request, &entropy, SystemTime::UNIX_EPOCH);
        Self {
            setting,
            with_consent,
            stored: serde_json::to_string(&pending).unwrap_or_default(),
            run: None,
            held: Vec::new(),
            creation_may_have_arrived: false,
            trace: None,
        }
    }

    /// A replica begins with what is stored: it creates the instance if it is the first, and looks for
    /// it otherwise.
    pub(crate) fn begin(
        &mut self,
        replica: usize,
        is_first: bool,
        now: Duration,
    ) -> Result<Next, Violation> {
        let operation = self.operation(replica, is_first).map_err(|error| {
            let what = format!("the stored flow can't go on: {error}");
            Invariant::Reconcilable.broken(what)
        })?;
        self.note(now, || format!("replica {replica}: {}", operation.name()));
        self.run = Some(Run::new(operation, now));
        self.step(Input::Start, None, now)
    }

    fn operation(&self, replica: usize, is_first: bool) -> Result<Running<'a>, String> {
        let text = |error: Error| error.to_string();
        let config = &self.setting.replicas[replica];
        let request = self.setting.request(self.with_consent);
        let pending = serde_json::from_str::<PendingAuthorization>(&self.stored);
        let pending = pending.map_err(|error| error.to_string())?;
        Ok(if !is_first {
            let reconcile = pending.reconcile(config).map_err(Error::from);
            Running::Reconcile(reconcile.map_err(text)?.into())
        } else if self.with_consent {
            let callback = format!("/callback?code=c&state={}#_", pending.expose_state());
            let finish = request.finish(config, &pending, &callback, SystemTime::UNIX_EPOCH);
            Running::Finish(finish.map_err(text)?.into())
        } else {
            let create = request.provision(config, &pending).map_err(Error::from);
            Running::Provision(create.map_err(text)?.into())
        })
    }

    /// The operation is gone, with its replica.
    pub(crate) fn crash(&mut self, now: Duration) {
        self.note(now, || "  the replica dies".to_owned());
        self.stop();
    }

    pub(crate) fn stop(&mut self) {
        self.run = None;
    }

    pub(crate) fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// The platform reacts to a request. `None` if the replica has died meanwhile.
    pub(crate) fn react(
        &mut self,
        asked: &Asked,
        reaction: Reaction,
        is_truth: bool,
        around: &Surroundings<'_>,
    ) -> Result<Option<Answer>, Violation> {
        self.note(around.now, || format!("  {:?} → {reaction:?}", asked.call));
        let is_creation = matches!(asked.call, Call::Create { .. });
        let is_again = is_creation && self.creation_may_have_arrived;
        let is_unsent = matches!(reaction, Reaction::Creation(_, CreationAnswer::NotSent));
        self.creation_may_have_arrived |= is_creation && !is_unsent;
        let answer = platform::react(reaction, asked, &mut self.held, around);
        if self.held.len() > 1 {
            return Err(Invariant::OneInstance.broken("there are two"));
        }
        if is_again {
            return Err(Invariant::CreationSentOnce.broken("it is sent again"));
        }
        match (&answer, &mut self.run) {
            (Some(_), Some(run)) => run.is_truthful &= is_truth,
            _ => self.crash(around.now),
        }
        Ok(answer)
    }

    pub(crate) fn receive(&mut self, answer: Answer, now: Duration) -> Result<Next, Violation> {
        self.step(Input::Response(answer.result), answer.carries, now)
    }

    /// The replica does not run for so long.
    pub(crate) fn hold_up(&mut self, time: Duration) {
        if let Some(run) = &mut self.run {
            run.held_up += time;
            run.is_truthful &= time.is_zero();
        }
    }

    pub(crate) fn wake(&mut self, now: Duration) -> Result<Next, Violation> {
        self.step(Input::SleepFinished, None, now)
    }

    /// `carried` is the flow's instance, if the input holds it.
    fn step(
        &mut self,
        input: Input,
        carried: Option<u64>,
        now: Duration,
    ) -> Result<Next, Violation> {
        let Some(run) = &mut self.run else {
            return Err(Invariant::DoneStaysDone.broken("it goes on without a replica"));
        };
        let next = match run.step(input, now) {
            Step::Send(attempt) => Next::Send(run.send(&attempt, &self.setting.limits, now)?),
            Step::Sleep(time) => Next::Sleep(time),
            Step::Done(output) => {
                run.check_end(&self.setting.limits, now)?;
                self.note(now, || format!("  told: {}", summary(&output)));
                return self.end(&output, carried).map(Next::Told);
            }
        };
        match carried {
            Some(id) => Err(Invariant::TokenIsKept.broken(format!("of {id}: {next:?}"))),
            None => Ok(next),
        }
    }

    /// Holds what the application is told against what the platform has.
    fn end(
        &mut self,
        output: &Result<Instance, Error>,
        carried: Option<u64>,
    ) -> Result<Told, Violation> {
        let run = self.run.take();
        let returned = output.as_ref().map(|instance| instance.id.get()).ok();
        if carried.is_some() && carried != returned {
            return Err(Invariant::TokenIsKept.broken(summary(output)));
        }
        match output {
            Ok(instance) => {
                let (id, token) = (instance.id.get(), instance.token.expose());
                let mut held = self.held.iter();
                if !held.any(|held| held.id == id && held.token() == token) {
                    return Err(Invariant::InstanceIsOwn.broken(summary(output)));
                }
                let is_search = run.is_some_and(|run| run.searches_since.is_some());
                Ok(if is_search {
                    Told::Recovered
                } else {
                    Told::Connected
                })
            }
            Err(error) if !error.may_have_side_effects() => match self.held.is_empty() {
                true => Ok(Told::NotCreated),
                false => Err(Invariant::NotCreatedIsTrue.broken(summary(output))),
            },
            Err(_) if run.is_some_and(|run| run.is_truthful && run.is_reconcile()) => {
                Err(Invariant::Reconcilable.broken(summary(output)))
            }
            Err(_) => Ok(Told::Unknown),
        }
    }

    fn note(&mut self, now: Duration, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>10.3} s  {}", now.as_secs_f64(), what()));
        }
    }
}

/// The instance, or the error with all its reasons.
fn summary(output: &Result<Instance, Error>) -> String {
    let error: &(dyn std::error::Error + 'static) = match output {
        Ok(instance) => return format!("connected, instance {}", instance.id),
        Err(error) => error,
    };
    let all = std::iter::successors(Some(error), |error| error.source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
