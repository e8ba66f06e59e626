#[cfg(test)]
mod tests;

use std::time::Duration;

use super::retry::{self, Verdict};
use super::{Attempt, Call, Idempotency, Input, Operation, Step, trace};
use crate::config::Config;
use crate::error::{Delivery, Error, OutcomeUnknown, TransportCause, TransportError};
use crate::wire::Response;

/// Long enough for any call, and short enough for any library to add it to a clock.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// Executes one call: sends it, waits and sends it again where that is right, and decodes the response.
///
/// It is driven like any [`Operation`].
#[derive(Debug)]
#[must_use = "an operation does nothing until it is driven"]
pub struct CallExecution<'a, C> {
    call: C,
    config: &'a Config,
    jitter: fastrand::Rng,
    state: State,
    /// When it began, on the operation's own clock.
    began: Option<Duration>,
    attempts: u32,
    /// An attempt may have been executed, although its response was lost.
    may_be_done: bool,
    /// A tighter bound than the call's own.
    within: Option<Duration>,
}

#[derive(Debug)]
enum State {
    /// Nothing was sent.
    Ready,
    /// A request is on its way.
    InFlight(Sent),
    /// The last attempt failed so, and another follows.
    BackingOff(Error),
    /// The output was taken.
    Done,
}

/// What is known of a request on its way.
#[derive(Clone, Copy, Debug)]
struct Sent {
    idempotency: Idempotency,
    /// It changes nothing at the platform (RFC 9110, section 9.2.1).
    is_safe: bool,
}

impl<'a, C: Call> CallExecution<'a, C> {
    /// The execution of a call that is yet to start.
    pub fn new(config: &'a Config, call: C) -> Self {
        Self {
            jitter: config.jitter(),
            call,
            config,
            state: State::Ready,
            began: None,
            attempts: 0,
            may_be_done: false,
            within: None,
        }
    }

    /// Bounds the whole execution to this time, if that is less than the call's own.
    ///
    /// A call that is not idempotent needs more than [`Config::connect_timeout`], or a connection that
    /// took too long can't be told from a response that is lost.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// What is left of the call's time.
    fn left(&mut self, elapsed: Duration) -> Duration {
        let began = *self.began.get_or_insert(elapsed);
        let whole = self.call.timeout(self.config.limits());
        let whole = self.within.map_or(whole, |within| within.min(whole));
        began.saturating_add(whole).saturating_sub(elapsed)
    }

    /// Sends the next attempt; `last` is what the one before failed with.
    fn send(&mut self, last: Option<Error>, elapsed: Duration) -> Step<Result<C::Output, Error>> {
        let limits = *self.config.limits();
        let left = self.left(elapsed);
        // Built anew for every attempt: hardly any call takes a second one, for which all would have
        // to keep a copy.
        let request = limits.check().and_then(|()| self.call.request(self.config));
        let request = match request {
            Ok(request) => request,
            Err(invalid) => return Step::Done(Err(invalid.into())),
        };
        let sent = Sent {
            idempotency: self.call.idempotency(request.method()),
            is_safe: request.method().is_safe(),
        };
        let is_once = sent.idempotency == Idempotency::NonIdempotent;
        // It is not begun again without the time to tell a connection that fails from a response
        // that is lost.
        let is_too_late = is_once && last.is_some() && left <= self.config.connect_timeout();
        if left.is_zero() || is_too_late {
            let timeout = TransportError::new(Delivery::NotSent, TransportCause::Timeout);
            return Step::Done(Err(
                last.unwrap_or_else(|| self.transport_error(timeout, sent))
            ));
        }
        self.attempts += 1;
        self.state = State::InFlight(sent);
        let has_connection_failed = matches!(last, Some(Error::Transport(_)));
        let timeout = Attempt::time(&limits, sent.idempotency, left).min(A_YEAR);
        Step::Send(Attempt {
            purpose: self.call.purpose(),
            number: self.attempts,
            request,
            connect_timeout: self.config.connect_timeout().min(timeout),
            timeout,
            max_body_bytes: limits.max_body_bytes,
            idempotency: sent.idempotency,
            needs_new_connection: is_once || has_connection_failed,
        })
    }

