#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::config::Config;
use crate::error::InvalidInput;
use crate::error::{ApiError, DecodeError, Error, OutcomeUnknown};
use crate::error::{Delivery, TransportCause, TransportError};
use crate::execution::retry::{self, Verdict};
use crate::execution::{Attempt, Input, Operation, Step};
use crate::execution::{Call, Idempotency};
use crate::wire::{Request, Response};

/// Long enough for any call, and short enough for any library to add it to a clock.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// Drives one call to its answer: sends it, waits and sends it again where that is right, and
/// reads what came back.
///
/// ```
/// use std::time::Duration;
/// use ce_core::calls::Ping;
/// use ce_core::model::ElementToken;
/// use ce_core::{Credentials, Input, CallExecution, Config, Operation, Step};
/// use ce_core::http;
///
/// let config = Config::new("https://a.example", Credentials::new("u", "o"))?;
/// let token = ElementToken::new("t");
/// let mut execution = CallExecution::new(&config, Ping::through(&token));
///
/// let Step::Send(attempt) = execution.step(Input::Start, Duration::ZERO) else { panic!() };
/// assert_eq!(attempt.request.path(), "/ping");
///
/// // Any transport does; here is its answer.
/// let answer = http::Response::new(r#"{"endpoint": "instagram"}"#.into());
/// let done = execution.step(Input::Response(Ok(answer.into())), Duration::from_millis(80));
/// assert!(matches!(done, Step::Done(Ok(_))));
/// # Ok::<(), ce_core::InvalidInput>(())
/// ```
pub struct CallExecution<'p, C> {
    call: C,
    config: &'p Config,
    jitter: fastrand::Rng,
    /// When it began, on the procedure's own clock.
    began: Option<Duration>,
    attempts: u32,
    /// May an attempt have done it, although its answer was none?
    may_be_done: bool,
    /// Is there anything to do, other than to look?
    changes: bool,
    /// What the last attempt failed with, while waiting for the next.
    last: Option<Error>,
    /// A tighter bound than the call's own.
    within: Option<Duration>,
}

impl<'p, C: Call> CallExecution<'p, C> {
    /// An exchange that is yet to begin.
    pub fn new(config: &'p Config, call: C) -> Self {
        Self {
            jitter: config.jitter(),
            call,
            config,
            began: None,
            attempts: 0,
            may_be_done: false,
            changes: false,
            last: None,
            within: None,
        }
    }

    /// The request that it sends, such as to show it as a [`curl`](Request::curl) command.
    ///
    /// # Errors
    /// When what the call was made with can't be sent.
    pub fn request(&self) -> Result<Request, InvalidInput> {
        self.call.request(self.config)
    }

    /// Bounds the whole exchange to this time, if that is less than the call's own.
    ///
    /// A call that is worth [one attempt](Idempotency::NonIdempotent) needs more than
    /// [`connect_timeout`](Config::connect_timeout), or it can't be told a connection that took too
    /// long from an answer that is lost.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Is it between two attempts?
    pub(crate) fn is_waiting(&self) -> bool {
        self.last.is_some()
    }

    /// What is left of the call's time.
    fn left(&mut self, elapsed: Duration) -> Duration {
        let began = *self.began.get_or_insert(elapsed);
        let whole = self.call.timeout(self.config.limits());
        let whole = self.within.map_or(whole, |within| within.min(whole));
        began.saturating_add(whole).saturating_sub(elapsed)
    }

