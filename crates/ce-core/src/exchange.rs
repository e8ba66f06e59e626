use std::time::Duration;

use crate::call::Call;
use crate::error::{Error, OutcomeUnknown, Refusal, Unreadable};
use crate::message::{Request, Response};
use crate::platform::Platform;
use crate::procedure::{Attempt, Event, Procedure, Step};
use crate::retry::{self, Verdict};
use crate::transport::{Delivery, TransportCause, TransportError};

/// Drives one call to its answer: sends it, waits and sends it again where that is right, and
/// reads what came back.
///
/// ```
/// use std::time::Duration;
/// use ce_core::calls::Ping;
/// use ce_core::model::ElementToken;
/// use ce_core::{Credentials, Event, Exchange, Platform, Procedure, Step};
/// use ce_core::http;
///
/// let platform = Platform::new("https://a.example", Credentials::new("u", "o"))?;
/// let token = ElementToken::new("t");
/// let mut exchange = Exchange::new(&platform, Ping::through(&token));
///
/// let Step::Send(attempt) = exchange.step(Event::Begin, Duration::ZERO) else { panic!() };
/// assert_eq!(attempt.request.path(), "/ping");
///
/// // Any transport does; here is its answer.
/// let answer = http::Response::new(r#"{"endpoint": "instagram"}"#.into());
/// let done = exchange.step(Event::Answered(Ok(answer.into())), Duration::from_millis(80));
/// assert!(matches!(done, Step::Done(Ok(_))));
/// # Ok::<(), ce_core::InvalidInput>(())
/// ```
pub struct Exchange<'p, C> {
    call: C,
    platform: &'p Platform,
    jitter: fastrand::Rng,
    /// When it began, on the procedure's own clock.
    began: Option<Duration>,
    attempts: u32,
    request: Option<Request>,
    /// What the last attempt failed with, while waiting for the next.
    last: Option<Error>,
}

impl<'p, C: Call> Exchange<'p, C> {
    /// An exchange that is yet to begin.
    pub fn new(platform: &'p Platform, call: C) -> Self {
        Self {
            jitter: platform.jitter(),
            call,
            platform,
            began: None,
            attempts: 0,
            request: None,
            last: None,
        }
    }

    /// What is left of the call's time.
    fn left(&mut self, elapsed: Duration) -> Duration {
        let began = *self.began.get_or_insert(elapsed);
        (began + self.call.timeout(self.platform.bounds())).saturating_sub(elapsed)
    }

    fn send(&mut self, elapsed: Duration) -> Step<Result<C::Answer, Error>> {
        let limits = *self.platform.bounds();
        let left = self.left(elapsed);
        if left.is_zero() {
            let error = self.last.take().unwrap_or_else(|| {
                self.transport(TransportError::new(
                    Delivery::NotSent,
                    TransportCause::Timeout,
                ))
            });
            return Step::Done(Err(error));
        }
        let request = match self
            .request
            .take()
            .map_or_else(|| self.call.request(self.platform), Ok)
        {
            Ok(request) => request,
            Err(error) => return Step::Done(Err(error.into())),
        };
        if limits.max_attempts > self.attempts + 1 {
            // The body is shared, so this copies no more than the headers.
            self.request = Some(request.clone());
        }
        self.attempts += 1;
        let timeout = self.call.attempt_timeout(&limits).min(left);
        Step::Send(Attempt {
            request,
            connect_timeout: limits.connect_timeout.min(timeout),
            timeout,
            max_body_bytes: limits.max_body_bytes,
        })
    }

    fn read(
        &mut self,
        answer: Result<Response, TransportError>,
        elapsed: Duration,
    ) -> Step<Result<C::Answer, Error>> {
        let repetition = self.call.repetition();
        let mut asked = None;
        let (error, verdict) = match answer {
            Ok(response) if response.status().is_success() => match self.call.answer(&response) {
                Ok(answer) => return Step::Done(Ok(answer)),
                Err(error) => (error, retry::after_unreadable(repetition)),
            },
            Ok(response) => {
                asked = retry::retry_after(&response);
                let verdict = retry::after_status(repetition, response.status());
                (self.status(&response, asked), verdict)
            }
            Err(error) => {
                let verdict = retry::after_transport_error(repetition, &error);
                (self.transport(error), verdict)
            }
        };
        match verdict {
            Verdict::Fail => Step::Done(Err(self.call.refused(error))),
            Verdict::Unknown => Step::Done(Err(Error::OutcomeUnknown(Box::new(OutcomeUnknown {
                purpose: self.call.purpose(),
                cause: Box::new(error),
            })))),
            Verdict::Again => self.wait(error, asked, elapsed),
        }
    }