    fn receive(
        &mut self,
        result: Result<Response, TransportError>,
        sent: Sent,
        elapsed: Duration,
    ) -> Step<Result<C::Output, Error>> {
        trace::attempt(self.call.purpose(), self.attempts, &result);
        let (error, verdict) = match result {
            Ok(response) if response.status().is_success() => match self.call.decode(&response) {
                Ok(output) => return Step::Done(Ok(output)),
                Err(Error::Decode(error)) => {
                    let error = error.with_side_effects(!sent.is_safe);
                    (error.into(), retry::after_odd_response(sent.idempotency))
                }
                Err(error @ Error::UnexpectedInstance { .. })
                    if sent.idempotency == Idempotency::NonIdempotent =>
                {
                    return Step::Done(Err(self.unknown(error)));
                }
                // It is whole, and says something else than was asked for.
                Err(error) => return Step::Done(Err(error)),
            },
            Ok(response) => {
                let verdict = retry::after_status(sent.idempotency, response.status());
                (self.api_error(&response, sent), verdict)
            }
            Err(error) => {
                let verdict = retry::after_transport_error(sent.idempotency, &error);
                (self.transport_error(error, sent), verdict)
            }
        };
        match verdict {
            Verdict::Fail => Step::Done(self.call.on_error(error, self.may_be_done)),
            Verdict::Unknown => Step::Done(Err(self.unknown(error))),
            Verdict::Retry => self.back_off(error, elapsed),
        }
    }

    fn back_off(&mut self, error: Error, elapsed: Duration) -> Step<Result<C::Output, Error>> {
        let limits = self.config.limits();
        let wait = retry::wait(limits, self.attempts, error.retry_after(), &mut self.jitter);
        // Waiting until the time is up would only make the same failure later.
        if self.attempts >= limits.max_attempts || wait >= self.left(elapsed) {
            return Step::Done(Err(error));
        }
        self.state = State::BackingOff(error);
        trace::sleep(wait);
        Step::Sleep(wait)
    }

    fn api_error(&mut self, response: &Response, sent: Sent) -> Error {
        let (purpose, status) = (self.call.purpose(), response.status());
        let is_known = (300..600).contains(&status.as_u16());
        // The attempt's own failure says nothing of the attempts before it.
        self.may_be_done |= retry::may_be_done(status);
        let side_effects = self.may_be_done && !sent.is_safe;
        if is_known {
            let error = response.api_error(purpose);
            let error = error.with_side_effects(side_effects);
            match (sent.idempotency, Error::from(error)) {
                (Idempotency::Idempotent, Error::Unavailable(error)) if side_effects => error
                    .with_advice("; try again later, which does no harm")
                    .into(),
                (_, error) => error,
            }
        } else {
            let error = response.decode_error(purpose, "has a status that HTTP does not define");
            error.with_side_effects(!sent.is_safe).into()
        }
    }

    fn transport_error(&mut self, error: TransportError, sent: Sent) -> Error {
        self.may_be_done |= error.delivery() == Delivery::MaybeSent;
        let side_effects = self.may_be_done && !sent.is_safe;
        error.of_call(self.call.purpose(), side_effects).into()
    }

    fn unknown(&self, cause: Error) -> Error {
        OutcomeUnknown::new(self.call.purpose(), cause)
            .with_advice(self.call.advice_if_unknown())
            .into()
    }
}

impl<C: Call> Operation for CallExecution<'_, C> {
    type Output = Result<C::Output, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        match (std::mem::replace(&mut self.state, State::Done), input) {
            (State::Ready, Input::Start) => self.send(None, elapsed),
            (State::BackingOff(last), Input::SleepFinished) => self.send(Some(last), elapsed),
            (State::InFlight(sent), Input::Response(result)) => self.receive(result, sent, elapsed),
            (State::InFlight(sent), _) if sent.idempotency == Idempotency::NonIdempotent => {
                Step::Done(Err(self.unknown(Error::UnexpectedInput)))
            }
            _ => Step::Done(Err(Error::UnexpectedInput)),
        }
    }
}