    fn send(&mut self, elapsed: Duration) -> Step<Result<C::Output, Error>> {
        let limits = *self.config.limits();
        let left = self.left(elapsed);
        // What is worth one attempt is not begun again without the time to tell a connection that
        // fails from an answer that is lost.
        let too_late = self.attempts > 0
            && self.call.idempotency() == Idempotency::NonIdempotent
            && left <= self.config.connect_timeout();
        if left.is_zero() || too_late {
            let error = self.last.take().unwrap_or_else(|| {
                self.transport(TransportError::new(
                    Delivery::NotSent,
                    TransportCause::Timeout,
                ))
            });
            return Step::Done(Err(error));
        }
        // Written anew for every attempt: hardly any call takes a second one, for which all would
        // have to keep a copy.
        let request = match self.call.request(self.config) {
            Ok(request) => request,
            Err(error) => return Step::Done(Err(error.into())),
        };
        self.attempts += 1;
        self.changes = !request.method().is_safe();
        self.last = None;
        let timeout = self.call.attempt_timeout(&limits).min(left).min(A_YEAR);
        Step::Send(Attempt {
            purpose: self.call.purpose(),
            number: self.attempts,
            request,
            connect_timeout: self.config.connect_timeout().min(timeout),
            timeout,
            max_body_bytes: limits.max_body_bytes,
            idempotency: self.call.idempotency(),
        })
    }

    fn read(
        &mut self,
        answer: Result<Response, TransportError>,
        elapsed: Duration,
    ) -> Step<Result<C::Output, Error>> {
        let idempotency = self.call.idempotency();
        let mut asked = None;
        // An attempt's own failure says nothing of the attempts before it.
        let mut may_be_done = false;
        let (error, verdict) = match answer {
            Ok(response) if response.status().is_success() => match self.call.decode(&response) {
                Ok(answer) => return Step::Done(Ok(answer)),
                Err(error @ Error::Decode(_)) => (error, retry::after_decode_error(idempotency)),
                // It reads, and says something else than was asked for.
                Err(error) => return Step::Done(Err(error)),
            },
            Ok(response) => {
                asked = retry::retry_after(&response);
                may_be_done |= retry::may_be_done(response.status());
                let verdict = retry::after_status(idempotency, response.status());
                (self.status(&response, asked), verdict)
            }
            Err(error) => {
                may_be_done |= error.delivery() == Delivery::MaybeSent;
                let verdict = retry::after_transport_error(idempotency, &error);
                (self.transport(error), verdict)
            }
        };
        match verdict {
            Verdict::Fail => Step::Done(self.call.on_error(error, self.may_be_done)),
            Verdict::Unknown => Step::Done(Err(Error::OutcomeUnknown(Box::new(OutcomeUnknown {
                purpose: self.call.purpose(),
                advice: self.call.advice_if_unknown(),
                recoverable: false,
                cause: Box::new(error),
            })))),
            Verdict::Again => {
                self.may_be_done |= may_be_done;
                self.wait(error, asked, elapsed)
            }
        }
    }

    fn wait(
        &mut self,
        error: Error,
        asked: Option<Duration>,
        elapsed: Duration,
    ) -> Step<Result<C::Output, Error>> {
        let limits = self.config.limits();
        let wait = retry::wait(limits, self.attempts, asked, &mut self.jitter);
        // Waiting until the time is up would only make the same failure later.
        if self.attempts >= limits.max_attempts || wait >= self.left(elapsed) {
            return Step::Done(Err(error));
        }
        self.last = Some(error);
        Step::Sleep(wait)
    }

    fn status(&self, response: &Response, asked: Option<Duration>) -> Error {
        let purpose = self.call.purpose();
        let earlier = self.may_be_done && self.changes;
        let api_error = || Box::new(ApiError::new(purpose, response, asked).after_another(earlier));
        match response.status().as_u16() {
            300..=399 => Error::Redirected(api_error()),
            408 | 429 | 500..=599 => Error::Unavailable(api_error()),
            400..=499 => Error::Refused(api_error()),
            _ => DecodeError::because(purpose, response, "has a status that HTTP doesn't define")
                .into(),
        }
    }

    fn transport(&self, source: TransportError) -> Error {
        Error::Transport {
            purpose: self.call.purpose(),
            source,
        }
    }
}

impl<C: Call> Operation for CallExecution<'_, C> {
    type Output = Result<C::Output, Error>;

    fn step(&mut self, input: Input, elapsed: Duration) -> Step<Self::Output> {
        match input {
            Input::Start | Input::SleepFinished => self.send(elapsed),
            Input::Response(answer) => self.read(answer, elapsed),
        }
    }
}