    fn wait(
        &mut self,
        error: Error,
        asked: Option<Duration>,
        elapsed: Duration,
    ) -> Step<Result<C::Answer, Error>> {
        let limits = self.platform.bounds();
        let wait = retry::wait(limits, self.attempts, asked, &mut self.jitter);
        // Waiting until the time is up would only make the same failure later.
        if self.attempts >= limits.max_attempts || wait >= self.left(elapsed) {
            return Step::Done(Err(error));
        }
        self.last = Some(error);
        Step::Wait(wait)
    }

    fn status(&self, response: &Response, asked: Option<Duration>) -> Error {
        let purpose = self.call.purpose();
        let refusal = || Box::new(Refusal::new(purpose, response, asked));
        match response.status().as_u16() {
            300..=399 => Error::Redirected(refusal()),
            408 | 429 | 500..=599 => Error::Unavailable(refusal()),
            400..=499 => Error::Refused(refusal()),
            _ => Unreadable::because(purpose, response, "has a status that HTTP doesn't define")
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

impl<C: Call> Procedure for Exchange<'_, C> {
    type Output = Result<C::Answer, Error>;

    fn step(&mut self, event: Event, elapsed: Duration) -> Step<Self::Output> {
        match event {
            Event::Begin | Event::Waited => self.send(elapsed),
            Event::Answered(answer) => self.read(answer, elapsed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Repetition, RequestBuilder};
    use crate::input::InvalidInput;
    use crate::{Credentials, Limits};
    use std::collections::VecDeque;

    struct Probe(Repetition);

    impl Call for Probe {
        type Answer = ();

        fn purpose(&self) -> &'static str {
            "probe"
        }

        fn repetition(&self) -> Repetition {
            self.0
        }

        fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
            RequestBuilder::new(platform, http::Method::POST, &["probe"])?
                .json("body")?
                .build()
        }

        fn answer(&self, response: &Response) -> Result<(), Error> {
            crate::read_json::<bool>(self.purpose(), response).map(drop)
        }
    }

    /// What the network does with one attempt, and how long that takes.
    #[derive(Clone, Copy)]
    enum Network {
        Answers(u16, &'static str, Option<&'static str>),
        Fails(Delivery, TransportCause),
        Stalls,
    }
    use Delivery::{MaybeSent, NotSent};
    use Network::{Answers, Fails, Stalls};
    use Repetition::{Once, Safe};

    struct Run {
        result: Result<(), Error>,
        attempts: u32,
        took: Duration,
    }

    /// Plays a script on a clock of its own; its last line repeats.
    fn play(limits: Limits, repetition: Repetition, script: &[Network]) -> Run {
        let platform = Platform::new("https://a.example", Credentials::new("u", "o"))
            .unwrap()
            .limits(limits)
            .jitter_seed(7);
        let mut exchange = Exchange::new(&platform, Probe(repetition));
        let mut script: VecDeque<_> = script.iter().copied().collect();
        let (mut now, mut attempts, mut event) = (Duration::ZERO, 0, Event::Begin);
        loop {
            event = match exchange.step(event, now) {
                Step::Done(result) => {
                    return Run {
                        result,
                        attempts,
                        took: now,
                    };
                }
                Step::Wait(time) => {
                    now += time;
                    Event::Waited
                }
                Step::Send(attempt) => {
                    attempts += 1;
                    assert!(attempt.connect_timeout <= attempt.timeout);
                    assert_eq!(&attempt.request.expose().body()[..], b"\"body\"");
                    let network = if script.len() > 1 {
                        script.pop_front().unwrap()
                    } else {
                        script[0]
                    };
                    now += Duration::from_millis(10);
                    Event::Answered(match network {
                        Answers(status, body, retry_after) => {
                            let mut response = http::Response::builder().status(status);
                            if let Some(after) = retry_after {
                                response = response.header("retry-after", after);
                            }
                            Ok(response.body(body.into()).unwrap().into())
                        }
                        Fails(delivery, cause) => Err(TransportError::new(delivery, cause)),
                        Stalls => {
                            now += attempt.timeout;
                            Err(TransportError::new(MaybeSent, TransportCause::Timeout))
                        }
                    })
                }
            };
        }
    }

    fn kind(result: &Result<(), Error>) -> &'static str {
        match result {
            Ok(()) => "ok",
            Err(Error::Refused(_)) => "refused",
            Err(Error::Unavailable(_)) => "unavailable",
            Err(Error::OutcomeUnknown(_)) => "unknown",
            Err(Error::Unreadable(_)) => "unreadable",
            Err(Error::Redirected(_)) => "redirected",
            Err(Error::Transport { .. }) => "transport",
            Err(_) => "other",
        }
    }

    #[test]
    fn each_outcome_ends_as_the_table_says() {
        use TransportCause::{Connect, Interrupted, TooLarge};
        let error = r#"{"message":"m","requestId":"r"}"#;
        for (network, safe, once) in [
            (Answers(200, "true", None), ("ok", 1), ("ok", 1)),
            (
                Answers(200, "<html>", None),
                ("unreadable", 1),
                ("unknown", 1),
            ),
            (Answers(200, "", None), ("unreadable", 1), ("unknown", 1)),
            (Answers(204, "", None), ("unreadable", 1), ("unknown", 1)),
            (Answers(302, "", None), ("redirected", 1), ("redirected", 1)),
            (Answers(303, "", None), ("redirected", 1), ("unknown", 1)),
            (Answers(400, error, None), ("refused", 1), ("refused", 1)),
            (Answers(401, error, None), ("refused", 1), ("refused", 1)),
            (
                Answers(408, error, None),
                ("unavailable", 4),
                ("unknown", 1),
            ),
            (
                Answers(429, error, None),
                ("unavailable", 4),
                ("unavailable", 4),
            ),
            (
                Answers(429, "", Some("1")),
                ("unavailable", 4),
                ("unavailable", 4),
            ),
            (
                Answers(429, "", Some("300")),
                ("unavailable", 1),
                ("unavailable", 1),
            ),
            (
                Answers(500, error, None),
                ("unavailable", 4),
                ("unknown", 1),
            ),
            (
                Answers(502, "<html>", None),
                ("unavailable", 4),
                ("unknown", 1),
            ),
            (
                Answers(503, "", Some("1")),
                ("unavailable", 4),
                ("unknown", 1),
            ),
            (Answers(700, "", None), ("unreadable", 1), ("unknown", 1)),
            (Fails(NotSent, Connect), ("transport", 4), ("transport", 4)),
            (
                Fails(MaybeSent, Interrupted),
                ("transport", 4),
                ("unknown", 1),
            ),
            (Fails(MaybeSent, TooLarge), ("transport", 1), ("unknown", 1)),
        ] {
            for (repetition, (ends, attempts)) in [(Safe, safe), (Once, once)] {
                let run = play(Limits::default(), repetition, &[network]);
                assert_eq!(
                    (kind(&run.result), run.attempts),
                    (ends, attempts),
                    "{repetition:?}: {:?}",
                    run.result
                );
                assert!(run.took <= Duration::from_secs(30));
            }
        }
    }

    #[test]
    fn a_passing_failure_is_overcome() {
        let well = Answers(200, "true", None);
        for script in [
            &[Answers(503, "", None), well][..],
            &[Answers(429, "", Some("2")), well],
            &[
                Fails(MaybeSent, TransportCause::Interrupted),
                Answers(500, "", None),
                well,
            ],
            &[Stalls, well],
        ] {
            let run = play(Limits::default(), Safe, script);
            assert_eq!(kind(&run.result), "ok");
            assert_eq!(run.attempts as usize, script.len());
        }
        let run = play(
            Limits::default(),
            Once,
            &[
                Fails(NotSent, TransportCause::Connect),
                Answers(429, "", Some("2")),
                well,
            ],
        );
        assert_eq!((kind(&run.result), run.attempts), ("ok", 3));
        assert!(run.took >= Duration::from_secs(2));
    }

    #[test]
    fn no_call_outlasts_its_deadline() {
        for limits in [
            Limits::default(),
            Limits::default().timeout(Duration::from_secs(3)),
            Limits::default().attempt_timeout(Duration::from_secs(300)),
            Limits::default().timeout(Duration::ZERO),
            Limits::default().max_attempts(1000),
        ] {
            let run = play(limits, Safe, &[Stalls]);
            assert_eq!(kind(&run.result), "transport");
            // Each attempt takes 10 ms more than it is given, as a real one may.
            let slack = Duration::from_millis(10) * run.attempts;
            assert!(run.took <= limits.timeout + slack, "{:?}", run.took);
        }
    }

    #[test]
    fn an_error_says_what_may_have_been_done() {
        let body = r#"{"message":"Request failed","providerMessage":"no","requestId":"r1"}"#;
        let refused = play(Limits::default(), Safe, &[Answers(400, body, None)]);
        let error = refused.result.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the platform refused to probe (status 400, request id r1), and did nothing: \
             Request failed (the provider says: no)"
        );
        assert_eq!(error.request_id(), Some("r1"));
        let unknown = play(Limits::default(), Once, &[Answers(500, body, None)]);
        let error = unknown.result.unwrap_err();
        assert!(error.to_string().contains("it may have"), "{error}");
        assert_eq!(error.request_id(), Some("r1"));
    }
}
